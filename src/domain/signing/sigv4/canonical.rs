//! What Signature Version 4 signs: the canonical request and the string to sign.

use super::{Form, SigV4};
use crate::domain::request::Request;
use crate::domain::signing::encoding::{EMPTY_SHA256, Mac, hex, sha256};
use crate::domain::signing::uri;

/// The canonical request, line by line, each of which can be replaced to try another reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canonical {
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The query, in order.
    pub query: String,
    /// The signed headers with their values.
    pub headers: Vec<(String, String)>,
    /// The names of the signed headers.
    pub signed: String,
    /// Hash of the body, or what stands in its place.
    pub payload: String,
}

impl Canonical {
    /// Each line with what it is: `method`, `path`, `query`, a header's name, `signed headers`, `payload hash`.
    pub fn lines(&self) -> Vec<(String, String)> {
        let own = |name: &str, text: &str| (name.to_string(), text.to_string());
        let mut lines = vec![own("method", &self.method), own("path", &self.path), own("query", &self.query)];
        lines.extend(self.headers.iter().map(|(name, value)| (name.clone(), format!("{name}:{value}"))));
        lines.extend([own("signed headers", ""), own("signed headers", &self.signed), own("payload hash", &self.payload)]);
        lines
    }

    /// The canonical request.
    pub fn text(&self) -> String {
        self.lines().into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("\n")
    }
}

impl SigV4 {
    /// The canonical request as the server builds it of what is sent; `None` without a scope.
    pub fn canonical(&self, request: &Request) -> Option<Canonical> {
        let service = self.scope()?.service;
        let path = uri::path(request);
        // S3 takes an object's name as it is; everything else is normalized, and what the address encodes once is encoded again.
        let path = if service == "s3" { uri::encode_path(&uri::decode(path)) } else { uri::encode_path(&uri::normalized(path)) };
        let headers = self.signed().map(|name| (name.to_ascii_lowercase(), header_value(request, name))).collect();
        Some(Canonical {
            method: request.method.clone(),
            path,
            query: self.canonical_query(uri::query(request)),
            headers,
            signed: self.signed().collect::<Vec<_>>().join(";"),
            payload: self.payload(request, service),
        })
    }

    /// The parameters encoded and sorted, without the signature itself.
    pub fn canonical_query(&self, query: &str) -> String {
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let mut pairs: Vec<(String, String)> = pairs
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (uri::encode(&uri::decode(&name.replace('+', " "))), uri::encode(&uri::decode(&value.replace('+', " ")))))
            .filter(|(name, _)| self.form == Form::Header || !name.eq_ignore_ascii_case("X-Amz-Signature"))
            .collect();
        pairs.sort();
        pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    }

    fn payload(&self, request: &Request, service: &str) -> String {
        match request.headers.get("x-amz-content-sha256") {
            Some(named) => named.trim().to_string(),
            None if self.form == Form::Presigned && service == "s3" => "UNSIGNED-PAYLOAD".to_string(),
            None if request.body.is_empty() => EMPTY_SHA256.to_string(),
            None => hex(&sha256(request.body.as_bytes())),
        }
    }

    /// The string to sign for a canonical request.
    pub fn string_to_sign(&self, canonical: &str) -> Option<String> {
        let scope = self.credential.as_ref()?.value.strip_prefix(self.scope()?.key_id)?.strip_prefix('/')?;
        Some(format!("{}\n{}\n{scope}\n{}", self.algorithm, self.stamp()?, hex(&sha256(canonical.as_bytes()))))
    }

    /// The signature that a secret gives for a canonical request.
    pub fn signature_with(&self, secret: &str, canonical: &str) -> Option<String> {
        let scope = self.scope()?;
        let sign = |key: &[u8], text: &str| Mac::Sha256.sign(key, text.as_bytes());
        let mut key = format!("AWS4{secret}").into_bytes();
        for part in [scope.date, scope.region, scope.service, scope.terminator] {
            key = sign(&key, part);
        }
        Some(hex(&sign(&key, &self.string_to_sign(canonical)?)))
    }
}

/// The values of a header as they are signed: without blanks around them, runs of blanks as one, several joined by commas. The
/// host is that of the address where no header names it.
fn header_value(request: &Request, name: &str) -> String {
    let squeezed = |value: &str| value.split_whitespace().collect::<Vec<_>>().join(" ");
    let values: Vec<String> = request.headers.all(name).map(|(_, header)| squeezed(&header.value)).collect();
    if values.is_empty() && name.eq_ignore_ascii_case("host") {
        return uri::host(request).unwrap_or_default().to_string();
    }
    values.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::signing::field;

    /// The key of the published examples.
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    fn signature(request: &Request, secret: &str) -> Option<String> {
        let signed = SigV4::read(request, &field::query(request))?;
        signed.signature_with(secret, &signed.canonical(request)?.text())
    }

    /// A request of the published test suite.
    fn of_the_suite(method: &str, target: &str, more: &[(&str, &str)], body: &str) -> Request {
        let mut names = vec!["host", "x-amz-date"];
        names.extend(more.iter().map(|(name, _)| *name));
        names.sort_unstable();
        names.dedup();
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders={}, Signature=0",
            names.join(";")
        );
        let own = [("Host", "example.amazonaws.com"), ("X-Amz-Date", "20150830T123600Z"), ("Authorization", authorization.as_str())];
        Request {
            method: method.into(),
            url: format!("https://example.amazonaws.com{target}"),
            headers: own.into_iter().chain(more.iter().copied()).collect(),
            body: body.into(),
            ..Request::default()
        }
    }

    #[test]
    fn signatures_are_those_of_the_published_test_suite() {
        let form = ("content-type", "application/x-www-form-urlencoded");
        type Row<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a str, &'a str);
        let table: &[Row] = &[
            ("GET", "/", &[], "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
            ("GET", "/?Param2=value2&Param1=value1", &[], "", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
            ("GET", "/?Param1=value1", &[], "", "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"),
            ("POST", "/", &[], "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
            ("POST", "/", &[form], "Param1=value1", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
            (
                "GET",
                "/",
                &[("my-header1", "value2"), ("my-header1", "value2"), ("my-header1", "value1")],
                "",
                "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
            ),
        ];
        for (method, target, headers, body, want) in table {
            let request = of_the_suite(method, target, headers, body);
            assert_eq!(signature(&request, SECRET).as_deref(), Some(*want), "{method} {target} {headers:?}");
        }
    }

    /// The examples of the S3 documentation.
    #[test]
    fn objects_are_signed_in_the_header_and_in_the_address() {
        const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        let header = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
                      SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=0";
        let request = Request {
            method: "GET".into(),
            url: "https://examplebucket.s3.amazonaws.com/test.txt".into(),
            headers: [
                ("Range", "bytes=0-9"),
                ("x-amz-content-sha256", EMPTY_SHA256),
                ("x-amz-date", "20130524T000000Z"),
                ("Authorization", header),
            ]
            .into_iter()
            .collect(),
            body: "".into(),
            ..Request::default()
        };
        let want = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
        assert_eq!(signature(&request, SECRET).as_deref(), Some(want));
        let presigned = Request {
            method: "GET".into(),
            url: "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256\
                  &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z\
                  &X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=0"
                .into(),
            ..Request::default()
        };
        let want = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
        assert_eq!(signature(&presigned, SECRET).as_deref(), Some(want));
    }

    #[test]
    fn a_scope_is_read_from_its_end() {
        let request = of_the_suite("GET", "/", &[], "");
        let signed = SigV4::read(&request, &field::query(&request)).expect("a signature");
        let scope = signed.scope().expect("a scope");
        assert_eq!((scope.key_id, scope.date, scope.region, scope.service), ("AKIDEXAMPLE", "20150830", "us-east-1", "service"));
        let value = request.headers.get("authorization").expect("a header");
        assert_eq!(signed.part(scope.region).and_then(|span| span.cut(value)), Some("us-east-1"));
    }
}
