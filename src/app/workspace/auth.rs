//! How a request says who sends it: read from its text for the form, and written back into it.

use percent_encoding::percent_decode_str;

use crate::domain::basic::{self, Basic};
use crate::domain::request::{Request, RequestText, pictured};
use crate::domain::secrecy::names::{self, Grade, Side};
use crate::domain::signing::uri;
use crate::domain::span::Span;
use crate::formats::http_file::BodyOrigin;
use crate::formats::parameters::{Cell, Change, Parameters, Section, Spelling};

/// The ways to say it that the form knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuthKind {
    /// Not at all.
    #[default]
    None,
    /// `Authorization: Bearer TOKEN` (RFC 6750).
    Bearer,
    /// `Authorization: Basic …` (RFC 7617).
    Basic,
    /// `Authorization` with any other scheme.
    Scheme,
    /// A header of its own.
    Header,
    /// A parameter of the address.
    Query,
}

impl AuthKind {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 6] = [Self::Bearer, Self::Basic, Self::Header, Self::Query, Self::Scheme, Self::None];

    /// What it is called.
    pub const fn label(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Bearer => "Bearer token",
            Self::Basic => "Basic: user name and password",
            Self::Scheme => "another scheme",
            Self::Header => "API key in a header",
            Self::Query => "API key in the address",
        }
    }

    /// Its fields.
    pub const fn fields(self) -> &'static [AuthField] {
        match self {
            Self::None => &[],
            Self::Bearer => &[AuthField::Secret],
            Self::Basic => &[AuthField::Username, AuthField::Password],
            Self::Scheme => &[AuthField::Scheme, AuthField::Secret],
            Self::Header => &[AuthField::Header, AuthField::Secret],
            Self::Query => &[AuthField::Parameter, AuthField::Secret],
        }
    }
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthField {
    /// The scheme before the credential.
    Scheme,
    /// The name of the header.
    Header,
    /// The name of the parameter.
    Parameter,
    /// The token or key.
    Secret,
    /// The user name.
    Username,
    /// The password.
    Password,
}

impl AuthField {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Scheme, Self::Header, Self::Parameter, Self::Secret, Self::Username, Self::Password];

    /// What it is called, and what is typed into it.
    pub const fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Scheme => ("scheme", "Token, ApiKey, DPoP …"),
            Self::Header => ("header", "the name, such as X-Api-Key"),
            Self::Parameter => ("parameter", "the name, such as api_key"),
            Self::Secret => ("token or key", "paste it here, or {{variable}}"),
            Self::Username => ("user name", "a name, or {{variable}}"),
            Self::Password => ("password", "a password, or {{variable}}"),
        }
    }

    /// True if what is typed is masked.
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::Secret | Self::Password)
    }
}

/// Who sends a request, as it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Auth {
    /// The way it says it.
    pub kind: AuthKind,
    values: [String; AuthField::ALL.len()],
}

/// Where a request says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In the header at this index.
    Header(usize),
    /// In the parameter of that number.
    Parameter(usize),
}

impl Auth {
    /// A way to say it, with nothing in its fields.
    pub fn of(kind: AuthKind) -> Self {
        Self { kind, ..Self::default() }
    }

    /// Reads the text of a request.
    pub fn read(text: &str) -> Self {
        let (request, spans) = RequestText::parse(text);
        found(&request, &spans).map(|(auth, _)| auth).unwrap_or_default()
    }

    /// What is in a field.
    pub fn get(&self, field: AuthField) -> &str {
        AuthField::ALL.iter().zip(&self.values).find(|(known, _)| **known == field).map_or("", |(_, value)| value)
    }

    /// Puts something into a field.
    pub fn set(&mut self, field: AuthField, value: impl Into<String>) {
        if let Some((_, known)) = AuthField::ALL.iter().zip(&mut self.values).find(|(known, _)| **known == field) {
            *known = value.into();
        }
    }

    fn with(mut self, field: AuthField, value: impl Into<String>) -> Self {
        self.set(field, value);
        self
    }

    /// The text of a request that says this instead of what it said, in the same place where that is possible.
    pub fn written_into(&self, text: &str) -> String {
        let (request, spans) = RequestText::parse(text);
        let place = found(&request, &spans).map(|(_, place)| place);
        // A value with a line break in it stays one line.
        let line = self.header_line().map(|line| pictured(&line).into_owned());
        let parameter = self.parameter();
        let mut edits: Vec<(Span, String)> = Vec::new();
        match (place, line) {
            (Some(Place::Header(index)), line) => {
                let Some(header) = spans.headers.get(index) else { return text.to_string() };
                edits.push(match line {
                    Some(line) => (Span::new(header.name.start, header.value.end), line),
                    // With the end of the line before it.
                    None => (Span::new(header.name.start.saturating_sub(1), header.value.end), String::new()),
                });
            }
            (_, Some(line)) => {
                let last = spans.headers.last().map_or(spans.url.end, |header| header.value.end);
                edits.push((Span::new(last, last), format!("\n{line}")));
            }
            (_, None) => {}
        }
        // From the end, so that the places before it stay.
        edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        let mut written = text.to_string();
        for (span, new) in edits {
            if span.cut(&written).is_some() {
                written.replace_range(span.range(), &new);
            }
        }
        let change = |written: &str, change: Change| Parameters::read(written, BodyOrigin::HttpFile).with(Section::Query, change);
        match (place, parameter) {
            (Some(Place::Parameter(number)), Some((name, value))) => {
                let named = change(&written, Change::Set(number, Cell::Name, &name, Spelling::AsWritten));
                change(&named, Change::Set(number, Cell::Value, &value, Spelling::AsWritten))
            }
            (Some(Place::Parameter(number)), None) => change(&written, Change::Remove(number)),
            (_, Some((name, value))) => change(&written, Change::Add(&name, &value, Spelling::AsWritten)),
            (_, None) => written,
        }
    }

    /// The header that says it.
    fn header_line(&self) -> Option<String> {
        let secret = self.get(AuthField::Secret);
        match self.kind {
            AuthKind::None | AuthKind::Query => None,
            AuthKind::Bearer => Some(format!("Authorization: Bearer {}", without_bearer(secret))),
            AuthKind::Basic => Some(format!("Authorization: Basic {}", self.basic())),
            AuthKind::Scheme => Some(match self.get(AuthField::Scheme).trim() {
                "" => format!("Authorization: {secret}"),
                scheme => format!("Authorization: {scheme} {secret}"),
            }),
            AuthKind::Header => match self.get(AuthField::Header).trim().trim_end_matches(':') {
                "" => None,
                name => Some(format!("{name}: {secret}")),
            },
        }
    }

    /// User name and password as base64; with a variable in them as they are, because they are encoded on sending.
    fn basic(&self) -> String {
        let (username, password) = (self.get(AuthField::Username), self.get(AuthField::Password));
        let pair = format!("{username}:{password}");
        if pair.contains("{{") { pair } else { basic::encode(username, password) }
    }

    /// The parameter that says it.
    fn parameter(&self) -> Option<(String, String)> {
        let name = self.get(AuthField::Parameter).trim();
        (self.kind == AuthKind::Query && !name.is_empty()).then(|| (encoded(name), encoded(self.get(AuthField::Secret))))
    }
}

/// A token that was copied with what stands before it in the header.
fn without_bearer(text: &str) -> &str {
    let behind = |text: &'_ str, start: &str| text.get(..start.len()).is_some_and(|s| s.eq_ignore_ascii_case(start)).then_some(start.len());
    let value = text.trim_start();
    let value = behind(value, "authorization:").and_then(|at| value.get(at..)).map_or(value, str::trim_start);
    behind(value, "bearer ").and_then(|at| value.get(at..)).map_or(value, str::trim_start)
}

/// Percent-encoded, unless there is a variable in it.
fn encoded(text: &str) -> String {
    if text.contains("{{") { text.to_string() } else { uri::encode(text) }
}

/// Who sends the request, and where it says so: `Authorization`, else a header that is known for keys, else a parameter.
fn found(request: &Request, spans: &RequestText) -> Option<(Auth, Place)> {
    let headers = || request.headers.iter();
    if let Some((index, header)) = headers().find(|(_, header)| header.is("authorization")) {
        return Some((of_authorization(header.value.trim()), Place::Header(index)));
    }
    let is_key =
        |name: &str| !["cookie", "proxy-authorization"].contains(&name.to_ascii_lowercase().as_str()) && is_secret(names::of_header(name));
    if let Some((index, header)) = headers().find(|(_, header)| is_key(&header.name)) {
        let auth = Auth::of(AuthKind::Header);
        return Some((auth.with(AuthField::Header, &*header.name).with(AuthField::Secret, header.value.trim()), Place::Header(index)));
    }
    let rows = Parameters::read(&spans.text, BodyOrigin::HttpFile).rows(Section::Query);
    rows.into_iter().filter(|(_, row)| row.is_on).find_map(|(number, row)| {
        let (name, value) = (decoded(&row.written.0), decoded(&row.written.1));
        let auth = Auth::of(AuthKind::Query).with(AuthField::Parameter, &*name).with(AuthField::Secret, value);
        is_secret(names::of(&name, Side::Request)).then_some((auth, Place::Parameter(number)))
    })
}

fn is_secret(grade: Grade) -> bool {
    grade >= Grade::Likely
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().map_or_else(|_| text.to_string(), |text| text.into_owned())
}

/// Reads the value of an `Authorization` header.
fn of_authorization(value: &str) -> Auth {
    let Some((scheme, rest)) = value.split_once(char::is_whitespace).map(|(scheme, rest)| (scheme, rest.trim_start())) else {
        let is_bearer = value.is_empty() || value.eq_ignore_ascii_case("bearer");
        return if is_bearer { Auth::of(AuthKind::Bearer) } else { Auth::of(AuthKind::Scheme).with(AuthField::Secret, value) };
    };
    if scheme.eq_ignore_ascii_case("bearer") {
        return Auth::of(AuthKind::Bearer).with(AuthField::Secret, rest);
    }
    if scheme.eq_ignore_ascii_case("basic") {
        let bytes = if rest.contains("{{") || rest.contains(':') { None } else { Basic::read(rest).bytes };
        let decoded = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        // Neither encoded nor a pair: as a user name it would be shown, and a colon written behind it.
        if decoded.is_none() && !rest.contains([':', ' ']) {
            return Auth::of(AuthKind::Scheme).with(AuthField::Scheme, scheme).with(AuthField::Secret, rest);
        }
        let pair = decoded.unwrap_or_else(|| rest.to_string());
        // `Basic name password` is what other tools that share the format encode on sending.
        let (username, password) = pair.split_once(':').or_else(|| pair.split_once(' ')).unwrap_or((&pair, ""));
        return Auth::of(AuthKind::Basic).with(AuthField::Username, username).with(AuthField::Password, password);
    }
    Auth::of(AuthKind::Scheme).with(AuthField::Scheme, scheme).with(AuthField::Secret, rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn auth(kind: AuthKind, fields: &[(AuthField, &str)]) -> Auth {
        fields.iter().fold(Auth::of(kind), |auth, (field, value)| auth.with(*field, *value))
    }

    #[test]
    fn what_a_request_says_is_read_from_its_text() {
        use AuthField::{Header, Parameter, Password, Scheme, Secret, Username};
        for (text, expected) in [
            ("GET https://h/", auth(AuthKind::None, &[])),
            ("GET https://h/\nAccept: */*", auth(AuthKind::None, &[])),
            ("GET https://h/\nAuthorization: Bearer abc", auth(AuthKind::Bearer, &[(Secret, "abc")])),
            ("GET https://h/\nauthorization: bearer {{token}}", auth(AuthKind::Bearer, &[(Secret, "{{token}}")])),
            ("GET https://h/\nAuthorization:", auth(AuthKind::Bearer, &[])),
            ("GET https://h/\nAuthorization: Basic YW5uOnM6Yw==", auth(AuthKind::Basic, &[(Username, "ann"), (Password, "s:c")])),
            ("GET https://h/\nAuthorization: Basic {{u}}:{{p}}", auth(AuthKind::Basic, &[(Username, "{{u}}"), (Password, "{{p}}")])),
            ("GET https://h/\nAuthorization: Basic ann secret", auth(AuthKind::Basic, &[(Username, "ann"), (Password, "secret")])),
            ("GET https://h/\nAuthorization: Basic {{login}}", auth(AuthKind::Scheme, &[(Scheme, "Basic"), (Secret, "{{login}}")])),
            ("GET https://h/\nAuthorization: Token abc", auth(AuthKind::Scheme, &[(Scheme, "Token"), (Secret, "abc")])),
            ("GET https://h/\nAuthorization: abc", auth(AuthKind::Scheme, &[(Secret, "abc")])),
            ("GET https://h/\nX-Api-Key: abc", auth(AuthKind::Header, &[(Header, "X-Api-Key"), (Secret, "abc")])),
            ("GET https://h/?a=1&api_key=a%20b#c", auth(AuthKind::Query, &[(Parameter, "api_key"), (Secret, "a b")])),
            // A cookie is no field of the form.
            ("GET https://h/\nCookie: session=abc", auth(AuthKind::None, &[])),
        ] {
            assert_eq!(Auth::read(text), expected, "{text}");
        }
    }

    #[test]
    fn it_is_written_where_it_was_and_what_stands_around_it_stays() {
        use AuthField::{Header, Parameter, Password, Secret, Username};
        let bearer = auth(AuthKind::Bearer, &[(Secret, "new")]);
        let key = auth(AuthKind::Query, &[(Parameter, "key"), (Secret, "a b")]);
        let none = auth(AuthKind::None, &[]);
        for (text, said, expected) in [
            ("GET https://h/", &bearer, "GET https://h/\nAuthorization: Bearer new"),
            ("GET https://h/", &auth(AuthKind::Bearer, &[(Secret, "a\nb")]), "GET https://h/\nAuthorization: Bearer a␊b"),
            (
                "GET https://h/\nA: 1\nAuthorization: old\nB: 2\n\nbody",
                &bearer,
                "GET https://h/\nA: 1\nAuthorization: Bearer new\nB: 2\n\nbody",
            ),
            (
                "GET https://h/\nA: 1\n\nAuthorization: in the body",
                &bearer,
                "GET https://h/\nA: 1\nAuthorization: Bearer new\n\nAuthorization: in the body",
            ),
            ("GET https://h/?api_key=x&a=1\nB: 2", &bearer, "GET https://h/?a=1\nB: 2\nAuthorization: Bearer new"),
            ("GET https://h/?a=1&api_key=x&b=2", &none, "GET https://h/?a=1&b=2"),
            ("GET https://h/?api_key=x#top", &none, "GET https://h/#top"),
            ("GET https://h/\nAuthorization: Bearer x\nB: 2", &none, "GET https://h/\nB: 2"),
            ("GET https://h/#top\nAuthorization: Bearer x", &key, "GET https://h/?key=a%20b#top"),
            ("GET https://h/?\nX-Api-Key: x", &key, "GET https://h/?key=a%20b"),
            ("GET https://h/?b=1", &key, "GET https://h/?b=1&key=a%20b"),
            ("", &bearer, "\nAuthorization: Bearer new"),
        ] {
            assert_eq!(said.written_into(text), expected, "{text}");
        }
        let basic = auth(AuthKind::Basic, &[(Username, "ann"), (Password, "s:c")]);
        assert_eq!(basic.written_into("GET https://h/"), "GET https://h/\nAuthorization: Basic YW5uOnM6Yw==");
        let of_variables = auth(AuthKind::Basic, &[(Username, "{{u}}"), (Password, "{{p}}")]);
        assert_eq!(of_variables.written_into("GET https://h/"), "GET https://h/\nAuthorization: Basic {{u}}:{{p}}");
        for copied in ["Bearer new", "authorization: bearer  new", " new"] {
            let pasted = auth(AuthKind::Bearer, &[(Secret, copied)]);
            assert_eq!(pasted.written_into("GET https://h/"), "GET https://h/\nAuthorization: Bearer new", "{copied}");
        }
        let nameless = auth(AuthKind::Header, &[(Header, " "), (Secret, "x")]);
        assert_eq!(nameless.written_into("GET https://h/\nA: 1"), "GET https://h/\nA: 1");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            kind in 0..AuthKind::ALL.len(),
            (secret, username, password) in ("[!-~]{1,20}", "[a-z{}]{1,8}", "[ -~]{0,12}"),
            text in "GET https://h/(\\?a=1)?(#f)?(\nA: 1)?(\nAuthorization: Bearer x)?(\nX-Api-Key: y)?",
        ) {
            use AuthField::{Header, Parameter, Password, Scheme, Secret, Username};
            let kind = AuthKind::ALL[kind];
            let values = [(Secret, &*secret), (Username, &*username), (Password, &*password), (Scheme, "Token"), (Header, "X-Key"), (Parameter, "key")];
            let fields: Vec<_> = values.into_iter().filter(|(field, _)| kind.fields().contains(field)).collect();
            let said = auth(kind, &fields);
            // Another key that was there before is found behind it.
            let text = text.replace("\nX-Api-Key: y", if text.contains("Authorization") { "" } else { "\nX-Api-Key: y" });
            prop_assume!(!secret.contains("{{") && !username.contains("{{") && !password.contains("{{"));
            let written = said.written_into(&text);
            prop_assert_eq!(Auth::read(&written), said, "{}", written);
        }

        #[test]
        fn any_text_can_be_read_and_written(text in "\\PC{0,60}|(GET )?https://h\\?[&=a-z#]{0,12}\n[A-Za-z: ]{0,20}") {
            for kind in AuthKind::ALL {
                let said = auth(kind, &[(AuthField::Secret, "x"), (AuthField::Header, "X-Key"), (AuthField::Parameter, "key")]);
                let _ = said.written_into(&text);
            }
        }
    }
}
