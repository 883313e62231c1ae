//! `credential-placeholder`

use crate::checks::check::check;
use crate::checks::facts::absent::AbsentCredential;
use crate::checks::facts::perhaps;
use crate::checks::facts::{Facts, Standing};
use crate::checks::services::KnownBy;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::absent::filled_on_sending;
use crate::domain::headers::Header;
use crate::domain::limits::MAX_FIELDS;
use crate::domain::placeholder::{is_in_groups, placeholder};
use crate::domain::span::Span;
use crate::domain::visible::excerpt;

check! {
    /// A placeholder was sent instead of a real credential.
    ///
    /// # What it looks at
    /// `undefined`, `null`, `[object Object]`, `$TOKEN`, `${…}`, `{{…}}`, `%TOKEN%`, `<token>`, `YOUR_API_KEY`, the path of a
    /// file in the place of what the file holds, and the like. It looks in Authorization, API-key headers and what goes with them, cookies, a client's secret, and inside a Basic value. What a recorder
    /// took out (`[REDACTED]`) was not sent, and a variable in a request that was not sent yet will be filled in: both are
    /// unknown. `$TOKEN` is filled in only where a shell or a program reads the text, as in a curl command: a request file is sent with
    /// these letters.
    ///
    /// # Why a server answers 401 to it
    /// The text is not a credential: a variable was not filled in, or an example was copied unchanged.
    ///
    /// # How to prove it
    /// Read the value that was sent.
    ///
    /// # How to fix it
    /// Fill in the real value. In a shell use double quotes (single quotes keep `$TOKEN` as it is). In code wait until the
    /// token has arrived. In a request file define the variable.
    ///
    /// # Example
    /// `Authorization: Bearer undefined`
    ///
    /// # References
    /// RFC 6750 section 2.1.
    PLACEHOLDER = "credential-placeholder", Credentials,
    stage: Wrapping, topics: [TokenForm, Token, HeaderForm, Signature, Password], shares_topics: true,
    explains: ["token-not-a-jwt", "token-malformed", "basic-not-base64"],
    run: look
}

fn look(facts: &Facts) -> Finding {
    let fix = || Fix::action("Replace the placeholder with the real value");
    if let Some(absent) = facts.absent.first() {
        if let Some(finding) = copied_from_a_screen(facts, absent) {
            return finding;
        }
        return Finding::unknown(absent.why.sentence(&absent.what)).proof(absent.place, absent.span, "in its place");
    }
    let sent = if facts.answer.is_none() { "will be sent as it is" } else { "was sent" };
    let mut looked = false;
    for a in &facts.authorizations {
        looked = true;
        let (core, span) = a.core();
        if let Some(what) = placeholder(core) {
            // Somebody may have written it in the place of the real one before passing the exchange on.
            let strength = if is_in_groups(core) { Strength::Likely } else { Strength::Contradiction };
            return Finding::fail(strength, format!("{:?} {sent}: {what}", excerpt(core)))
                .proof(a.place(), span, excerpt(core))
                .fixed_by(fix());
        }
        if let Some((user, password)) = facts.basic.as_ref().and_then(|b| b.text()).filter(|_| a.is("basic")) {
            for (part, text) in [("password", password), ("user", user)] {
                // `apikey`, `token` and the like are names that services prescribe.
                let is_name = part == "user" && text.len() > 2 && text.bytes().all(|b| b.is_ascii_lowercase()) && stands_for_a_value(text);
                if let Some(what) = placeholder(text).filter(|_| !is_name) {
                    return Finding::fail(Strength::Contradiction, format!("the {part} in the Basic value is {:?}: {what}", excerpt(text)))
                        .proof(a.place(), a.credential_span, format!("decodes to a {part} of {:?}", excerpt(text)))
                        .fixed_by(fix());
                }
            }
        }
    }
    for o in &facts.others {
        looked = true;
        if let Some(what) = placeholder(o.value.trim()) {
            return Finding::fail(Strength::Contradiction, format!("{} is {:?}: {what}", o.name, excerpt(&o.value)))
                .proof(o.place, o.span, excerpt(&o.value))
                .fixed_by(fix());
        }
    }
    let unlisted = perhaps::headers(facts.request).filter(|_| facts.authorizations.is_empty() && facts.others.is_empty());
    for (index, header) in unlisted {
        looked = true;
        if let Some(what) = placeholder(header.value.trim()) {
            return Finding::fail(Strength::Contradiction, format!("{} is {:?}: {what}", header.name, excerpt(&header.value)))
                .proof(Place::RequestHeader(index), Span::whole(&header.value), excerpt(&header.value))
                .fixed_by(fix());
        }
    }
    if let Some((index, header, what)) = companion(facts) {
        return Finding::fail(Strength::Contradiction, format!("{} is {:?}: {what}", header.name, excerpt(&header.value)))
            .proof(Place::RequestHeader(index), Span::whole(&header.value), excerpt(&header.value))
            .fixed_by(fix());
    }
    if let Some((i, h)) = facts.request.headers.all("cookie").next()
        && let Some(pair) = h
            .value
            .split(';')
            .map(str::trim)
            .find(|p| p.split_once('=').is_some_and(|(_, v)| matches!(v, "undefined" | "null" | "[object Object]") || is_variable(v)))
        && let Some(span) = Span::of(&h.value, pair)
    {
        return Finding::fail(Strength::Plausible, format!("the cookie {pair:?} has no real value"))
            .proof(Place::RequestHeader(i), span, pair)
            .fixed_by(fix());
    }
    if let Some(finding) = named_by_the_answer(facts) {
        return finding;
    }
    if looked { Finding::pass("no placeholder in the credential") } else { Finding::not_applicable() }
}

/// A placeholder in a header that the service wants beside the credential.
fn companion<'f>(facts: &'f Facts) -> Option<(usize, &'f Header, &'static str)> {
    let known = facts.service().filter(|known| known.by > KnownBy::Hint)?;
    known.service.companions.iter().find_map(|companion| {
        // `kbn-xsrf: true` is a flag.
        let (index, header) = facts.request.headers.all(&companion.header).find(|(_, h)| !matches!(h.value.trim(), "true" | "false"))?;
        Some((index, header, placeholder(header.value.trim())?))
    })
}

/// Dots as a password field shows them: what takes credentials out of recordings writes ASCII, and a copy from a screen is sent.
fn copied_from_a_screen(facts: &Facts, absent: &AbsentCredential) -> Option<Finding> {
    let text = absent.place.text(facts.exchange).filter(|_| facts.is_refused() && facts.answer.is_some())?;
    let mask = absent.span.cut(&text)?.trim();
    let is_dot = |c: char| matches!(c, '•' | '●');
    if !matches!(absent.place, Place::RequestHeader(_)) || mask.chars().filter(|c| is_dot(*c)).count() < 3 || !mask.chars().all(is_dot) {
        return None;
    }
    let message =
        format!("{mask} is what a screen shows in the place of {}: if it was sent like this, it was copied from there", absent.what);
    let finding = Finding::fail(Strength::Likely, message).proof(absent.place, absent.span, mask);
    Some(finding.fixed_by(Fix::action("Show the value first, then copy it")))
}

/// A part of the credential that only names what should be there, as manuals write it, and that the server does not know:
/// `no such token 'TOKENID'`.
fn named_by_the_answer(facts: &Facts) -> Option<Finding> {
    let a = facts.authorization().filter(|_| facts.standing == Standing::Refused)?;
    let answer = facts.answer.filter(|answer| answer.body.len() <= MAX_FIELDS && a.credential.len() <= MAX_FIELDS)?;
    let is_quoted = |word: &str| {
        let quoted = |text: &str| ['\'', '"', '`'].iter().any(|quote| text.contains(&format!("{quote}{word}{quote}")));
        quoted(&answer.reason) || quoted(&answer.body)
    };
    let is_name = |word: &&str| {
        word.len() > 4
            && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
            && ["ID", "KEY", "TOKEN", "SECRET", "NAME", "USER", "PASSWORD"].iter().any(|end| word.ends_with(end))
    };
    let mut words = a.credential.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(is_name);
    let word = words.find(|word| is_quoted(word))?;
    let span = Span::of(&a.credential, word)?.shifted(a.credential_span.start);
    let message = format!("{word} was sent as manuals write it, in the place of a real value, and the server does not know it");
    Some(
        Finding::fail(Strength::Contradiction, message)
            .proof(a.place(), span, word)
            .fixed_by(Fix::action("Replace it with the real value")),
    )
}

/// True for `$SID` and `${SID}`: other brackets may be a cookie's own.
fn is_variable(value: &str) -> bool {
    value.starts_with('$') && filled_on_sending(value, true).is_some_and(|(span, _)| span == Span::whole(value))
}

/// True for a word that names what a value would be.
fn stands_for_a_value(word: &str) -> bool {
    ["token", "apikey", "jwt", "bearer", "string"].contains(&word)
}
