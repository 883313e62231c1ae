//! `basic-not-base64`, `basic-without-colon`, `basic-trailing-newline`, `basic-charset`, `basic-rejected`

use super::username::key_label;
use crate::checks::check::check;
use crate::checks::facts::Facts;
use crate::checks::facts::authorization::Authorization;
use crate::checks::facts::other_credentials::Carrier;
use crate::checks::facts::words::Topic;
use crate::checks::servers;
use crate::checks::services::KnownBy;
use crate::checks::similar::distance;
use crate::checks::transit::intermediary::own_page;
use crate::checks::{Finding, Fix, Strength};
use crate::domain::basic::{self, Basic};
use crate::domain::request::Edit;
use crate::domain::span::Span;

check! {
    /// The value after `Basic` is not valid base64.
    ///
    /// # What it looks at
    /// Every character after `Basic `, how many there are, and the line breaks that `base64` adds after 76 characters.
    ///
    /// # Why a server answers 401 to it
    /// The value must be `base64(user:password)`. When it cannot be decoded, the server finds no user and no password in it.
    ///
    /// # How to prove it
    /// `printf '%s' 'value' | base64 -d` fails, or prints something unreadable.
    ///
    /// # How to fix it
    /// Encode `user:password` in standard base64 on one line: `printf '%s' 'user:password' | base64 | tr -d '\n'`.
    ///
    /// # Example
    /// `Authorization: Basic maria:secret`
    ///
    /// # References
    /// RFC 7617 section 2; RFC 4648 section 4.
    NOT_BASE64 = "basic-not-base64", Credentials,
    stage: Encoding, topics: [BasicForm, HeaderForm, Missing],
    run: not_base64
}

check! {
    /// The Basic value decodes to a text without a colon between user and password.
    ///
    /// # What it looks at
    /// The decoded text: user, colon, password.
    ///
    /// # Why a server answers 401 to it
    /// The colon separates user and password; without it the server finds neither. An API key sent as the user needs it too.
    ///
    /// # How to prove it
    /// Decode the value (`base64 -d`) and look for the colon.
    ///
    /// # How to fix it
    /// Encode `user:password`. If you have only an API key, encode `key:` with the colon at its end.
    ///
    /// # Example
    /// `Basic bWFyaWE=` decodes to `maria`.
    ///
    /// # References
    /// RFC 7617 section 2.
    WITHOUT_COLON = "basic-without-colon", Credentials,
    stage: Encoding, topics: [BasicForm, HeaderForm, Missing],
    run: without_colon
}

check! {
    /// The password in the Basic value ends in a line break.
    ///
    /// # What it looks at
    /// The last byte of the decoded text.
    ///
    /// # Why a server answers 401 to it
    /// The line break counts as part of the password.
    ///
    /// # How to prove it
    /// The base64 text ends in `Cg==`, `o=` or `K`. Decode it and look at the last byte: `base64 -d | xxd`.
    ///
    /// # How to fix it
    /// Use `printf '%s'` (or `echo -n`) instead of `echo` before `base64`.
    ///
    /// # Example
    /// `echo user:password | base64`
    ///
    /// # References
    /// RFC 7617 section 2.
    TRAILING_NEWLINE = "basic-trailing-newline", Credentials,
    stage: Encoding, topics: [Password],
    run: trailing_newline
}

check! {
    /// User or password has characters beyond ASCII, and client and server may encode them differently.
    ///
    /// # What it looks at
    /// The decoded bytes: are they ASCII, UTF-8, or Latin-1? And does the challenge say `charset="UTF-8"`?
    ///
    /// # Why a server answers 401 to it
    /// `ü` is one byte in Latin-1 and two bytes in UTF-8. If client and server differ, the server compares the wrong bytes.
    ///
    /// # How to prove it
    /// Set a password of ASCII characters only, as a test: if that works, it was the encoding.
    ///
    /// # How to fix it
    /// Encode user and password as UTF-8 before base64 (`btoa` in JavaScript does not), or as the server expects.
    ///
    /// # Example
    /// `jürgen:geheim` encoded as Latin-1 on a server that reads UTF-8.
    ///
    /// # References
    /// RFC 7617 section 2.1.
    CHARSET = "basic-charset", Credentials,
    stage: Encoding, topics: [Password],
    run: charset
}

check! {
    /// User and password were sent correctly, and the server refuses them.
    ///
    /// # What it looks at
    /// A user and password in correct form, in a Basic header or in a login form, that the server refuses. If you have
    /// entered what you mean to log in with, the two are compared.
    ///
    /// # Why a server answers 401 to it
    /// A wrong user name or password, Caps Lock, a password that was changed, an account that is locked or needs a second
    /// factor. The answer does not show which of these it is.
    ///
    /// # How to prove it
    /// Log in with the same user and password where you can see what you type, or read the server's log.
    ///
    /// # How to fix it
    /// Type user and password again. If that does not help, reset the password or ask the account's administrator.
    ///
    /// # Example
    /// `Basic …` answered with the same `401` and `WWW-Authenticate: Basic` as before.
    ///
    /// # References
    /// RFC 9110 section 15.5.2.
    REJECTED = "basic-rejected", Credentials,
    stage: Residual, topics: [Password],
    is_refusal: true,
    decided_by: [LogInLog],
    run: rejected
}

fn credential<'f>(facts: &'f Facts) -> Option<(&'f Authorization, &'f Basic)> {
    Some((facts.authorization()?, facts.basic.as_ref()?))
}

fn right(facts: &Facts, a: &Authorization) -> Option<Fix> {
    let (user, password) = (facts.context.username.as_ref()?, facts.context.password.as_ref()?);
    let value = format!("Basic {}", basic::encode(user, password));
    Some(Fix::edit("Send the user and password that you mean", vec![Edit::HeaderValue { index: a.index, value }]))
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
            finding.fixed_by(Fix::edit("Encode it again in standard base64", vec![Edit::HeaderValue { index: a.index, value }]))
        }
        (None, None) if a.core().0.contains(':') => {
            use base64::Engine as _;
            let value = format!("Basic {}", base64::prelude::BASE64_STANDARD.encode(a.core().0));
            finding.fixed_by(Fix::edit("Encode user and password as base64", vec![Edit::HeaderValue { index: a.index, value }]))
        }
        _ => finding.fixed_by(Fix::action("Encode user:password as base64")),
    };
    if let Some((c, span)) = b.bad_character {
        let plain = if c == ':' { ": user and password were sent without encoding" } else { "" };
        return reencoded(Finding::fail(Strength::Contradiction, format!("{c:?} is not a base64 character{plain}")).proof(
            a.place(),
            span.shifted(start),
            c.to_string(),
        ));
    }
    if b.bad_length {
        return reencoded(
            Finding::fail(Strength::Contradiction, "the base64 text has an impossible length: at least one character is missing").proof(
                a.place(),
                a.credential_span,
                "the whole base64 text",
            ),
        );
    }
    if let Some(span) = b.broken_line {
        return reencoded(
            Finding::fail(
                Strength::Likely,
                "a space or line break is inside the base64 text; the base64 command breaks lines after 76 characters",
            )
            .proof(a.place(), span.shifted(start), "space or line break"),
        );
    }
    if b.overpadded {
        let at = a.credential_span;
        return reencoded(
            Finding::fail(Strength::Likely, "there are more '=' at the end than the base64 text needs: strict decoders refuse it whole")
                .proof(a.place(), Span::new(at.end - 1, at.end), "the last '='"),
        );
    }
    if b.unpadded && facts.is_refused() {
        return reencoded(
            Finding::warn(Strength::Possible, "the '=' at the end of the base64 text are missing; some decoders refuse it without them")
                .proof(a.place(), a.credential_span, "its length is no multiple of 4"),
        );
    }
    if let Some(span) = b.url_safe {
        return reencoded(
            Finding::warn(Strength::Possible, "'-' and '_' are URL-safe base64; some servers accept only '+' and '/'").proof(
                a.place(),
                span.shifted(start),
                "URL-safe character",
            ),
        );
    }
    Finding::pass("the value is base64")
}

fn without_colon(facts: &Facts) -> Finding {
    let Some((a, b)) = credential(facts) else { return Finding::not_applicable() };
    let Some(bytes) = &b.bytes else { return Finding::not_applicable() };
    if b.parts().is_some() && !is_no_text(bytes) {
        return Finding::pass("a colon separates user and password");
    }
    let text = String::from_utf8_lossy(bytes);
    // What decodes to rubbish was never base64 of a text.
    let readable = text.chars().all(|c| !c.is_control() && c != '\u{fffd}');
    let fix = right(facts, a).unwrap_or_else(|| Fix::action("Encode user:password, with the colon, as base64"));
    if text.to_ascii_lowercase().contains("%3a") {
        // User, colon and password were encoded as one: another check says it better.
        return Finding::fail(
            Strength::Unlikely,
            "the Basic value decodes to a text with %3A instead of the colon between user and password",
        )
        .proof(a.place(), a.credential_span, "%3A")
        .fixed_by(fix);
    }
    let inner = Basic::read(text.trim());
    if let Some((user, password)) = inner.text().filter(|_| readable) {
        let value = format!("Basic {}", basic::encode(user, password));
        return Finding::fail(Strength::Contradiction, "user and password were encoded in base64 twice")
            .proof(a.place(), a.credential_span, "decodes to base64 of a text with a colon")
            .fixed_by(Fix::edit("Encode user and password once", vec![Edit::HeaderValue { index: a.index, value }]));
    }
    let message = if readable {
        "the Basic value decodes to a text without a colon between user and password"
    } else {
        "the Basic value decodes to unreadable bytes, not to user:password"
    };
    Finding::fail(Strength::Contradiction, message)
        .proof(a.place(), a.credential_span, format!("decodes to {} bytes without a colon", bytes.len()))
        .fixed_by(fix)
}

fn trailing_newline(facts: &Facts) -> Finding {
    let Some((a, b)) = credential(facts) else { return Finding::not_applicable() };
    let Some((user, password)) = b.text() else { return Finding::not_applicable() };
    if !password.ends_with(['\n', '\r']) {
        return Finding::pass("the password does not end in a line break");
    }
    let value = format!("Basic {}", basic::encode(user, password.trim_end_matches(['\n', '\r'])));
    let end = a.credential_span.end;
    Finding::fail(Strength::Contradiction, "the password in the Basic value ends in a line break, as `echo` adds one")
        .proof(a.place(), Span::new(end.saturating_sub(4).max(a.credential_span.start), end), "decodes to a text that ends in a line break")
        .fixed_by(Fix::edit("Encode the password without the line break", vec![Edit::HeaderValue { index: a.index, value }]))
}

/// True for bytes that are a text in no usual encoding, as those of a hash are; a colon among them is there by chance.
fn is_no_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err() && bytes.iter().any(u8::is_ascii_control)
}

fn charset(facts: &Facts) -> Finding {
    let Some((a, b)) = credential(facts).filter(|(_, b)| !b.bytes.as_deref().is_some_and(is_no_text)) else {
        return Finding::not_applicable();
    };
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
            return Finding::warn(Strength::Unlikely, "user or password has bytes that are neither ASCII nor UTF-8").proof(
                a.place(),
                a.credential_span,
                "bytes above 7f",
            );
        }
        let strength = if announced || meant { Strength::Contradiction } else { Strength::Likely };
        let value = format!("Basic {}", basic::encode(user, password));
        return Finding::fail(strength, "user or password has non-ASCII characters in Latin-1; most servers read UTF-8")
            .proof(a.place(), a.credential_span, "decodes to bytes that are not UTF-8")
            .fixed_by(Fix::edit("Encode user and password as UTF-8", vec![Edit::HeaderValue { index: a.index, value }]));
    };
    if announced || !facts.is_refused() {
        return Finding::pass("non-ASCII characters are encoded as UTF-8, and nothing points to a problem with that");
    }
    if facts.answer.is_none() {
        return Finding::unknown(
            "non-ASCII characters are encoded as UTF-8; the server's challenge would say whether it reads UTF-8 (charset)",
        );
    }
    let mistaken = facts.context.password.as_deref().is_some_and(|meant| !text.ends_with(meant));
    let strength = if mistaken { Strength::Unlikely } else { Strength::Likely };
    Finding::warn(
        strength,
        "non-ASCII characters are encoded as UTF-8, and the challenge does not say charset=\"UTF-8\": the server may read Latin-1",
    )
    .proof(a.place(), a.credential_span, "decodes to UTF-8 with non-ASCII characters")
    .fixed_by(Fix::action("Use ASCII characters only, or find out which encoding the server reads"))
}

/// User and password in the body of a login.
fn rejected_log_in(facts: &Facts) -> Finding {
    let Some(log_in) = facts.log_in() else { return Finding::not_applicable() };
    if facts.is_token_request() && facts.says_plainly(Topic::Client) {
        return Finding::not_applicable();
    }
    let differs = difference(facts, &log_in.user, &log_in.password);
    let says = facts.says(Topic::Password) || facts.says(Topic::Token);
    let page = facts.answers_html() && facts.lower_body().contains("type=\"password\"");
    let failed_page = page && says;
    if !(facts.is_refused() || failed_page) {
        return Finding::pass("the login was accepted");
    }
    if facts.answer.is_none() {
        return Finding::unknown("send the request to know whether the server accepts this user and password");
    }
    if !facts.refuses_over(&[200, 400, 401, 403, 422], &[Topic::Password]) {
        return Finding::not_applicable();
    }
    let as_meant = facts.is_meant(&log_in.user, &log_in.password);
    // A front server's own page is no answer of who knows the accounts.
    let is_page = own_page(facts).is_some();
    let strength = match (&differs, says) {
        _ if is_page => Strength::Unlikely,
        (Some(_), _) => Strength::Contradiction,
        (None, _) if as_meant && facts.status() != 403 => Strength::Possible,
        (None, true) => Strength::Stated,
        (None, false) if facts.status() == 401 => Strength::Likely,
        (None, false) => Strength::Possible,
    };
    let message = differs.unwrap_or_else(|| {
        "the login is well formed, but the server refuses it: wrong user name or password, or a problem with the account".into()
    });
    let shown = format!("user {:?}, password of {} characters", log_in.user, log_in.password.chars().count());
    Finding::fail(strength, message)
        .proof(crate::checks::Place::RequestBody, log_in.span, shown)
        .fixed_by(Fix::action("Type user name and password again; if they are right, look into the server's log"))
}

fn rejected(facts: &Facts) -> Finding {
    if facts.authorizations.is_empty() && facts.log_in().is_some() {
        return rejected_log_in(facts);
    }
    let Some((a, b)) = credential(facts) else { return of_address(facts).unwrap_or_else(Finding::not_applicable) };
    let Some((user, password)) = b.text() else { return Finding::not_applicable() };
    if facts.is_token_request() || facts.says_plainly(Topic::Client) || facts.error_code() == Some("invalid_client") {
        return Finding::not_applicable();
    }
    if !facts.is_refused() {
        return Finding::pass("the server accepted user and password");
    }
    let offered = facts.offered_schemes();
    let is_documented =
        facts.service().is_some_and(|known| known.by > KnownBy::Hint && known.service.checked.decides() && known.takes("basic"));
    let takes_basic = offered.iter().any(|s| s.eq_ignore_ascii_case("basic"));
    let differs = difference(facts, user, password);
    let denied = facts.refuses_over(&[401, 403], &[Topic::Password]) || (facts.status() == 400 && differs.is_some());
    if facts.answer.is_none() {
        return match differs {
            Some(what) => Finding::fail(Strength::Stated, what.to_string())
                .proof(a.place(), a.credential_span, "user and password")
                .fixed_by(right(facts, a).unwrap_or_else(|| Fix::action("Type user name and password again"))),
            None => Finding::unknown("send the request to know whether the server accepts this user and password"),
        };
    }
    if !denied || !(takes_basic || is_documented || offered.is_empty()) {
        return Finding::not_applicable();
    }
    let as_meant = facts.is_meant(user, password);
    let logged = facts.context.notes.as_deref().and_then(|notes| servers::TABLE.logged(notes, servers::Logged::Wrong));
    let strength: Strength = match (&differs, facts.says_plainly(Topic::Password)) {
        (Some(_), _) => Strength::Contradiction,
        // What was sent is what is meant: wrong on both sides, or the account, or another layer. Nobody can tell from here.
        (None, _) if as_meant && facts.status() != 403 => Strength::Possible,
        (None, true) => Strength::Stated,
        // It works elsewhere: what is refused is not the pair.
        (None, false) if facts.is_known_good() => Strength::Unlikely,
        (None, false) if logged.is_some() => Strength::Stated,
        // It is what the user means to send: a wrong password on both sides, or the account.
        (None, false) if facts.status() == 403 => Strength::Unlikely,
        // The name may as well be the wrong one for this key.
        (None, false) if key_label(facts).is_some() => Strength::Possible,
        (None, false) if takes_basic => Strength::Likely,
        // Nothing shows that the server takes Basic at all.
        (None, false) => Strength::Possible,
    };
    let is_known_wrong = differs.is_some();
    let message = differs.unwrap_or_else(|| {
        "user and password are sent correctly, but the server refuses them: wrong user name or password, or a problem with the account"
            .into()
    });
    let finding = Finding::fail(strength, message)
        .proof(a.place(), a.credential_span, format!("user {user:?}, password of {} characters", password.chars().count()))
        .fixed_by(
            right(facts, a)
                .filter(|_| is_known_wrong)
                .unwrap_or_else(|| Fix::action("Type user name and password again; if they are right, look into the server's log")),
        );
    match logged {
        Some(line) => finding.context(line.trim()),
        None => finding,
    }
}

/// User and password in the address, which most clients send as Basic.
fn of_address(facts: &Facts) -> Option<Finding> {
    let given = facts.others.iter().find(|other| other.carrier == Carrier::UserInfo).filter(|_| facts.authorizations.is_empty())?;
    let is_denied = facts.answer.is_some() && facts.refuses_over(&[401], &[Topic::Password]);
    let offered = facts.offered_schemes();
    let takes_basic = offered.iter().any(|scheme| scheme.eq_ignore_ascii_case("basic"));
    let strength = match (takes_basic, facts.says_plainly(Topic::Password)) {
        _ if !is_denied || !(takes_basic || offered.is_empty()) => return None,
        (_, true) => Strength::Stated,
        // Browsers take them out of an address, and others may not send them.
        (true, false) => Strength::Plausible,
        (false, false) => Strength::Possible,
    };
    let message = "user and password of the address are refused, where the client sends them: wrong, or a problem with the account";
    Some(
        Finding::suspect(strength, message)
            .proof(given.place, given.span, "user and password")
            .fixed_by(Fix::action("Type user name and password again, and send them in Authorization")),
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
            format!("the {what} has upper and lower case swapped: Caps Lock was on")
        } else if sent.eq_ignore_ascii_case(meant) {
            format!("the {what} differs from what you mean only in upper and lower case")
        } else if sent.trim() == meant.trim() {
            format!("the {what} differs from what you mean only in spaces at its start or end")
        } else if distance(sent, meant) <= 2 {
            let many = if distance(sent, meant) == 1 { "one character" } else { "two characters" };
            format!("the {what} is nearly what you mean: {many} different")
        } else {
            format!("the {what} is not the one that you mean to log in with")
        })
    };
    let user = facts.context.username.as_deref().and_then(|meant| compare("user name", user, meant));
    user.or_else(|| facts.context.password.as_deref().and_then(|meant| compare("password", password, meant)))
}
