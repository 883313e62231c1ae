//! AWS Signature Version 4: `Authorization: AWS4-HMAC-SHA256 …` and presigned addresses.

pub mod canonical;
mod renewed;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::field::{self, Field, Fields};
use crate::domain::request::Request;
use crate::domain::span::Span;
use crate::domain::time;

/// Where the signature is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// In Authorization.
    Header,
    /// In the query of a presigned address.
    Presigned,
}

/// A signature of version 4, with what it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigV4 {
    /// Where it is.
    pub form: Form,
    /// `AWS4-HMAC-SHA256`, or another of the family.
    pub algorithm: String,
    /// Key id and scope.
    pub credential: Option<Field>,
    /// Names of the signed headers.
    pub signed_headers: Option<Field>,
    /// The signature itself.
    pub signature: Option<Field>,
    /// When it was signed: `X-Amz-Date`, else `Date`.
    pub date: Option<Field>,
    /// For how many seconds a presigned address holds.
    pub expires: Option<Field>,
}

/// The parts of a credential: `KEY/20150830/us-east-1/iam/aws4_request`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope<'a> {
    /// Id of the key.
    pub key_id: &'a str,
    /// Day of signing.
    pub date: &'a str,
    /// Region; empty where the algorithm has none in its scope.
    pub region: &'a str,
    /// Name of the service in signatures.
    pub service: &'a str,
    /// `aws4_request`.
    pub terminator: &'a str,
}

impl SigV4 {
    /// Reads the signature of a request.
    pub fn read(request: &Request, query: &Fields) -> Option<Self> {
        let date = || field::header(request, "x-amz-date").or_else(|| field::header(request, "date"));
        for (index, header) in request.headers.all("authorization") {
            let value = header.value.trim_start();
            let algorithm = value.split(char::is_whitespace).next().unwrap_or_default();
            if !is_of_the_family(algorithm) {
                continue;
            }
            let from = header.value.len() - value.len() + algorithm.len();
            let fields = field::parameters(index, &header.value, from);
            let take = |name: &str| field::find(&fields, name).cloned();
            return Some(Self {
                form: Form::Header,
                algorithm: algorithm.to_string(),
                credential: take("Credential"),
                signed_headers: take("SignedHeaders"),
                signature: take("Signature"),
                date: date(),
                expires: None,
            });
        }
        let take = |name: &str| field::find(query, name).cloned();
        let algorithm = take("X-Amz-Algorithm").filter(|a| is_of_the_family(&a.value))?;
        Some(Self {
            form: Form::Presigned,
            algorithm: algorithm.value,
            credential: take("X-Amz-Credential"),
            signed_headers: take("X-Amz-SignedHeaders"),
            signature: take("X-Amz-Signature"),
            date: take("X-Amz-Date"),
            expires: take("X-Amz-Expires"),
        })
    }

    /// The credential taken apart.
    pub fn scope(&self) -> Option<Scope<'_>> {
        let mut parts = self.credential.as_ref()?.value.rsplitn(if self.has_region() { 5 } else { 4 }, '/');
        let terminator = parts.next()?;
        let service = parts.next()?;
        let region = if self.has_region() { parts.next()? } else { "" };
        let date = parts.next()?;
        Some(Scope { key_id: parts.next()?, date, region, service, terminator })
    }

    /// The bytes of a part of the credential; the whole credential where it is percent-encoded.
    pub fn part(&self, part: &str) -> Option<Span> {
        let credential = self.credential.as_ref()?;
        let inner = Span::of(&credential.value, part).filter(|_| credential.raw == credential.value);
        Some(inner.map_or(credential.span, |span| span.shifted(credential.span.start)))
    }

    /// False for the asymmetric algorithm, whose regions stand in a header.
    pub fn has_region(&self) -> bool {
        self.algorithm.eq_ignore_ascii_case("AWS4-HMAC-SHA256")
    }

    /// The names of the signed headers, as written.
    pub fn signed(&self) -> impl Iterator<Item = &str> {
        self.signed_headers.iter().flat_map(|field| field.value.split(';')).filter(|name| !name.is_empty())
    }

    /// The moment of signing.
    pub fn signed_at(&self) -> Option<Timestamp> {
        let text = self.date.as_ref()?.value.as_str();
        basic_time(text).or_else(|| time::http_date(text))
    }

    /// The moment of signing as it stands in the string to sign: `20150830T123600Z`.
    pub fn stamp(&self) -> Option<String> {
        let text = self.date.as_ref()?.value.as_str();
        if basic_time(text).is_some() {
            return Some(text.to_string());
        }
        time::http_date(text).map(|moment| moment.strftime("%Y%m%dT%H%M%SZ").to_string())
    }
}

/// Reads `20150830T123600Z`.
pub fn basic_time(text: &str) -> Option<Timestamp> {
    if text.len() != 16 {
        return None;
    }
    TimeZone::UTC.to_timestamp(DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?).ok()
}

fn is_of_the_family(algorithm: &str) -> bool {
    algorithm.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("AWS4-"))
}
