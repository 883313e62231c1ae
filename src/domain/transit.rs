//! What a request's way changed: it is known where both ends of the way are, the request that was sent and the one that arrived.

use percent_encoding::percent_decode_str;

use super::basic::encode_pair;
use super::headers::Headers;
use super::request::Request;

/// What arrived behind a proxy of a request that was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transit {
    /// The request as it arrived.
    pub received: Request,
    /// What is different in it, in the order of the fields as sent, then of those that came to them.
    pub changes: Vec<Change>,
    /// How it is known that this is the request that was sent.
    pub known_by: KnownBy,
}

/// How a request that arrived is known to be one that was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KnownBy {
    /// By a mark that only the sender knows, or by a header of its own besides method and address.
    Mark,
    /// By method and address alone: somebody else may have sent the like.
    #[default]
    Address,
}

/// One difference between what was sent and what arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Name of the header, in its spelling as sent; `:method` and `:path` for the request line (RFC 9113 section 8.3.1), `:body` for the
    /// body.
    pub name: String,
    /// What became of it.
    pub kind: ChangeKind,
}

/// What became of a header on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    Added,
    Changed,
    Removed,
}

impl ChangeKind {
    /// Its word in results.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }
}

impl Change {
    /// What was sent and what arrived, of the two ends of the way; `None` where it is not there.
    pub fn ends(&self, sent: &Request, received: &Request) -> (Option<String>, Option<String>) {
        let value = |request: &Request| match self.name.as_str() {
            ":method" => request.method.clone(),
            ":path" => target(request).to_string(),
            ":body" => format!("{} bytes", request.body.len()),
            name if name.eq_ignore_ascii_case("host") && !request.headers.has(name) => authority(&request.url),
            name => joined(&request.headers, name),
        };
        let sent = (self.kind != ChangeKind::Added).then(|| value(sent));
        let received = (self.kind != ChangeKind::Removed).then(|| value(received));
        (sent, received)
    }
}

/// Fields that belong to one connection (RFC 9110 section 7.6.1) or to the framing of the message: each hop has its own.
const OF_HOP: [&str; 10] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "content-length",
    "http2-settings",
];

/// Fields that every client adds by itself to what it is told to send.
const OF_CLIENT: [&str; 4] = ["accept", "accept-encoding", "user-agent", "content-type"];

impl Transit {
    /// Compares both ends. Names are compared in any case, fields of one name by what they say together (RFC 9110 section 5.3), the host
    /// with that of the address if the request has no field for it, cookies one by one.
    pub fn between(sent: &Request, received: Request) -> Self {
        let sent = &as_sent(sent);
        let mut changes = Vec::new();
        let mut change = |name: &str, kind| changes.push(Change { name: name.to_string(), kind });
        if sent.method != received.method {
            change(":method", ChangeKind::Changed);
        }
        if target(sent) != target(&received) {
            change(":path", ChangeKind::Changed);
        }
        for (index, header) in sent.headers.iter() {
            let is_repeated = sent.headers.all(&header.name).next().is_some_and(|(first, _)| first < index);
            if is_repeated || is_of(&OF_HOP, &header.name) {
                continue;
            }
            match received.headers.has(&header.name) {
                false => change(&header.name, ChangeKind::Removed),
                true if header.is("cookie") => {
                    let (before, after) = (cookies(&sent.headers), cookies(&received.headers));
                    if !before.iter().all(|pair| after.contains(pair)) {
                        change(&header.name, ChangeKind::Changed);
                    } else if after.len() > before.len() {
                        change(&header.name, ChangeKind::Added);
                    }
                }
                true if joined(&sent.headers, &header.name) != joined(&received.headers, &header.name) => {
                    change(&header.name, ChangeKind::Changed);
                }
                true => {}
            }
        }
        let host = authority(&sent.url);
        if !sent.headers.has("host") && !host.is_empty() && received.headers.get("host").is_some_and(|arrived| arrived != host) {
            change("Host", ChangeKind::Changed);
        }
        for (index, header) in received.headers.iter() {
            let is_repeated = received.headers.all(&header.name).next().is_some_and(|(first, _)| first < index);
            let is_usual = is_of(&OF_HOP, &header.name) || is_of(&OF_CLIENT, &header.name) || header.is("host");
            if !is_repeated && !is_usual && !sent.headers.has(&header.name) {
                change(&header.name, ChangeKind::Added);
            }
        }
        if sent.body != received.body && (sent.headers.has("content-type") || !sent.body.is_empty()) {
            let is_gone = received.body.is_empty();
            changes.push(Change { name: ":body".into(), kind: if is_gone { ChangeKind::Removed } else { ChangeKind::Changed } });
        }
        let known_by = if shares_a_field(sent, &received) { KnownBy::Mark } else { KnownBy::Address };
        Self { received, changes, known_by }
    }

    /// What became of a header; `None` if it arrived as it was sent.
    pub fn of(&self, name: &str) -> Option<ChangeKind> {
        self.changes.iter().find(|change| change.name.eq_ignore_ascii_case(name)).map(|change| change.kind)
    }
}

/// The request as it goes out: a login in the address becomes a field (RFC 7617).
fn as_sent(request: &Request) -> Request {
    let mut sent = request.clone();
    if let Some((_, rest)) = request.url.split_once("://")
        && let Some((login, _)) = rest.split(['/', '?', '#']).next().unwrap_or_default().rsplit_once('@')
        && !sent.headers.has("authorization")
    {
        let pair: Vec<u8> = percent_decode_str(login).collect();
        let pair = if pair.contains(&b':') { pair } else { [pair.as_slice(), b":"].concat() };
        sent.headers.push("Authorization", format!("Basic {}", encode_pair(pair)));
    }
    sent
}

/// True if a field that is the client's own arrived as it was sent.
fn shares_a_field(sent: &Request, received: &Request) -> bool {
    let is_own = |name: &str| !is_of(&OF_HOP, name) && !is_of(&OF_CLIENT, name) && !name.eq_ignore_ascii_case("host");
    let mut own = sent.headers.iter().filter(|(_, header)| is_own(&header.name));
    own.any(|(_, header)| {
        received.headers.has(&header.name) && joined(&sent.headers, &header.name) == joined(&received.headers, &header.name)
    })
}

/// The pairs of all cookies.
fn cookies(headers: &Headers) -> Vec<&str> {
    headers.all("cookie").flat_map(|(_, header)| header.value.split(';')).map(str::trim).filter(|pair| !pair.is_empty()).collect()
}

fn is_of(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The values of all fields of a name; cookies are joined by `; ` (RFC 9113 section 8.2.3).
fn joined(headers: &Headers, name: &str) -> String {
    let by = if name.eq_ignore_ascii_case("cookie") { "; " } else { ", " };
    headers.all(name).map(|(_, header)| header.value.trim()).collect::<Vec<_>>().join(by)
}

/// Path and query of a request, without the part that is never sent.
fn target(request: &Request) -> &str {
    let target = request.path().split('#').next().unwrap_or_default();
    if target.is_empty() { "/" } else { target }
}

/// Host and port of an address as they go into `Host`: without user and password, and without the usual port.
fn authority(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return String::new() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = rest.get(..end).unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host).to_ascii_lowercase();
    let usual = if scheme.eq_ignore_ascii_case("https") { ":443" } else { ":80" };
    host.strip_suffix(usual).unwrap_or(&host).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(text: &str) -> Request {
        let (line, fields) = text.split_once('\n').unwrap_or((text, ""));
        let (method, url) = line.split_once(' ').expect("a request line");
        let fields = fields.lines().map(|line| line.split_once(": ").expect("a field"));
        Request { method: method.into(), url: url.into(), headers: fields.collect(), ..Request::default() }
    }

    fn changes(sent: &str, received: &str) -> String {
        let changes = Transit::between(&request(sent), request(received)).changes;
        changes.iter().map(|change| format!("{} {}", change.kind.word(), change.name)).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn what_the_way_changed_is_named() {
        let sent = "GET https://api.example/a?b=1#c\nAuthorization: Bearer x\nX-A: 1\nAccept: */*";
        for (received, expected) in [
            ("GET http://api.example/a?b=1\nhost: api.example\nauthorization: Bearer x\nx-a: 1\naccept: */*", ""),
            ("GET http://api.example/a?b=1\nhost: api.example\nx-a: 1\naccept: */*", "removed Authorization"),
            ("GET http://app:3000/?b=1\nhost: app:3000\nauthorization: Basic x\nx-a: 1\naccept: */*\nx-forwarded-for: 1", {
                "changed :path, changed Authorization, changed Host, added x-forwarded-for"
            }),
            (
                "POST http://api.example/a?b=1\nhost: api.example\nauthorization: Bearer x\nx-a: 1\naccept: */*\nte: trailers",
                "changed :method",
            ),
        ] {
            assert_eq!(changes(sent, received), expected, "{received}");
        }
    }

    #[test]
    fn fields_of_one_name_are_compared_together() {
        let sent = "GET http://a/\nX-A: 1\nX-A: 2\nCookie: a=1; b=2\nContent-Length: 5";
        assert_eq!(changes(sent, "GET http://a/\nhost: a\nx-a: 1, 2\ncookie: b=2\ncookie: a=1"), "");
        assert_eq!(changes(sent, "GET http://a/\nhost: a\nx-a: 1, 2\ncookie: a=1; b=2; lb=7"), "added Cookie");
        assert_eq!(changes(sent, "GET http://a/\nhost: a\nx-a: 1\ncookie: a=1"), "changed X-A, changed Cookie");
    }

    #[test]
    fn a_login_in_the_address_is_a_field_and_a_body_is_compared() {
        assert_eq!(changes("GET https://me:pw@a.example/", "GET http://x/\nhost: a.example"), "removed Authorization");
        assert_eq!(changes("GET https://me:pw@a.example/", "GET http://x/\nhost: a.example\nauthorization: Basic bWU6cHc="), "");
        let sent = Request { body: "a=1".into(), ..request("POST http://a/") };
        let kinds: Vec<String> = Transit::between(&sent, request("POST http://a/\nhost: a")).changes.into_iter().map(|c| c.name).collect();
        assert_eq!(kinds, [":body"]);
    }

    #[test]
    fn the_host_is_that_of_the_address_or_of_its_field() {
        assert_eq!(changes("GET https://A.example:443/", "GET http://x/\nhost: a.example"), "");
        assert_eq!(changes("GET http://a.example/\nHost: b.example", "GET http://x/\nhost: b.example"), "");
        assert_eq!(changes("GET http://a.example/\nHost: b.example", "GET http://x/\nhost: a.example"), "changed Host");
    }
}
