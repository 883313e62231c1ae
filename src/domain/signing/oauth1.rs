//! OAuth 1.0a (RFC 5849): the parameters in the header, the query or the form, and the base string that they sign.

use super::encoding::{Mac, base64};
use super::field::{self, Field, Fields};
use super::uri;
use crate::domain::request::{Request, RequestPart};
use crate::domain::signing::field::find;

/// What signs a request by OAuth 1.0a.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuth1 {
    /// The `oauth_…` parameters.
    pub fields: Fields,
}

impl OAuth1 {
    /// Reads the parameters of a request: where a signature or its method is, is the credential.
    pub fn read(request: &Request, query: &Fields) -> Option<Self> {
        let of_header = || {
            let (index, header) = request.headers.all("authorization").find(|(_, h)| starts_with_scheme(&h.value))?;
            let from = header.value.len() - header.value.trim_start().len() + "OAuth".len();
            let mut fields = field::parameters(index, &header.value, from);
            fields.iter_mut().for_each(|(_, field)| field.value = uri::decode(&field.raw));
            Some(fields)
        };
        [of_header().as_ref(), Some(query), Some(&field::form(request))].into_iter().flatten().find_map(|fields| {
            let fields: Fields = fields.iter().filter(|(name, _)| name.starts_with("oauth_")).cloned().collect();
            let is_signed = ["oauth_signature", "oauth_signature_method"].iter().any(|name| find(&fields, name).is_some());
            is_signed.then_some(Self { fields })
        })
    }

    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&Field> {
        find(&self.fields, name)
    }

    /// The keyed hash that the method names; `None` for others and for `PLAINTEXT`.
    pub fn mac(&self) -> Option<Mac> {
        match self.get("oauth_signature_method")?.value.to_ascii_uppercase().as_str() {
            "HMAC-SHA1" => Some(Mac::Sha1),
            "HMAC-SHA256" => Some(Mac::Sha256),
            "HMAC-SHA512" => Some(Mac::Sha512),
            _ => None,
        }
    }

    /// The base string (RFC 5849 section 3.4.1).
    pub fn base_string(&self, request: &Request) -> String {
        let is_in = |part: fn(&RequestPart) -> bool| self.fields.iter().any(|(_, field)| part(&field.part));
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut add = |fields: &Fields| {
            let signed = fields.iter().filter(|(name, _)| name != "oauth_signature");
            pairs.extend(signed.map(|(name, field)| (uri::encode(name), uri::encode(&field.value))));
        };
        if is_in(|part| matches!(part, RequestPart::HeaderValue(_))) {
            add(&self.fields);
        }
        add(&field::query(request));
        add(&field::form(request));
        pairs.sort();
        let parameters = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
        let address = base_address(request);
        format!("{}&{}&{}", request.method.to_ascii_uppercase(), uri::encode(&address), uri::encode(&parameters))
    }

    /// The signature that the secrets give for a base string.
    pub fn signature_with(&self, consumer_secret: &str, token_secret: &str, base: &str) -> Option<String> {
        let key = format!("{}&{}", uri::encode(consumer_secret), uri::encode(token_secret));
        Some(base64(&self.mac()?.sign(key.as_bytes(), base.as_bytes())))
    }
}

/// Scheme, host and path in lower case where they are the same in any, without the scheme's own port.
fn base_address(request: &Request) -> String {
    let scheme = request.url.split_once("://").map_or("http", |(scheme, _)| scheme).to_ascii_lowercase();
    let host = uri::authority(request).unwrap_or_default().to_ascii_lowercase();
    format!("{scheme}://{host}{}", uri::path(request))
}

fn starts_with_scheme(value: &str) -> bool {
    let value = value.trim_start();
    value.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("OAuth"))
        && value.get(5..).is_some_and(|rest| rest.starts_with(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 5849 section 3.4.1.1.
    #[test]
    fn the_base_string_is_that_of_the_specification() {
        let authorization = "OAuth realm=\"Example\", oauth_consumer_key=\"9djdj82h48djs9d2\", oauth_token=\"kkk9d7dh3k39sjv7\", \
                             oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131201\", oauth_nonce=\"7d8f3e4a\", \
                             oauth_signature=\"bYT5CMsGcbgUdFHObYMEfcx6bsw%3D\"";
        let request = Request {
            method: "POST".into(),
            url: "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b".into(),
            headers: [("Content-Type", "application/x-www-form-urlencoded"), ("Authorization", authorization)].into_iter().collect(),
            body: "c2&a3=2+q".into(),
            ..Request::default()
        };
        let want = "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D\
                    %26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1\
                    %26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7";
        let signed = OAuth1::read(&request, &field::query(&request)).expect("a signature");
        assert_eq!(signed.base_string(&request), want);
        assert_eq!(signed.get("oauth_signature").map(|f| f.value.as_str()), Some("bYT5CMsGcbgUdFHObYMEfcx6bsw="));
    }

    /// RFC 5849 section 1.2.
    #[test]
    fn the_signature_is_that_of_the_specification() {
        let authorization = "OAuth realm=\"Photos\", oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_token=\"nnch734d00sl2jdk\", \
                             oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131202\", oauth_nonce=\"chapoH\", \
                             oauth_signature=\"MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\"";
        let request = Request {
            method: "GET".into(),
            url: "http://photos.example.net/photos?file=vacation.jpg&size=original".into(),
            headers: [("Authorization", authorization)].into_iter().collect(),
            body: "".into(),
            ..Request::default()
        };
        let signed = OAuth1::read(&request, &field::query(&request)).expect("a signature");
        let signature = signed.signature_with("kd94hf93k423kf44", "pfkkdhi9sl3r4s00", &signed.base_string(&request));
        assert_eq!(signature.as_deref(), signed.get("oauth_signature").map(|f| f.value.as_str()));
    }

    /// A bearer token under the old scheme name is no signature.
    #[test]
    fn a_token_alone_is_not_signed() {
        let request = Request { headers: [("Authorization", "OAuth 00Dxx0000001gPL")].into_iter().collect(), ..Request::default() };
        assert_eq!(OAuth1::read(&request, &field::query(&request)), None);
    }
}
