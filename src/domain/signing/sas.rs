//! Shared access signatures: in the query of an address of Azure Storage, or behind `SharedAccessSignature` in the header.

use jiff::Timestamp;

use super::field::{self, Field, Fields, find};
use crate::domain::request::{Request, RequestPart};
use crate::domain::time;

/// A shared access signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sas {
    /// Its parameters (`se`, `sp`, `sig`, …), in the query with all others of the address.
    pub fields: Fields,
    /// True when it is in the header.
    pub in_header: bool,
}

const SCHEME: &str = "SharedAccessSignature ";

impl Sas {
    /// Reads the signature of a request: `sig` together with an end, a version or a policy.
    pub fn read(request: &Request, query: Fields) -> Option<Self> {
        let of_header = || {
            let is_its = |value: &str| value.get(..SCHEME.len()).is_some_and(|scheme| scheme.eq_ignore_ascii_case(SCHEME));
            let (index, header) = request.headers.all("authorization").find(|(_, h)| is_its(&h.value))?;
            Some(field::pairs(&header.value[SCHEME.len()..], RequestPart::HeaderValue(index), SCHEME.len()))
        };
        let (fields, in_header) = of_header().map_or((query, false), |fields| (fields, true));
        let has = |name| find(&fields, name).is_some();
        let is_signed = has("sig") && (has("se") || has("sv") || has("si") || has("skn"));
        is_signed.then_some(Self { fields, in_header })
    }

    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&Field> {
        find(&self.fields, name)
    }

    /// When it ends.
    pub fn expires(&self) -> Option<Timestamp> {
        moment(&self.get("se")?.value)
    }

    /// When it begins.
    pub fn starts(&self) -> Option<Timestamp> {
        moment(&self.get("st")?.value)
    }
}

/// `2020-07-09T18:11:03Z`, the same without seconds, a day alone, or seconds since 1970.
fn moment(text: &str) -> Option<Timestamp> {
    let with_zone = |text: String| text.parse().ok();
    match text.len() {
        10 if text.contains('-') => with_zone(format!("{text}T00:00:00Z")),
        17 => with_zone(text.replace('Z', ":00Z")),
        _ if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => time::from_seconds(text.parse().ok()?),
        _ => time::rfc3339(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str, headers: &[(&str, &str)]) -> Option<Sas> {
        let headers = headers.iter().copied().collect();
        let request = Request { method: "GET".into(), url: url.into(), headers, ..Request::default() };
        Sas::read(&request, field::query(&request))
    }

    #[test]
    fn it_is_read_in_the_address_and_in_the_header() {
        let sas = read("https://h/c?sv=2019-10-10&se=2020-07-09T18%3A11Z&st=2020-07-09&sig=a%2Bb%3D", &[]).expect("a signature");
        assert_eq!(sas.expires(), time::rfc3339("2020-07-09T18:11:00Z"));
        assert_eq!(sas.starts(), time::rfc3339("2020-07-09T00:00:00Z"));
        assert_eq!(sas.get("sig").map(|f| f.value.as_str()), Some("a+b="));
        let header = [("Authorization", "SharedAccessSignature sr=h&sig=x%3D&se=1594318263&skn=k")];
        assert_eq!(read("https://h/", &header).and_then(|sas| sas.expires()), time::rfc3339("2020-07-09T18:11:03Z"));
        assert_eq!(read("https://h/?sig=abc", &[]), None);
    }
}
