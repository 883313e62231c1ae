//! `basic-not-base64`, `basic-without-colon`, `basic-trailing-newline`, `basic-charset`, `basic-rejected`

use crate::checks::declare::check;
use crate::checks::facts::Facts;
use crate::checks::facts::credential::{Authorization, distance};
use crate::checks::facts::words::Topic;
use crate::checks::{Finding, Fix};
use crate::domain::basic::{self, Basic};
use crate::domain::request::Edit;
use crate::domain::span::Span;

check! {
    /// What follows Basic is not base64.
    ///
    /// # What it looks at
    /// Every letter behind `Basic `, its length, and line breaks that `base64` puts in after 76 letters.
    ///
    /// # Why a server answers 401 to it
    /// Basic is `base64(user:password)`. What cannot be decoded holds no user and no password.
    ///
    /// # How to prove it
    /// `printf '%s' 'value' | base64 -d` fails, or gives rubbish.
    ///
    /// # How to fix it
    /// Encode `user:password` with the standard alphabet and without line breaks: `printf '%s' 'user:password' | base64 -w0`.
    ///
    /// # Example
    /// `Authorization: Basic maria:secret`
    ///
    /// # References
    /// RFC 7617 section 2; RFC 4648 section 4.
    NOT_BASE64 = "basic-not-base64", Credentials, not_base64
}

check! {
    /// The Basic credential decodes to a text without a colon.
    ///
    /// # What it looks at
    /// The decoded text: user, colon, password.
    ///
    /// # Why a server answers 401 to it
    /// Without the colon nothing parts user and password. An API key used as user still needs the colon behind it.
    ///
    /// # How to prove it
    /// Decode it and look.
    ///
    /// # How to fix it
    /// Encode `user:password`; with a key alone encode `key:`.
    ///
    /// # Example
    /// `Basic bWFyaWE=` decodes to `maria`.
    ///
    /// # References
    /// RFC 7617 section 2.
    WITHOUT_COLON = "basic-without-colon", Credentials, without_colon
}

check! {
    /// The password inside Basic ends in a line break.
    ///
    /// # What it looks at
    /// The last byte of the decoded text.
    ///
    /// # Why a server answers 401 to it
    /// The line break counts as part of the password.
    ///
    /// # How to prove it
    /// The base64 text ends in `Cg==` or `K`; decode it and look at the bytes.
    ///
    /// # How to fix it
    /// `printf '%s'` (or `echo -n`) in the place of `echo` before `base64`.
    ///
    /// # Example
    /// `echo user:password | base64`
    ///
    /// # References
    /// RFC 7617 section 2.
    TRAILING_NEWLINE = "basic-trailing-newline", Credentials, trailing_newline
}

check! {
    /// User or password holds letters beyond ASCII, and client and server encode them differently.
    ///
    /// # What it looks at
    /// The decoded bytes: are they ASCII, UTF-8, or Latin-1? And does the challenge say `charset="UTF-8"`?
    ///
    /// # Why a server answers 401 to it
    /// `ü` is one byte in Latin-1 and two in UTF-8. The server compares other bytes than were meant.
    ///
    /// # How to prove it
    /// Use a password of ASCII letters for a test.
    ///
    /// # How to fix it
    /// Encode as UTF-8 (in JavaScript `btoa` does not), or as the server wants it.
    ///
    /// # Example
    /// `jürgen:geheim` encoded as Latin-1 on a server that reads UTF-8.
    ///
    /// # References
    /// RFC 7617 section 2.1.
    CHARSET = "basic-charset", Credentials, charset
}

check! {
    /// User and password are well formed, and the server refuses them.
    ///
    /// # What it looks at
    /// A Basic credential in which nothing is wrong, refused by a server that takes Basic; and how it differs from what
    /// you mean to log in with, if that is known.
    ///
    /// # Why a server answers 401 to it
    /// Wrong user name or password; Caps Lock; a password that has changed; an account that is locked or wants a second
    /// factor. From outside these cannot be told apart.
    ///
    /// # How to prove it
    /// Log in with the same user and password where you can see what you type; look into the server's log.
    ///
    /// # How to fix it
    /// Type it again, reset it, or ask the account's administrator.
    ///
    /// # Example
    /// `Basic …` answered with the same `401` and `WWW-Authenticate: Basic` as before.
    ///
    /// # References
    /// RFC 9110 section 15.5.2.
    REJECTED = "basic-rejected", Credentials, rejected
}

fn credential<'f>(facts: &'f Facts) -> Option<(&'f Authorization, &'f Basic)> {
    Some((facts.authorization()?, facts.basic.as_ref()?))
}

fn right(facts: &Facts, a: &Authorization) -> Option<Fix> {
    let (user, password) = (facts.context.username.as_ref()?, facts.context.password.as_ref()?);
    let value = format!("Basic {}", basic::encode(user, password));
    Some(Fix::edit("Encode user and password anew", vec![Edit::HeaderValue { index: a.index, value }]))
}

fn not_base64(facts: &Facts) -> Finding {
    let Some((a, b)) = credential(facts) else { return Finding::not_applicable() };
    let start = a.core().1.start;
    let fix = right(facts, a);
    let reencoded = |finding: Finding| match (&fix, &b.bytes) {
        (Some(fix), _) => finding.fixed_by(fix.clone()),
        (None, Some(bytes)) => {
            use base64::Engine as _;
            let value = format!("Basic {}", base64::prelude::BASE64_STANDARD.encode(bytes));
            finding.fixed_by(Fix::edit("Write it in plain base64", vec![Edit::HeaderValue { index: a.index, value }]))
        }
        (None, None) if a.core().0.contains(':') => {
            use base64::Engine as _;
            let value = format!("Basic {}", base64::prelude::BASE64_STANDARD.encode(a.core().0));
            finding.fixed_by(Fix::edit("Encode it as base64", vec![Edit::HeaderValue { index: a.index, value }]))
        }
        _ => finding.fixed_by(Fix::action("Encode user:password as base64")),
    };
    if let Some((c, span)) = b.bad_character {
        let plain = if c == ':' { ": user and password were not encoded" } else { "" };
        return reencoded(Finding::fail(0.95, format!("{c:?} is no letter of base64{plain}")).proof(
            a.place(),
            span.shifted(start),
            c.to_string(),
        ));
    }
    if b.bad_length {
        return reencoded(Finding::fail(0.93, "the base64 text has a length that no bytes encode to: a letter is lost").proof(
            a.place(),
            a.credential_span,
            "length",
        ));
    }
    if let Some(span) = b.broken_line {
        return reencoded(
            Finding::fail(0.85, "a blank or line break stands inside the base64 text: base64 breaks its lines after 76 letters").proof(
                a.place(),
                span.shifted(start),
                "line break",
            ),
        );
    }
    if let Some(span) = b.url_safe {
        return reencoded(Finding::warn(0.35, "'-' or '_' belong to the URL-safe alphabet; some servers take only '+' and '/'").proof(
            a.place(),
            span.shifted(start),
            "URL-safe letter",
        ));
    }
    Finding::pass("the credential is base64")
}

fn without_colon(facts: &Facts) -> Finding {
    let Some((a, b)) = credential(facts) else { return Finding::not_applicable() };
    let Some(bytes) = &b.bytes else { return Finding::not_applicable() };
    if b.parts().is_some() {
        return Finding::pass("a colon parts user and password");
    }
    let text = String::from_utf8_lossy(bytes);
    // What decodes to rubbish was never base64 of a text.
    let readable = text.chars().all(|c| !c.is_control() && c != '\u{fffd}');
    let fix = right(facts, a).unwrap_or_else(|| Fix::action("Encode user, colon, password"));
    if text.to_ascii_lowercase().contains("%3a") {
        // User, colon and password were encoded as one: another check says it better.
        return Finding::fail(0.3, "the credential decodes to a text without a colon; %3A stands in its place")
            .proof(a.place(), a.credential_span, "%3A")
            .fixed_by(fix);
    }
    let message = if readable {
        "the credential decodes to a text without a colon"
    } else {
        "the credential decodes to bytes that are no user and password"
    };
    Finding::fail(0.94, message)
        .proof(a.place(), a.credential_span, format!("decodes to {} bytes without a colon", bytes.len()))
        .fixed_by(fix)
}

fn trailing_newline(facts: &Facts) -> Finding {
    let Some((a, b)) = credential(facts) else { return Finding::not_applicable() };
    let Some((user, password)) = b.text() else { return Finding::not_applicable() };
    if !password.ends_with(['\n', '\r']) {
        return Finding::pass("no line break at the end");
    }
    let value = format!("Basic {}", basic::encode(user, password.trim_end_matches(['\n', '\r'])));
    let end = a.credential_span.end;
    Finding::fail(0.95, "the password inside Basic ends in a line break, as `echo` leaves it")
        .proof(a.place(), Span::new(end.saturating_sub(4).max(a.credential_span.start), end), "decodes to a line break at the end")
        .fixed_by(Fix::edit("Encode it without the line break", vec![Edit::HeaderValue { index: a.index, value }]))
}

fn charset(facts: &Facts) -> Finding {
    let Some((a, b)) = credential(facts) else { return Finding::not_applicable() };
    let Some((user, password)) = b.parts() else { return Finding::not_applicable() };
    if user.is_ascii() && password.is_ascii() {
        return Finding::pass("user and password are ASCII");
    }
    let all = b.bytes.as_deref().unwrap_or_default();
    let announced = facts.challenge("basic").and_then(|c| c.get("charset")).is_some_and(|c| c.eq_ignore_ascii_case("utf-8"));
    let Ok(text) = std::str::from_utf8(all) else {
        let latin: String = all.iter().map(|b| char::from(*b)).collect();
        let (user, password) = latin.split_once(':').unwrap_or_default();
        let meant =
            facts.context.username.as_deref().is_none_or(|u| u == user) && facts.context.password.as_deref().is_none_or(|p| p == password);
        let known = facts.context.username.is_some() || facts.context.password.is_some();
        if known && !meant && !all.iter().any(|b| *b >= 0xa0) {
            return Finding::warn(0.3, "the credential holds bytes that are neither ASCII nor UTF-8").proof(
                a.place(),
                a.credential_span,
                "bytes above 7f",
            );
        }
        let weight = if announced || meant { 0.94 } else { 0.75 };
        let value = format!("Basic {}", basic::encode(user, password));
        return Finding::fail(weight, "letters beyond ASCII are encoded as Latin-1; most servers read UTF-8")
            .proof(a.place(), a.credential_span, "decodes to bytes that are no UTF-8")
            .fixed_by(Fix::edit("Encode it as UTF-8", vec![Edit::HeaderValue { index: a.index, value }]));
    };
    if announced || !facts.is_refused() {
        return Finding::pass("letters beyond ASCII are UTF-8, as the server asks");
    }
    if facts.answer.is_none() {
        return Finding::unknown("letters beyond ASCII are UTF-8; whether the server reads them so its challenge would say (charset)");
    }
    let mistaken = facts.context.password.as_deref().is_some_and(|meant| !text.ends_with(meant));
    let weight = if mistaken { 0.3 } else { 0.82 };
    Finding::warn(
        weight,
        "letters beyond ASCII are encoded as UTF-8, and the challenge does not say charset=\"UTF-8\": the server may read Latin-1",
    )
    .proof(a.place(), a.credential_span, "decodes to UTF-8 beyond ASCII")
    .fixed_by(Fix::action("Use ASCII letters only, or find out which encoding the server reads"))
}

/// User and password in the body of a log-in.
fn rejected_log_in(facts: &Facts) -> Finding {
    let Some(log_in) = &facts.log_in else { return Finding::not_applicable() };
    if facts.is_token_request() && facts.says_plainly(Topic::Client) {
        return Finding::not_applicable();
    }
    let differs = difference(facts, &log_in.user, &log_in.password);
    let says = facts.says(Topic::Password) || facts.says(Topic::Token);
    let page = facts.answers_html() && facts.lower_body().contains("type=\"password\"");
    let failed_page = page && says;
    if !(facts.is_refused() || failed_page) {
        return Finding::pass("the log-in was taken");
    }
    if facts.answer.is_none() {
        return Finding::unknown("whether the server takes this user and password: send the request");
    }
    if !matches!(facts.status(), 200 | 400 | 401 | 403 | 422) {
        return Finding::not_applicable();
    }
    let as_meant = facts.is_meant(&log_in.user, &log_in.password);
    let weight = match (&differs, says) {
        (Some(_), _) => 0.95,
        (None, _) if as_meant => 0.47,
        (None, true) => 0.9,
        (None, false) if facts.status() == 401 => 0.85,
        (None, false) => 0.4,
    };
    let message = differs
        .unwrap_or_else(|| "the log-in is well formed, and the server refuses it: wrong user or password, or the account itself".into());
    let shown = format!("user {:?}, password of {} characters", log_in.user, log_in.password.chars().count());
    Finding::fail(weight, message)
        .proof(crate::checks::Place::RequestBody, log_in.span, shown)
        .fixed_by(Fix::action("Type user and password again, or look into the server's log"))
}

fn rejected(facts: &Facts) -> Finding {
    if facts.authorizations.is_empty() && facts.log_in.is_some() {
        return rejected_log_in(facts);
    }
    let Some((a, b)) = credential(facts) else { return Finding::not_applicable() };
    let Some((user, password)) = b.text() else { return Finding::not_applicable() };
    if facts.is_token_request() || facts.says_plainly(Topic::Client) || facts.error_code() == Some("invalid_client") {
        return Finding::not_applicable();
    }
    if !facts.is_refused() {
        return Finding::pass("the server took user and password");
    }
    let offered = facts.offered_schemes();
    let takes_basic = offered.iter().any(|s| s.eq_ignore_ascii_case("basic"));
    let differs = difference(facts, user, password);
    let denied = matches!(facts.status(), 401 | 403);
    if facts.answer.is_none() {
        return match differs {
            Some(what) => Finding::fail(0.9, what.to_string())
                .proof(a.place(), a.credential_span, "user and password")
                .fixed_by(right(facts, a).unwrap_or_else(|| Fix::action("Type it again"))),
            None => Finding::unknown("whether the server takes this user and password: send the request"),
        };
    }
    if !denied || (!takes_basic && !offered.is_empty()) {
        return Finding::not_applicable();
    }
    let as_meant = facts.is_meant(user, password);
    let weight: f64 = match (&differs, facts.says_plainly(Topic::Password)) {
        (Some(_), _) => 0.95,
        // What was sent is what is meant: wrong on both sides, or the account, or another layer. Nobody can tell from here.
        (None, _) if as_meant => 0.47,
        (None, true) => 0.9,
        // It is what the user means to send: a wrong password on both sides, or the account.
        (None, false) if facts.status() == 403 => 0.2,
        (None, false) if takes_basic => 0.8,
        // Nothing shows that the server takes Basic at all.
        (None, false) => 0.45,
    };
    let message = differs.unwrap_or_else(|| {
        "the credential is well formed, and the server refuses it: wrong user or password, or the account itself".into()
    });
    Finding::fail(weight, message)
        .proof(a.place(), a.credential_span, format!("user {user:?}, password of {} characters", password.chars().count()))
        .fixed_by(
            right(facts, a)
                .filter(|_| weight > 0.94)
                .unwrap_or_else(|| Fix::action("Type user and password again, or look into the server's log")),
        )
}

/// How what was sent differs from what is meant, if that is known.
fn difference(facts: &Facts, user: &str, password: &str) -> Option<String> {
    let compare = |what: &str, sent: &str, meant: &str| -> Option<String> {
        if sent == meant {
            return None;
        }
        let swapped: String =
            meant.chars().map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }).collect();
        Some(if sent == swapped {
            format!("the {what} is what you mean with upper and lower case swapped: Caps Lock")
        } else if sent.eq_ignore_ascii_case(meant) {
            format!("the {what} differs from what you mean in upper and lower case only")
        } else if sent.trim() == meant.trim() {
            format!("the {what} differs from what you mean in blanks at its ends only")
        } else if distance(sent, meant) <= 2 {
            format!("the {what} is nearly what you mean: {} characters differ", distance(sent, meant))
        } else {
            format!("the {what} is not what you mean to log in with")
        })
    };
    let user = facts.context.username.as_deref().and_then(|meant| compare("user name", user, meant));
    user.or_else(|| facts.context.password.as_deref().and_then(|meant| compare("password", password, meant)))
}
