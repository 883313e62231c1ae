//! A request signed again, at another moment.

use jiff::Timestamp;

use super::{Form, SigV4};
use crate::domain::request::Request;
use crate::domain::signing::field;

impl SigV4 {
    /// The request with the signature that a secret gives it at a moment; `None` where it has no `X-Amz-Date` to set, or no whole
    /// signature to take key, scope and header names from.
    pub fn renewed(&self, request: &Request, secret: &str, at: Timestamp) -> Option<Request> {
        if self.form != Form::Header || !self.has_region() {
            return None;
        }
        let stamp = at.strftime("%Y%m%dT%H%M%SZ").to_string();
        let (day, scope) = (stamp.get(..8)?, self.scope()?);
        let mut signed = request.clone();
        signed.headers.0.iter_mut().find(|header| header.is("x-amz-date"))?.value.clone_from(&stamp);
        let authorization = signed.headers.0.iter_mut().find(|header| header.is("authorization"))?;
        let credential = format!("{}/{day}/{}/{}/{}", scope.key_id, scope.region, scope.service, scope.terminator);
        let value = authorization.value.replacen(&self.credential.as_ref()?.raw, &credential, 1);
        authorization.value.clone_from(&value);
        let unsigned = Self::read(&signed, &field::query(&signed))?;
        let signature = unsigned.signature_with(secret, &unsigned.canonical(&signed)?.text())?;
        let whole = value.replacen(&self.signature.as_ref()?.raw, &signature, 1);
        signed.headers.0.iter_mut().find(|header| header.is("authorization"))?.value = whole;
        Some(signed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_documentation_is_reached_from_another_day() {
        let header = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20140101/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, \
                      Signature=0123";
        let request = Request {
            method: "GET".into(),
            url: "https://example.amazonaws.com/".into(),
            headers: [("Host", "example.amazonaws.com"), ("X-Amz-Date", "20140101T000000Z"), ("Authorization", header)]
                .into_iter()
                .collect(),
            ..Request::default()
        };
        let signed = SigV4::read(&request, &field::query(&request)).unwrap();
        let at = "2015-08-30T12:36:00Z".parse().unwrap();
        let renewed = signed.renewed(&request, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", at).unwrap();
        let value = renewed.headers.get("authorization").unwrap();
        assert!(value.contains("/20150830/us-east-1/"), "{value}");
        assert!(value.ends_with("Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"), "{value}");
        assert_eq!(renewed.headers.get("x-amz-date"), Some("20150830T123600Z"));
    }
}
