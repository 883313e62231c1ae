//! The names under which JSON logs have what is needed.
//!
//! A name is the path of keys, joined by dots, in lower case without `_` and `-`: `http.response.status_code` of ECS is
//! `http.response.statuscode`, written nested or with dots. Keys that only wrap the rest (`attributes`, `fields`, …) are left out.

use std::collections::HashMap;

use crate::logs::names::Seed;

/// What a JSON log can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    Status,
    Method,
    Path,
    Client,
    Agent,
    User,
    Time,
    Bytes,
    /// `GET /a HTTP/1.1`.
    Request,
    /// A text that may say why the request was refused.
    Reason,
}

/// The number of slots.
pub const SLOTS: usize = 10;

/// The known names; of several in one line, the first of the list counts.
const KNOWN: &[(Slot, &str)] = &[
    // Caddy, Kong, pino-http, winston, nginx; Envoy; Traefik; ECS and OpenTelemetry; GCP; Cloudflare; AWS API Gateway.
    (
        Slot::Status,
        "http.response.statuscode httprequest.status response.status response.statuscode res.statuscode res.status downstreamstatus edgeresponsestatus responsecode statuscode status responsestatus httpstatus httpstatuscode http.statuscode http.status scstatus originstatus code",
    ),
    (
        Slot::Method,
        "http.request.method request.method req.method httprequest.requestmethod clientrequestmethod requestmethod httpmethod http.method method verb",
    ),
    (
        Slot::Path,
        "url.path url.original request.uri request.url request.path req.url req.originalurl req.path httprequest.requesturl clientrequesturi clientrequestpath xenvoyoriginalpath requesturi requestpath http.target http.url http.path uri path url originalurl resourcepath target",
    ),
    (
        Slot::Client,
        "request.clientip clientip client.ip client.address source.ip xforwardedfor clienthost request.remoteip remoteip httprequest.remoteip req.remoteaddress request.remoteaddr remoteaddr remoteaddress clientaddress clientaddr downstreamremoteaddress net.peer.ip sourceip remotehost remote ipaddress ip",
    ),
    (
        Slot::Agent,
        "useragent.original request.headers.useragent req.headers.useragent httprequest.useragent clientrequestuseragent requestuseragent http.useragent httpuseragent useragent agent",
    ),
    (Slot::User, "user.name user.id request.user remoteuser clientusername username userid user sub"),
    (
        Slot::Time,
        "@timestamp timestamp time ts @t t starttime startutc timelocal timeiso8601 datetime date startedat edgestarttimestamp asctime eventtime requesttime",
    ),
    (Slot::Bytes, "http.response.body.bytes bodybytessent bytessent downstreamcontentsize responselength res.contentlength size bytes"),
    (Slot::Request, "request requestline"),
    (
        Slot::Reason,
        "error.message err.message error errordescription exception.message exception reason detail responsecodedetails respheaders.wwwauthenticate res.headers.wwwauthenticate response.headers.wwwauthenticate failurereason err message msg @m @mt log",
    ),
];

/// Keys at the top that only wrap the rest.
const WRAPPERS: &[&str] = &["attributes", "fields", "data", "meta", "metadata", "context", "extra", "jsonpayload", "properties", "@fields"];

/// What a path is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// With the place in the list; a lower one is better.
    pub slot: Option<(Slot, u8)>,
    /// Names can be found below it.
    pub is_parent: bool,
}

/// The names that are looked for.
#[derive(Clone, Debug)]
pub struct JsonNames {
    places: HashMap<Vec<u8>, Place, Seed>,
}

impl Default for JsonNames {
    fn default() -> Self {
        let mut names = JsonNames { places: HashMap::default() };
        for (slot, list) in KNOWN {
            for (name, rank) in list.split(' ').zip(1..) {
                names.insert(*slot, name.as_bytes().to_vec(), rank);
            }
        }
        names
    }
}

impl JsonNames {
    /// Makes a name (`request.method`) the best for a slot.
    pub fn set(&mut self, slot: Slot, name: &str) {
        let mut path = Vec::new();
        for part in name.split('.') {
            push(&mut path, part.as_bytes());
        }
        self.insert(slot, path, 0);
    }

    fn insert(&mut self, slot: Slot, name: Vec<u8>, rank: u8) {
        for (at, _) in name.iter().enumerate().filter(|(_, byte)| **byte == b'.') {
            self.places.entry(name.get(..at).unwrap_or_default().to_vec()).or_default().is_parent = true;
        }
        self.places.entry(name).or_default().slot = Some((slot, rank));
    }

    /// What a path is. The empty one is that of wrappers.
    pub fn place(&self, path: &[u8]) -> Place {
        if path.is_empty() {
            return Place { slot: None, is_parent: true };
        }
        self.places.get(path).copied().unwrap_or_default()
    }
}

/// Puts a key at the end of a path.
pub fn push(path: &mut Vec<u8>, key: &[u8]) {
    if path.is_empty() && WRAPPERS.iter().any(|wrapper| wrapper.as_bytes().eq_ignore_ascii_case(key)) {
        return;
    }
    if !path.is_empty() {
        path.push(b'.');
    }
    // No known name is longer.
    for byte in key.iter().take(64) {
        if *byte != b'_' && *byte != b'-' {
            path.push(byte.to_ascii_lowercase());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_keys_are_folded() {
        for (_, list) in KNOWN {
            for name in list.split(' ') {
                let mut path = Vec::new();
                name.split('.').for_each(|part| push(&mut path, part.as_bytes()));
                assert_eq!(String::from_utf8(path).unwrap(), name);
            }
        }
        let slots: usize = KNOWN.iter().map(|(_, list)| list.split(' ').count()).sum();
        let found = JsonNames::default().places.values().filter(|place| place.slot.is_some()).count();
        assert_eq!(found, slots, "a name is listed twice");
        assert!(KNOWN.iter().all(|(slot, _)| (*slot as usize) < SLOTS));
    }

    #[test]
    fn nested_and_dotted_names_are_the_same() {
        let names = JsonNames::default();
        let mut nested = Vec::new();
        ["http", "response", "status_code"].iter().for_each(|key| push(&mut nested, key.as_bytes()));
        let mut dotted = Vec::new();
        push(&mut dotted, b"http.response.status_code");
        assert_eq!(nested, dotted);
        assert_eq!(names.place(&nested).slot.map(|(slot, _)| slot), Some(Slot::Status));
        assert!(names.place(b"http.response").is_parent && !names.place(b"headers").is_parent);
    }
}
