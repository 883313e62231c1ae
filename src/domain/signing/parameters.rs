//! Keyed hashes with named parameters: Hawk, `Signature keyId=…`, `hmac username=…`, `HMAC-SHA256 Credential=…`, and the
//! signatures of HTTP messages (RFC 9421).

use super::encoding::{Mac, base64};
use super::field::{self, Field, Fields, find};
use super::uri;
use crate::domain::headers::Header;
use crate::domain::request::{Request, RequestPart};
use crate::domain::span::Span;

/// Which scheme it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Hawk.
    Hawk,
    /// The draft before RFC 9421, also under the name `hmac`.
    Draft,
    /// `HMAC-SHA256 Credential=…&SignedHeaders=…&Signature=…`.
    Azure,
    /// RFC 9421.
    Message,
}

/// A signature with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// The scheme.
    pub scheme: Scheme,
    /// Its parameters.
    pub fields: Fields,
    /// The header that carries them.
    pub header: usize,
}

impl Parameters {
    /// Reads the signature of a request.
    pub fn read(request: &Request) -> Option<Self> {
        let of_authorization = request.headers.all("authorization").find_map(|(index, header)| Self::of_scheme(index, &header.value));
        of_authorization.or_else(|| Self::of_message(request)).or_else(|| {
            let (index, header) = request.headers.all("signature").find(|(_, h)| h.value.contains("keyId="))?;
            Some(Self { scheme: Scheme::Draft, fields: field::parameters(index, &header.value, 0), header: index })
        })
    }

    fn of_scheme(index: usize, value: &str) -> Option<Self> {
        let inner = value.trim_start();
        let (name, rest) = inner.split_once(char::is_whitespace)?;
        let from = value.len() - rest.len();
        let (scheme, fields) = match name.to_ascii_lowercase().as_str() {
            "hawk" => (Scheme::Hawk, field::parameters(index, value, from)),
            "signature" | "hmac" => (Scheme::Draft, field::parameters(index, value, from)),
            "hmac-sha256" => (Scheme::Azure, field::pairs(rest, RequestPart::HeaderValue(index), from)),
            _ => return None,
        };
        let is_its = |name: &str| match scheme {
            Scheme::Hawk => ["id", "ts", "nonce", "mac"].contains(&name),
            Scheme::Draft => ["keyid", "username", "signature"].contains(&name),
            Scheme::Azure | Scheme::Message => ["credential", "signedheaders", "signature"].contains(&name),
        };
        // A base64 signature keeps its `+`.
        let fields: Fields = fields.into_iter().map(|(name, field)| (name, Field { value: field.raw.clone(), ..field })).collect();
        fields.iter().any(|(name, _)| is_its(&name.to_ascii_lowercase())).then_some(Self { scheme, fields, header: index })
    }

    /// `Signature-Input: sig1=("@method" "date");created=1618884473;keyid="test"` beside `Signature: sig1=:BASE64:`.
    fn of_message(request: &Request) -> Option<Self> {
        let (index, input) = request.headers.all("signature-input").next()?;
        let (label, rest) = input.value.split_once('=')?;
        let components = rest.split_once('(').and_then(|(_, behind)| behind.split_once(')'))?;
        let mut fields = Fields::new();
        fields.push(("headers".to_string(), slice(index, input, components.0)));
        let from = input.value.len() - components.1.len();
        fields.extend(field::parameters(index, &input.value, from));
        let signature = request.headers.all("signature").find_map(|(index, header)| {
            let behind = header.value.split_once(&format!("{}=:", label.trim()))?.1;
            Some(("signature".to_string(), slice(index, header, behind.split(':').next()?)))
        });
        fields.extend(signature);
        Some(Self { scheme: Scheme::Message, fields, header: index })
    }

    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&Field> {
        find(&self.fields, name)
    }

    /// The signature or keyed hash itself.
    pub fn signature(&self) -> Option<&Field> {
        self.get(if self.scheme == Scheme::Hawk { "mac" } else { "signature" })
    }

    /// The names of the headers that are signed, each with its bytes; those that stand for parts of the request line left out.
    pub fn signed(&self) -> Vec<(String, Span)> {
        let Some(field) = self.get(if self.scheme == Scheme::Azure { "SignedHeaders" } else { "headers" }) else { return Vec::new() };
        let names = field.raw.split(|c: char| c == ';' || c.is_whitespace()).map(|name| name.trim_matches('"'));
        let is_header = |name: &&str| !name.is_empty() && !name.starts_with(['@', '(']) && !name.eq_ignore_ascii_case("request-line");
        let place = |name: &str| Span::of(&field.raw, name).map(|span| span.shifted(field.span.start));
        names.filter(is_header).filter_map(|name| Some((name.to_ascii_lowercase(), place(name)?))).collect()
    }

    /// What Hawk's keyed hash is over.
    pub fn hawk_string(&self, request: &Request) -> Option<String> {
        let get = |name: &str| self.get(name).map_or("", |field| field.value.as_str());
        let host = uri::host(request)?.to_ascii_lowercase();
        let own_port = if request.url.starts_with("http://") { "80" } else { "443" };
        let (name, port) = host.rsplit_once(':').unwrap_or((&host, own_port));
        let (ts, nonce, hash, ext) = (get("ts"), get("nonce"), get("hash"), get("ext"));
        let resource = request.path().split('#').next().unwrap_or_default();
        let method = request.method.to_ascii_uppercase();
        let end = self.get("app").map_or_else(String::new, |app| format!("{}\n{}\n", app.value, get("dlg")));
        Some(format!("hawk.1.header\n{ts}\n{nonce}\n{method}\n{resource}\n{name}\n{port}\n{hash}\n{ext}\n{end}"))
    }

    /// The keyed hash that a secret gives for a Hawk request.
    pub fn hawk_with(&self, secret: &str, request: &Request) -> Option<String> {
        Some(base64(&Mac::Sha256.sign(secret.as_bytes(), self.hawk_string(request)?.as_bytes())))
    }
}

fn slice(index: usize, header: &Header, raw: &str) -> Field {
    let span = Span::of(&header.value, raw).unwrap_or_default();
    Field { raw: raw.into(), value: raw.into(), part: RequestPart::HeaderValue(index), span }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str, headers: &[(&str, &str)]) -> (Request, Option<Parameters>) {
        let request = Request { method: "GET".into(), url: url.into(), headers: headers.iter().copied().collect(), ..Request::default() };
        let signed = Parameters::read(&request);
        (request, signed)
    }

    /// The example of Hawk's own documentation.
    #[test]
    fn hawk_is_that_of_its_documentation() {
        let header = r#"Hawk id="dh37fgj492je", ts="1353832234", nonce="j4h3g2", ext="some-app-ext-data", mac="6R4rV5iE+NPoym+WwjeHzjAGXUtLNIxmo1vpMofpLAE=""#;
        let (request, signed) = read("http://example.com:8000/resource/1?b=1&a=2", &[("Authorization", header)]);
        let signed = signed.expect("a signature");
        let mac = signed.hawk_with("werxhqb98rpaxn39848xrunpaw3489ruxnpa98w4rxn", &request);
        assert_eq!(mac.as_deref(), signed.signature().map(|field| field.value.as_str()));
    }

    #[test]
    fn the_names_of_signed_headers_are_read_in_every_scheme() {
        let names = |header: (&str, &str)| {
            let (_, signed) = read("http://h/", &[header, ("Signature", "sig1=:YWJj:")]);
            signed.map(|s| s.signed().into_iter().map(|(name, _)| name).collect::<Vec<_>>())
        };
        let want = Some(vec!["date".to_string(), "digest".to_string()]);
        for header in [
            ("Authorization", r#"Signature keyId="a",headers="(request-target) date digest",signature="YWJj""#),
            ("Authorization", r#"hmac username="a", algorithm="hmac-sha256", headers="date request-line digest", signature="YWJj""#),
            ("Authorization", "HMAC-SHA256 Credential=a&SignedHeaders=date;digest&Signature=YWJj"),
            ("Signature-Input", r#"sig1=("@method" "date" "digest");created=1618884473;keyid="test""#),
        ] {
            assert_eq!(names(header), want, "{header:?}");
        }
        assert_eq!(read("http://h/", &[("Authorization", "hmac 1234:abcd")]).1, None);
    }
}
