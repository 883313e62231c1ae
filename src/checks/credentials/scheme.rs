//! `scheme-mismatch`

use super::of_service;
use super::place::asks_for_a_key;
use super::scheme_malformed::malformation;
use crate::checks::check::check;
use crate::checks::configured;
use crate::checks::facts::Facts;
use crate::checks::facts::authorization::{Authorization, is_homemade_scheme, is_known_scheme};
use crate::checks::facts::other_credentials::Carrier;
use crate::checks::facts::words::Topic;
use crate::checks::services::{Known, KnownBy};
use crate::checks::similar::distance;
use crate::checks::token::kind::another_setting;
use crate::checks::transit::two_layers::of_forward_auth;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::challenge::Challenge;
use crate::domain::request::Edit;
use crate::domain::span::Span;
use crate::domain::token::jws::Jws;

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
    CHECK = "scheme-mismatch", Credentials,
    stage: Spelling, topics: [Scheme, HeaderForm, Missing],
    decided_by: [DocumentedScheme],
    proven_by: [OtherScheme],
    run: mismatch
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

/// A signature in the address, made in a way that the server says it does not take.
fn of_signed_address(facts: &Facts) -> Option<Finding> {
    let word = facts.word(Topic::Scheme).filter(|word| word.specific && facts.is_refused())?;
    let name = ["Signature", "X-Amz-Signature", "sig"].into_iter().find(|name| facts.query(name).is_some())?;
    let span = Span::of(&facts.request.url, &format!("{name}=")).map(|span| span.shifted(facts.request.method.len() + 1));
    Some(
        Finding::fail(Strength::Stated, "the address is signed in a way that the server does not take")
            .proof(Place::RequestLine, span, name)
            .proof(word.place, word.span, facts.quote(word))
            .fixed_by(Fix::action("Set the version of the signature that the answer names in the client, and sign again")),
    )
}

/// True where the challenge for a token names the address that was asked as the place where one is got (the registry's token server).
fn names_this_address(facts: &Facts) -> bool {
    let realm = facts.challenge("bearer").and_then(|challenge| url::Url::parse(challenge.get("realm")?).ok());
    let is_this = |realm: &url::Url, asked: &url::Url| realm.host_str() == asked.host_str() && realm.path() == asked.path();
    realm.zip(facts.url.as_ref()).is_some_and(|(realm, asked)| realm.path().len() > 1 && is_this(&realm, asked))
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
    let Some(a) = facts.authorization() else {
        return of_address(facts).or_else(|| of_signed_address(facts)).unwrap_or_else(Finding::not_applicable);
    };
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
    if let Some((named, said)) = facts.noted_scheme().filter(|(named, _)| facts.is_refused() && !a.is(named)) {
        return blame(facts, a, scheme, &[named.into()], Strength::Stated).context(said.to_string());
    }
    if asks_for_a_key(facts) && facts.others.iter().any(|other| other.carrier == Carrier::Header) {
        return Finding::unknown("the challenge asks for a key, which is in a header of its own: it says nothing of Authorization");
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
        let is_taken = |known: Known| known.by == KnownBy::Host && known.takes(scheme);
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
    let is_only = |known: &Known| known.service.challenges_first || known.service.schemes.iter().flatten().eq([scheme]);
    let is_documented = |known: &Known| [KnownBy::Marks, KnownBy::Name].contains(&known.by) && known.service.checked.decides();
    let takes = |known: &Known| is_documented(known) && known.takes(scheme) && is_only(known);
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
    // A word of a library's own in the challenge, with what is wrong with the token: it looked for one, whatever the word is.
    let tells = |challenge: &Challenge| is_homemade_scheme(&challenge.scheme) && challenge.get("error").is_some();
    if facts.context.scheme.is_empty() && facts.jwt().is_some() && !facts.challenges.is_empty() && facts.challenges.iter().all(tells) {
        return Finding::unknown(format!(
            "{} in the challenge may be a library's own word: it says what is wrong, not what is read",
            offered.join(", ")
        ));
    }
    // What the service's documentation takes, its challenge may leave out.
    let is_taken = || facts.service().is_some_and(|known| known.by == KnownBy::Host && known.takes(scheme));
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
