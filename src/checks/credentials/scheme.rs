//! `scheme-missing`, `scheme-mismatch`, `scheme-malformed`

use super::of_service;
use super::place::asks_for_a_key;
use crate::checks::check::check;
use crate::checks::configured;
use crate::checks::facts::Facts;
use crate::checks::facts::authorization::{Authorization, is_known_scheme, is_quote};
use crate::checks::facts::other_credentials::Carrier;
use crate::checks::facts::words::Topic;
use crate::checks::intermediaries;
use crate::checks::services::{Known, KnownBy};
use crate::checks::signing::mismatch::is_hash;
use crate::checks::similar::distance;
use crate::checks::token::kind::another_setting;
use crate::checks::transit::two_layers::of_forward_auth;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::request::Edit;
use crate::domain::span::Span;
use crate::domain::token::jws::Jws;

check! {
    /// Authorization has no scheme: no word such as `Bearer` before the credential.
    ///
    /// # What it looks at
    /// The first word of Authorization. A token or base64 text alone has no scheme.
    ///
    /// # Why a server answers 401 to it
    /// The form of the header is `Scheme credential`. Without `Bearer ` or `Basic ` the server cannot tell what the rest is.
    /// Most servers answer as if nothing had been sent.
    ///
    /// # How to prove it
    /// Put the scheme before the credential and send the request again.
    ///
    /// # How to fix it
    /// Write `Authorization: Bearer <token>`: the scheme, one space, the token.
    ///
    /// # Example
    /// `Authorization: eyJhbGciOi…`
    ///
    /// # References
    /// RFC 9110 section 11.4; RFC 6750 section 2.1.
    MISSING = "scheme-missing", Credentials,
    stage: Wrapping, topics: [HeaderForm, Scheme, Missing, TokenForm],
    run: missing
}

check! {
    /// The server does not accept the scheme that was sent.
    ///
    /// # What it looks at
    /// The first word of Authorization, compared with the schemes in the challenge and with those the API is known to accept.
    ///
    /// # Why a server answers 401 to it
    /// A server that accepts Bearer tokens does not look at Basic credentials, and the other way round.
    ///
    /// # How to prove it
    /// Compare the scheme that was sent with the one in `WWW-Authenticate`.
    ///
    /// # How to fix it
    /// Send the kind of credential that the challenge names: a token for Bearer, user and password for Basic. If only the
    /// word is wrong (`Token` where `Bearer` is wanted), change the word.
    ///
    /// # Example
    /// `Authorization: Basic dXNlcjpwYXNz`, answered with `WWW-Authenticate: Bearer`.
    ///
    /// # References
    /// RFC 9110 section 11.6.1.
    MISMATCH = "scheme-mismatch", Credentials,
    stage: Spelling, topics: [Scheme, HeaderForm, Missing],
    decided_by: [DocumentedScheme],
    proven_by: [OtherScheme],
    run: mismatch
}

check! {
    /// The scheme is written twice, joined to the token, or followed by the wrong character.
    ///
    /// # What it looks at
    /// `Bearer Bearer …`, `Bearer: …`, `Bearer=…`, `BearereyJ…`, and the header's own name inside its value.
    ///
    /// # Why a server answers 401 to it
    /// It reads the first word as the scheme and the rest as the token. Here at least one of the two is wrong.
    ///
    /// # How to prove it
    /// Read the value aloud: scheme, one space, token, and nothing else.
    ///
    /// # How to fix it
    /// Write scheme, one space, token. A doubled scheme often comes from code that adds `Bearer ` to a value that already has it.
    ///
    /// # Example
    /// `Authorization: Bearer Bearer eyJ…`
    ///
    /// # References
    /// RFC 9110 section 11.4.
    MALFORMED = "scheme-malformed", Credentials,
    stage: Wrapping, topics: [HeaderForm, Scheme, Missing, TokenForm],
    run: malformed
}

fn missing(facts: &Facts) -> Finding {
    let Some(a) = facts.authorization() else { return Finding::not_applicable() };
    if a.scheme.is_some() {
        return Finding::pass(format!("the scheme is {}", a.scheme.as_deref().unwrap_or_default()));
    }
    if a.credential.is_empty() || malformation(a).is_some() || a.value.trim_start().starts_with(is_quote) {
        return Finding::not_applicable();
    }
    if let Some(finding) = of_service::scheme_missing(facts) {
        return finding;
    }
    // Whatever a row is from, what it takes without a scheme is no mistake.
    let takes_none = |known: Known| {
        let is_joined = |form: &&String| form.ends_with([':', '=']) && a.credential.starts_with(form.as_str());
        known.service.schemes.iter().flatten().any(|form| form.is_empty() && known.by == KnownBy::Host || is_joined(&form))
    };
    if let Some(known) = facts.service().filter(|known| takes_none(*known)) {
        return Finding::pass(format!("{} takes the credential without a scheme", known.service.name));
    }
    if facts.jwt().is_none() && facts.asks_for_bare_key().is_some() && facts.context.scheme.is_empty() {
        return Finding::pass("the answer asks for the key itself, without a scheme");
    }
    let scheme = if a.credential.ends_with('=') && !a.credential.contains('.') { "Basic" } else { "Bearer" };
    let offered = facts.offered_schemes();
    let scheme = offered
        .iter()
        .find(|s| ["bearer", "basic", "token"].contains(&s.to_ascii_lowercase().as_str()))
        .cloned()
        .unwrap_or_else(|| scheme.into());
    // Some APIs take a bare key in Authorization; without an answer nobody can know.
    let strength = match facts.answer {
        None => Strength::Plausible,
        // What the server says of a claim it has read in the token: it found the token without a scheme.
        Some(_) if facts.jwt().is_some() && facts.judges_a_claim() => Strength::Possible,
        // So is what it says of a token's life.
        Some(_) if facts.says_plainly(Topic::Expired) || facts.says_plainly(Topic::Revoked) => Strength::Possible,
        // `key=…`: some services have a form of their own.
        Some(_) if is_assigned(&a.credential) => Strength::Possible,
        // A hash by itself, where the answer speaks of a signature: that is what it is.
        Some(_) if facts.says(Topic::Signature) && is_hash(&a.credential) => Strength::Unlikely,
        // A gateway without such a route tries to read the header as a signature of its own: it says nothing of the scheme.
        Some(_) if intermediaries::TABLE.route(facts.body()).is_some() => Strength::Unlikely,
        // The same host has taken it like this.
        Some(_) if facts.accepted_before().any(|url| url.host_str() == facts.host()) => Strength::Unlikely,
        Some(_) if facts.jwt().is_some() || asks_for_scheme(facts) => Strength::Contradiction,
        Some(_) => Strength::Likely,
    };
    Finding::suspect(strength, format!("there is no scheme, such as {scheme:?}, before the credential"))
        .proof(
            a.place(),
            Span::new(a.credential_span.start, a.credential_span.start + first_letters(&a.credential)),
            "where the scheme should be",
        )
        .fixed_by(Fix::edit(
            format!("Put {scheme} before the credential"),
            vec![Edit::HeaderValue { index: a.index, value: format!("{scheme} {}", a.credential) }],
        ))
}

/// User and password in the address, which most clients send as Basic, where the server asks for another scheme.
fn of_address(facts: &Facts) -> Option<Finding> {
    let given = facts.others.iter().find(|other| other.carrier == Carrier::UserInfo)?;
    let offered = facts.offered_schemes();
    let is_other = facts.is_refused() && !offered.is_empty() && !offered.iter().any(|scheme| scheme.eq_ignore_ascii_case("basic"));
    is_other.then(|| {
        let list = offered.join(", ");
        Finding::fail(Strength::Likely, format!("user and password of the address are sent as Basic, but the server accepts {list}"))
            .proof(given.place, given.span, "user and password")
            .fixed_by(Fix::action(format!("Log in with {list}")))
    })
}

/// True where the challenge for a token names the address that was asked as the place where one is got (the registry's token server).
fn names_this_address(facts: &Facts) -> bool {
    let realm = facts.challenge("bearer").and_then(|challenge| url::Url::parse(challenge.get("realm")?).ok());
    let is_this = |realm: &url::Url, asked: &url::Url| realm.host_str() == asked.host_str() && realm.path() == asked.path();
    realm.zip(facts.url.as_ref()).is_some_and(|(realm, asked)| realm.path().len() > 1 && is_this(&realm, asked))
}

/// True for a name with a value behind `=`; base64 only ends in it.
fn is_assigned(credential: &str) -> bool {
    credential.split_once('=').is_some_and(|(name, value)| {
        !name.is_empty()
            && name.len() < 16
            && !value.trim_matches('=').is_empty()
            && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_')
    })
}

/// True when something else than the header itself says that the server looks for a scheme.
fn asks_for_scheme(facts: &Facts) -> bool {
    let topics = [Topic::Scheme, Topic::HeaderForm, Topic::Missing];
    !facts.offered_schemes().is_empty() || topics.into_iter().any(|topic| facts.says(topic))
}

fn first_letters(text: &str) -> usize {
    text.char_indices().nth(8).map_or(text.len(), |(i, _)| i)
}

/// The schemes that count as offered: from challenge and expectations, or Bearer where the API is known to take JWTs.
fn offered(facts: &Facts) -> Vec<String> {
    let mut offered = facts.offered_schemes();
    if offered.is_empty() && facts.expects_jwt() && !facts.is_token_request() {
        offered.push("Bearer".into());
    }
    offered
}

fn mismatch(facts: &Facts) -> Finding {
    if of_forward_auth(facts).is_some() {
        return Finding::unknown("the front server's challenge does not say which scheme the application accepts");
    }
    if facts.token.as_ref().is_some_and(|token| another_setting(&token.jws.text).is_some()) {
        return Finding::unknown("what was sent is the value of another setting, and no credential of any scheme");
    }
    let Some(a) = facts.authorization() else { return of_address(facts).unwrap_or_else(Finding::not_applicable) };
    let Some(scheme) = a.scheme.as_deref() else { return Finding::not_applicable() };
    if malformation(a).is_some() {
        return Finding::not_applicable();
    }
    let of_password = || facts.basic.is_some().then(|| of_service::scheme_of_kind(facts)).flatten();
    // A service documents how its API is called; how a client gets its token is another matter.
    let of_service = || of_password().or_else(|| of_service::scheme_mismatch(facts)).or_else(|| of_service::scheme_of_kind(facts));
    if let Some(finding) = (!facts.is_token_request()).then(of_service).flatten() {
        return finding;
    }
    if let Some((named, setting, source)) = configured::scheme(facts).filter(|(named, ..)| facts.is_refused() && !a.is(named)) {
        return blame(facts, a, scheme, std::slice::from_ref(&named), Strength::Contradiction)
            .context(format!("{setting}: {named} ({source})"));
    }
    if let Some(found) = facts.nothing_found {
        return Finding::pass(format!("{} reads {scheme}, and found none", found.server.name));
    }
    if a.is("basic") && names_this_address(facts) {
        return Finding::pass("the challenge names this very address: tokens are got here, with user and password");
    }
    // Whoever says what is wrong with a claim or the signature has read the token: the challenge is for others.
    let is_judged = || facts.judges_a_claim() || [Topic::Claim, Topic::TimeForm].into_iter().any(|topic| facts.says_plainly(topic));
    if facts.jwt().is_some() && facts.context.scheme.is_empty() && is_judged() {
        return Finding::pass(format!("the answer judges the token, which it read under {scheme}"));
    }
    let offered = offered(facts);
    if offered.is_empty() {
        // A server that misses the scheme which is there read another header, or none: no matter of the scheme.
        if let Some((named, span)) = facts.scheme_in_words().filter(|(named, _)| facts.is_refused() && !a.is(named)) {
            return blame(facts, a, scheme, &[named.into()], Strength::Stated).proof(
                Place::ResponseBody,
                span,
                "the form that the answer names",
            );
        }
        if facts.says_plainly(Topic::Scheme) && facts.is_refused() && scheme != asked_by_words(facts) {
            return blame(facts, a, scheme, &[asked_by_words(facts).into()], Strength::Likely);
        }
        if let Some(finding) = of_service::scheme_not_listed(facts) {
            return finding;
        }
        let looks_unseen = facts.says_plainly(Topic::Missing) || facts.says(Topic::HeaderForm);
        let is_taken = |known: Known| {
            let schemes = known.service.schemes.iter().flatten();
            known.by == KnownBy::Host && schemes.into_iter().any(|taken| taken.eq_ignore_ascii_case(scheme))
        };
        if looks_unseen && facts.is_refused() && !facts.is_token_request() && !a.is("bearer") && !facts.service().is_some_and(is_taken) {
            // It may be any other scheme; Bearer is what most APIs take.
            return blame(facts, a, scheme, &["Bearer".into()], Strength::Plausible);
        }
        if looks_unseen && facts.status() == 403 && facts.is_refused() && facts.token.as_ref().is_some_and(|t| !t.is_jwt) {
            return Finding::warn(
                Strength::Possible,
                format!("{scheme} was sent, but the server saw no credential: it may want another scheme or another header"),
            )
            .proof(a.place(), a.scheme_span, format!("scheme {scheme}"))
            .fixed_by(Fix::action("Use the scheme or the header that the API's documentation names (Token, ApiKey, X-API-Key)"));
        }
        if let Some(strength) = jwt_among_keys(facts, a) {
            return blame(facts, a, scheme, &["Bearer".into()], strength);
        }
        // `Bearr`: no scheme that anybody registered, and two letters away from one.
        let is_near = |known: &&str| distance(&scheme.to_ascii_lowercase(), &known.to_ascii_lowercase()) <= 2;
        if !is_known_scheme(scheme)
            && scheme.len() > 3
            && let Some(near) = ["Bearer", "Basic", "Digest"].into_iter().find(is_near)
        {
            // Nothing was answered that would speak for it: the likeness alone does.
            return Finding::fail(Strength::Contradiction, format!("{scheme} is not a known scheme; it is nearly {near}"))
                .proof(a.place(), a.scheme_span, format!("scheme {scheme}"))
                .fixed_by(Fix::edit(
                    format!("Write {near} instead of {scheme}"),
                    vec![Edit::HeaderValue { index: a.index, value: format!("{near} {}", a.credential) }],
                ));
        }
        // Right in the web page, and the 401 asks for no password: the server does not read it here.
        let is_sound = || facts.basic.as_ref().is_some_and(|b| b.text().is_some()) && !a.credential.contains(char::is_whitespace);
        if a.is("basic")
            && !facts.service().is_some_and(is_taken)
            && facts.is_known_good()
            && facts.status() == 401
            && facts.knows_answer_headers()
            && is_sound()
        {
            let message = "user and password are right elsewhere, and this answer does not ask for Basic: it is probably not read here";
            return Finding::suspect(Strength::Plausible, message)
                .proof(a.place(), a.scheme_span, "scheme Basic")
                .proof(Place::ResponseStatus, None, "401 without a challenge")
                .fixed_by(Fix::action("Log in as the documentation says: by the form and its cookie, with a token, or in the body"));
        }
        // `mytoken eyJ…`: a JWT behind a word that is no scheme.
        if !is_known_scheme(scheme) && facts.jwt().is_some() && facts.is_refused() && facts.status() == 401 {
            return blame(facts, a, scheme, &["Bearer".into()], Strength::Likely);
        }
        return Finding::unknown("which scheme the server accepts is not known: the answer has no challenge, and no expectation is set");
    }
    // `NTLMSSP` in base64: the client found no Kerberos ticket and fell back to NTLM under the name of Negotiate.
    if a.is("negotiate")
        && a.credential.starts_with("TlRMTVNTUA")
        && facts.is_refused()
        // A server that answers in NTLM takes it.
        && !facts.challenges.iter().any(|c| c.token68.as_deref().is_some_and(|text| text.starts_with("TlRMTVNTUA")))
        && !offered.iter().any(|o| o.eq_ignore_ascii_case("ntlm"))
    {
        return Finding::fail(
            Strength::Stated,
            "NTLM was sent as Negotiate, but the server accepts only Kerberos: the client found no Kerberos ticket for this host",
        )
        .proof(a.place(), a.credential_span, "begins with NTLMSSP")
        .fixed_by(Fix::action(
            "Get a Kerberos ticket (kinit, then klist to see it), and call the host by the name in its service principal",
        ));
    }
    // An `x` before the name keeps browsers from asking for a password.
    let without_x = |name: &str| name.strip_prefix(['x', 'X']).map(|rest| rest.trim_start_matches('-').to_string());
    if offered.iter().any(|o| o.eq_ignore_ascii_case(scheme) || without_x(o).is_some_and(|o| o.eq_ignore_ascii_case(scheme))) {
        return Finding::pass(format!("{scheme} is a scheme that the server accepts"));
    }
    // NTLM travels under Negotiate and the other way round.
    if ["ntlm", "negotiate"].contains(&scheme.to_ascii_lowercase().as_str())
        && offered.iter().any(|o| o.eq_ignore_ascii_case("negotiate") || o.eq_ignore_ascii_case("ntlm"))
    {
        return Finding::pass(format!("{scheme} fits {}", offered[0]));
    }
    if facts.is_token_request() && a.is("basic") {
        return Finding::pass("a client authenticates with Basic at the token endpoint");
    }
    // A challenge for people may stand before a service whose clients log in otherwise.
    let takes = |known: &Known| {
        let schemes = known.service.schemes.iter().flatten();
        known.by == KnownBy::Marks && known.service.checked.decides() && schemes.eq([scheme])
    };
    if facts.context.scheme.is_empty()
        && let Some(known) = facts.service().filter(takes)
    {
        return Finding::unknown(format!("{} takes {scheme}, whatever the challenge names", of_service::named(&known)));
    }
    // A name that is no scheme was written so that browsers ask for nothing: where nothing arrived, it asks for nothing either.
    let is_label = facts.context.scheme.is_empty() && !facts.challenges.is_empty() && offered.iter().all(|name| is_label(name));
    if is_label && facts.says_plainly(Topic::Missing) {
        return Finding::unknown(format!("{} in the challenge is no scheme: which one the server reads is not known", offered.join(", ")));
    }
    // What the service's documentation takes, its challenge may leave out.
    let is_documented = |known: Known| known.service.schemes.iter().flatten().any(|taken| taken.eq_ignore_ascii_case(scheme));
    let is_taken = || facts.service().filter(|known| known.by == KnownBy::Host).is_some_and(is_documented);
    let strength = if is_taken() || names_the_token(facts, a, &offered) {
        Strength::Possible
    } else if asks_for_a_key(facts) || is_label {
        // Perhaps no scheme at all is wanted, but a header of its own.
        Strength::Plausible
    } else if facts.challenges.is_empty() {
        Strength::Likely
    } else {
        Strength::Contradiction
    };
    blame(facts, a, scheme, &offered, strength)
}

/// True when the challenge only names the kind of token that was sent, and that token has expired: it was read, or would be.
fn names_the_token(facts: &Facts, a: &Authorization, offered: &[String]) -> bool {
    let is_expired = || crate::checks::token::lifetime::has_expired(facts);
    a.is("bearer") && facts.jwt().is_some() && offered.iter().all(|name| name.eq_ignore_ascii_case("jwt")) && is_expired()
}

/// True for a challenge's name that nobody sends as a scheme, or that may stand for a header of its own: `xBasic`, `jwt-auth`,
/// `APIKey`.
fn is_label(name: &str) -> bool {
    !is_known_scheme(name) || ["apikey", "api-key"].iter().any(|key| name.eq_ignore_ascii_case(key))
}

/// How surely a JWT behind a word for keys stands under the wrong scheme, where neither service nor answer says otherwise. Some
/// frameworks' tutorials do write `Token` before a JWT.
fn jwt_among_keys(facts: &Facts, a: &Authorization) -> Option<Strength> {
    let is_documented = facts.service().is_some_and(|known| known.service.schemes.is_some());
    let may_be = facts.answer.is_some() && facts.is_refused() && !is_documented && !facts.judges_a_claim() && !facts.is_token_request();
    if !may_be || !Jws::looks_like(a.core().0) {
        return None;
    }
    let is_any = |words: &[&str]| words.iter().any(|word| a.is(word));
    match () {
        () if is_any(&["apikey", "api-key", "key", "access_token"]) => Some(Strength::Likely),
        () if is_any(&["token", "access-token"]) => Some(Strength::Plausible),
        () => None,
    }
}

/// The scheme that the answer's words ask for; most that name none mean Bearer.
fn asked_by_words(facts: &Facts) -> &'static str {
    let said = facts.word(Topic::Scheme).map(|word| facts.quote(word).to_ascii_lowercase()).unwrap_or_default();
    let is_aws = said.contains("'credential' parameter") || facts.body().contains("AWS4-HMAC-SHA256");
    if is_aws { "AWS4-HMAC-SHA256" } else { "Bearer" }
}

fn blame(facts: &Facts, a: &Authorization, scheme: &str, offered: &[String], strength: Strength) -> Finding {
    let list = offered.join(", ");
    let is_stated = !facts.offered_schemes().is_empty() || facts.expects_jwt();
    let accepts = if is_stated { "the server accepts" } else { "the answer suggests" };
    let mut finding = Finding::suspect(strength, format!("{scheme} was sent, but {accepts} {list}")).proof(
        a.place(),
        a.scheme_span,
        format!("scheme {scheme}"),
    );
    if let Some(c) = facts.challenges.first() {
        finding =
            finding.proof(crate::checks::Place::ResponseHeader(c.header), c.scheme_span, format!("the server's challenge asks for {list}"));
    } else if is_stated {
        finding = finding.context(format!("expected scheme: {list}"));
    } else {
        finding = finding.context(format!("no challenge names a scheme; by the answer's words it is probably {list}"));
    }
    let only_the_word = Jws::looks_like(a.core().0) || ["token", "jwt", "apikey", "api-key", "dpop"].iter().any(|s| a.is(s));
    match (offered.iter().find(|o| o.eq_ignore_ascii_case("bearer") || o.eq_ignore_ascii_case("token")), only_the_word) {
        (Some(word), true) => {
            let value = format!("{word} {}", a.credential);
            finding.fixed_by(Fix::edit(format!("Write {word} instead of {scheme}"), vec![Edit::HeaderValue { index: a.index, value }]))
        }
        _ => match (&facts.context.username, &facts.context.password, offered.iter().any(|o| o.eq_ignore_ascii_case("basic"))) {
            (Some(user), Some(password), true) => {
                let value = format!("Basic {}", crate::domain::basic::encode(user, password));
                finding.fixed_by(Fix::edit("Send user and password as Basic", vec![Edit::HeaderValue { index: a.index, value }]))
            }
            _ => finding.fixed_by(Fix::action(format!("Send a credential for {list} instead of {scheme}"))),
        },
    }
}

/// True where one space follows the scheme, as it should, and what follows is no JWT and begins with a sign that stands between the
/// parts of a credential: its first part is gone, and the scheme is right.
pub fn begins_in_the_middle(a: &Authorization) -> bool {
    let credential = a.credential.as_str();
    let rest = credential.trim_start_matches([':', '=', '.']);
    let is_opaque = !rest.is_empty() && !rest.starts_with("eyJ") && !rest.contains(char::is_whitespace);
    let gap = a.credential_span.start.saturating_sub(a.scheme_span.end);
    a.is("bearer")
        && gap == 1
        && is_opaque
        && rest.len() < credential.len()
        && credential.len() >= 8
        && !rest.is_empty()
        && rest.contains([':', '_', '-', '.'])
}

/// What is wrong with the scheme's form: the bytes, words for them, and the value as it should be.
fn malformation(a: &Authorization) -> Option<(Span, String, String)> {
    let value = &a.value;
    let lead = value.len() - value.trim_start().len();
    let lower = value.to_ascii_lowercase();
    let text = &lower[lead..];
    if let Some((first, rest)) = value[lead..].split_once(' ')
        && let Some((at, letter)) = first.char_indices().find(|(_, c)| c.is_alphabetic() && !c.is_ascii())
    {
        let start = lead + at;
        let message = format!("the letter {letter} (U+{:04X}) in the scheme only looks like a Latin one", letter as u32);
        return Some((Span::new(start, start + letter.len_utf8()), message, format!("Bearer {}", rest.trim_start())));
    }
    for name in ["authorization:", "authorization :", "authorization=", "authorization "] {
        if text.starts_with(name) {
            let rest = value[lead + name.len()..].trim_start();
            return Some((Span::new(lead, lead + name.len()), "the value begins with the header's own name".into(), rest.into()));
        }
    }
    for (scheme, proper) in [("bearer", "Bearer"), ("basic", "Basic"), ("token", "Token"), ("digest", "Digest"), ("dpop", "DPoP")] {
        let Some(rest) = text.strip_prefix(scheme) else { continue };
        let after = lead + scheme.len();
        let trimmed = rest.trim_start();
        let at = value.len() - trimmed.len();
        if let Some(c) = trimmed.chars().next()
            && matches!(c, ':' | '=' | ',' | ';')
            && !(scheme == "token" && c == '=')
            && !begins_in_the_middle(a)
        {
            let tail = value[at + 1..].trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '=' | ',' | ';'));
            return Some((Span::new(at, at + 1), format!("{c:?} follows {proper}, where one space belongs"), format!("{proper} {tail}")));
        }
        if rest.len() == trimmed.len() {
            // Another sign than a space between them: `Bearer%20eyJ…`, `Bearer+eyJ…`.
            if scheme == "bearer"
                && let Some(glue) = ["%20", "%09", "+", "_", "-", "/", "."].iter().find(|glue| value[after..].starts_with(**glue))
                && value[after + glue.len()..].starts_with("eyJ")
            {
                let end = after + glue.len();
                return Some((
                    Span::new(after, end),
                    format!("{glue:?} follows Bearer instead of one space"),
                    format!("Bearer {}", &value[end..]),
                ));
            }
            // Glued: `BearereyJ…`.
            if scheme == "bearer" && value[after..].starts_with("eyJ") {
                return Some((
                    Span::new(lead, after),
                    "no space between Bearer and the token".into(),
                    format!("Bearer {}", &value[after..]),
                ));
            }
            continue;
        }
        for second in [scheme, "bearer", "basic"] {
            let Some(tail) = trimmed.strip_prefix(second) else { continue };
            if tail.starts_with(char::is_whitespace) || tail.starts_with(':') {
                let keep = &value[value.len() - tail.trim_start_matches([':', ' ', '\t']).len()..];
                let word = if second == scheme { proper } else { &value[at..at + second.len()] };
                return Some((Span::new(at, at + second.len()), format!("a second scheme follows {proper}"), format!("{word} {keep}")));
            }
        }
    }
    None
}

fn malformed(facts: &Facts) -> Finding {
    let Some(a) = facts.authorization() else { return Finding::not_applicable() };
    match malformation(a) {
        Some((span, message, value)) => Finding::fail(Strength::Contradiction, message)
            .proof(a.place(), span, span.cut(&a.value).unwrap_or_default())
            .fixed_by(Fix::edit("Write the scheme, one space and the credential", vec![Edit::HeaderValue { index: a.index, value }])),
        None if a.scheme.is_some() => Finding::pass("the scheme is well formed"),
        None => Finding::not_applicable(),
    }
}
