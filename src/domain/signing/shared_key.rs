//! Azure Storage's Shared Key: `Authorization: SharedKey ACCOUNT:SIGNATURE`, and its lite form.

use super::encoding::{Mac, base64, from_base64};
use super::field::{self, Field};
use super::uri;
use crate::domain::request::{Request, RequestPart};
use crate::domain::span::Span;

/// A request signed by an account's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedKey {
    /// True for `SharedKeyLite`.
    pub is_lite: bool,
    /// Name of the account.
    pub account: Option<Field>,
    /// The signature.
    pub signature: Option<Field>,
}

/// Headers in the string to sign, in order, behind the method.
const HEADERS: [&str; 11] = [
    "content-encoding",
    "content-language",
    "content-length",
    "content-md5",
    "content-type",
    "date",
    "if-modified-since",
    "if-match",
    "if-none-match",
    "if-unmodified-since",
    "range",
];

impl SharedKey {
    /// Reads the signature of a request.
    pub fn read(request: &Request) -> Option<Self> {
        request.headers.all("authorization").find_map(|(index, header)| {
            let value = &header.value;
            let (scheme, rest) = value.trim_start().split_once(char::is_whitespace)?;
            let is_lite = scheme.eq_ignore_ascii_case("SharedKeyLite");
            if !is_lite && !scheme.eq_ignore_ascii_case("SharedKey") {
                return None;
            }
            let part = |raw: &str| {
                let span = Span::of(value, raw)?;
                Some(Field { raw: raw.into(), value: raw.into(), part: RequestPart::HeaderValue(index), span })
            };
            let rest = rest.trim();
            let (account, signature) = rest.split_once(':').map_or((rest, None), |(account, signature)| (account, Some(signature)));
            Some(Self { is_lite, account: part(account), signature: signature.and_then(part) })
        })
    }

    /// The string to sign for blobs, queues and files, line by line with what each is.
    pub fn string_to_sign(&self, request: &Request) -> Vec<(String, String)> {
        let value = |name: &str| request.headers.get(name).unwrap_or_default().trim().to_string();
        let mut lines = vec![("method".to_string(), request.method.to_ascii_uppercase())];
        let lite = ["content-md5", "content-type", "date"];
        for name in if self.is_lite { &lite[..] } else { &HEADERS[..] } {
            let text = match *name {
                // The date of the service's own header is signed with the others of its kind.
                "date" if request.headers.has("x-ms-date") => String::new(),
                "content-length" if value(name).is_empty() && !request.body.is_empty() => request.body.len().to_string(),
                "content-length" if value(name) == "0" => String::new(),
                name => value(name),
            };
            lines.push(((*name).to_string(), text));
        }
        let squeezed = |value: &str| value.split_whitespace().collect::<Vec<_>>().join(" ");
        let own = request.headers.iter().map(|(_, h)| (h.name.to_ascii_lowercase(), squeezed(&h.value)));
        let mut own: Vec<(String, String)> = own.filter(|(name, _)| name.starts_with("x-ms-")).collect();
        own.sort();
        lines.extend(own.into_iter().map(|(name, value)| (name.clone(), format!("{name}:{value}"))));
        lines.extend(self.resource(request));
        lines
    }

    fn resource(&self, request: &Request) -> Vec<(String, String)> {
        let account = self.account.as_ref().map_or("", |account| account.value.as_str());
        let path = format!("/{account}{}", uri::path(request));
        let mut parameters: Vec<(String, String)> =
            field::query(request).into_iter().map(|(name, field)| (name.to_ascii_lowercase(), uri::decode(&field.raw))).collect();
        if self.is_lite {
            let comp = parameters.iter().find(|(name, _)| name == "comp");
            return vec![("path".to_string(), comp.map_or(path.clone(), |(_, value)| format!("{path}?comp={value}")))];
        }
        parameters.sort();
        let mut lines = vec![("path".to_string(), path)];
        for (name, value) in parameters {
            match lines.last_mut().filter(|(last, _)| *last == format!("query {name}")) {
                Some((_, line)) => *line = format!("{line},{value}"),
                None => lines.push((format!("query {name}"), format!("{name}:{value}"))),
            }
        }
        lines
    }

    /// The signature that an account's key (in base64) gives for a string to sign.
    pub fn signature_with(key: &str, text: &str) -> Option<String> {
        Some(base64(&Mac::Sha256.sign(&from_base64(key.trim())?, text.as_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the service's documentation.
    #[test]
    fn strings_to_sign_are_those_of_the_documentation() {
        let request = Request {
            method: "PUT".into(),
            url: "https://myaccount.blob.core.windows.net/mycontainer?restype=container&comp=metadata&timeout=20".into(),
            headers: [
                ("Authorization", "SharedKey myaccount:c2ln"),
                ("x-ms-version", "2015-02-21"),
                ("x-ms-date", "Fri, 26 Jun 2015 23:39:12 GMT"),
                ("Content-Length", "0"),
            ]
            .into_iter()
            .collect(),
            body: "".into(),
            ..Request::default()
        };
        let text = |signed: &SharedKey| signed.string_to_sign(&request).into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("\n");
        let signed = SharedKey::read(&request).expect("a signature");
        let want = "PUT\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n\
                    /myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20";
        assert_eq!(text(&signed), want);
        let lite = SharedKey { is_lite: true, ..signed };
        let want = "PUT\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n/myaccount/mycontainer?comp=metadata";
        assert_eq!(text(&lite), want);
    }
}
