//! `two-layers-share-authorization`

use crate::checks::check::check;
use crate::checks::facts::authorization::Authorization;
use crate::checks::facts::words::{Topic, Word};
use crate::checks::facts::{Facts, Standing};
use crate::checks::intermediaries::TABLE;
use crate::checks::remedy::Remedy;
use crate::checks::{Finding, Fix, Place, Strength};

check! {
    /// Proxy and application both want their own Authorization header, but a request has only one.
    ///
    /// # What it looks at
    /// A Basic challenge from a reverse proxy or web server in front of an API that accepts tokens: often leftover protection
    /// (.htaccess). Also two schemes in one request, and an answer about a key or token to user and password.
    ///
    /// # Why a server answers 401 to it
    /// The front server wants Basic, the application wants Bearer. Whichever is sent, the other one refuses it.
    ///
    /// # How to prove it
    /// Send Basic, then Bearer: with Basic the application's challenge comes, with Bearer the front server's.
    ///
    /// # How to fix it
    /// Switch off the front server's login for this path, or let the application read its token from another header.
    ///
    /// # Example
    /// `Authorization: Bearer eyJ…`, answered by nginx with `WWW-Authenticate: Basic realm="Staging"`.
    ///
    /// # References
    /// RFC 9110 section 11.6.2 (one credential per message).
    TWO_LAYERS = "two-layers-share-authorization", Address,
    stage: Elsewhere,
    run: look
}

/// A server that judges each request before the front server passes it on asks for Basic, and what was sent is for the application.
pub fn of_forward_auth(facts: &Facts) -> Option<Finding> {
    let a = facts.authorization().filter(|a| !a.is("basic") && facts.is_refused())?;
    let challenge = facts.challenges.first().filter(|_| facts.challenges.iter().all(|c| c.is("basic")))?;
    let line = TABLE.forward_auth(facts.context.config.as_deref()?)?;
    let scheme = a.scheme.as_deref().unwrap_or("a key");
    let message =
        format!("a server in front judges each request first and asks for Basic; {scheme} in the same header is for the application");
    Some(
        Finding::fail(Strength::Contradiction, message)
            .proof(Place::ResponseHeader(challenge.header), challenge.scheme_span, "the front server's challenge")
            .proof(a.place(), a.scheme_span, "for the application")
            .context(line)
            .fixed_by(Remedy::NoLogin.fix(facts, "Let the front server's login leave this path alone")),
    )
}

/// The configuration asks for a password, and the refusal does not, as that login's would: it let the request pass, and the
/// application behind, which knows the user by a cookie, reads the same header.
fn passed_by_the_front(facts: &Facts, a: &Authorization) -> Option<Finding> {
    let is_silent = facts.status() == 401 && facts.challenges.is_empty() && facts.knows_answer_headers();
    let has_session = !facts.session().sends_none();
    let line =
        facts.context.config.as_deref().filter(|_| a.is("basic") && is_silent && has_session).and_then(|c| TABLE.password_line(c))?;
    let message = "the front server's login let the request pass, and the application behind it takes the same header for its own";
    Some(
        Finding::suspect(Strength::Likely, message)
            .proof(a.place(), a.scheme_span, "for the front server")
            .proof(Place::ResponseStatus, None, "401 without a challenge")
            .context(line)
            .fixed_by(Remedy::DropAuthorization.fix(facts, "Do not pass the front server's credential on to the application")),
    )
}

fn look(facts: &Facts) -> Finding {
    if facts.answer.is_none() || facts.standing == Standing::Accepted {
        return Finding::not_applicable();
    }
    let Some(a) = facts.authorization() else { return Finding::not_applicable() };
    let fix = || Remedy::NoLogin.fix(facts, "Switch off the front server's login for this path");
    let schemes: Vec<&str> = facts.authorizations.iter().filter_map(|a| a.scheme.as_deref()).collect();
    let joined = a.is("basic") && a.value.contains(", Bearer ");
    if joined || schemes.len() > 1 && schemes.windows(2).any(|w| !w[0].eq_ignore_ascii_case(w[1])) {
        return Finding::fail(
            Strength::Contradiction,
            "two schemes in one request, probably one for the front server and one for the application",
        )
        .proof(a.place(), None, "the two schemes")
        .fixed_by(fix());
    }
    let wants_bearer = facts.expects_jwt() || facts.context.scheme.iter().any(|s| s.eq_ignore_ascii_case("bearer"));
    let basic_only = !facts.challenges.is_empty() && facts.challenges.iter().all(|c| c.is("basic"));
    if a.is("bearer") && wants_bearer && basic_only {
        let c = &facts.challenges[0];
        let strength = if facts.signature_is_valid() { Strength::Contradiction } else { Strength::Likely };
        return Finding::fail(strength, "the API accepts Bearer, but a server in front of it asks for Basic: both read the same header")
            .proof(Place::ResponseHeader(c.header), c.scheme_span, format!("Basic realm={}", c.get("realm").unwrap_or_default()))
            .proof(a.place(), a.scheme_span, "Bearer was sent")
            .fixed_by(fix());
    }
    if let Some(finding) = of_forward_auth(facts) {
        return finding;
    }
    let good_password = facts.basic.as_ref().and_then(|b| b.text()).is_some_and(|(user, password)| facts.is_meant(user, password));
    if a.is("basic") && facts.says_plainly(Topic::Scheme) && facts.body().contains("Credential") {
        return Finding::fail(Strength::Likely, "a Basic credential, probably a proxy's, was passed on to the service behind it")
            .proof(a.place(), a.scheme_span, "Basic")
            .fixed_by(Remedy::DropAuthorization.fix(facts, "Do not pass the proxy's credential on to the service"));
    }
    if let Some(word) = word_on_another_credential(facts) {
        return Finding::fail(
            Strength::Plausible,
            "user and password were sent, but the server speaks of a key or token: they are probably for a server in front of it",
        )
        .proof(a.place(), a.scheme_span, "Basic")
        .proof(word.place, word.span, facts.quote(word))
        .fixed_by(Remedy::DropAuthorization.fix(facts, "Do not pass the front server's credential on to the application"));
    }
    if let Some(finding) = passed_by_the_front(facts, a) {
        return finding;
    }
    if let Some(line) = facts.context.config.as_deref().filter(|_| a.is("basic")).and_then(|config| TABLE.front_login(config)) {
        // The front server's login has another name than the one that is asked for: it let the request pass.
        let asked = facts.challenge("basic").and_then(|challenge| challenge.get("realm"));
        let named = line.split('"').nth(1).filter(|named| !named.is_empty());
        let is_other = named.zip(asked).is_some_and(|(named, asked)| named != asked);
        return Finding::fail(
            if is_other { Strength::Contradiction } else { Strength::Plausible },
            "the configuration has a login of the front server before what it passes on: the application behind asks for another one",
        )
        .proof(a.place(), a.scheme_span, "Basic")
        .context(line)
        .fixed_by(fix());
    }
    if a.is("basic")
        && facts.challenges.is_empty()
        && facts.says(Topic::Password)
        && facts.accepted_before().any(|url| url.host_str() == facts.host())
    {
        return Finding::fail(
            Strength::Plausible,
            "this host accepted a login before, and here another server asks for one of its own: both read the same header",
        )
        .proof(a.place(), a.scheme_span, "Basic")
        .fixed_by(Remedy::DropAuthorization.fix(facts, "Do not pass the front server's credential on to the application"));
    }
    if a.is("basic") && basic_only && good_password {
        return Finding::warn(
            Strength::Unlikely,
            "user and password are the ones you mean; perhaps a server in front of the application asks for others",
        )
        .proof(
            Place::ResponseHeader(facts.challenges[0].header),
            facts.challenges[0].scheme_span,
            format!("realm {}", facts.challenges[0].get("realm").unwrap_or_default()),
        )
        .fixed_by(Fix::action("Find out whose realm this is: the front server's or the application's"));
    }
    Finding::pass("nothing shows that two servers read Authorization")
}

/// Words on a key or token in the answer of an unknown service to user and password. A key may be sent as user name, without a
/// password or with any.
fn word_on_another_credential<'f>(facts: &'f Facts) -> Option<&'f Word> {
    const LONGEST_NAME: usize = 24;
    let (user, password) = facts.basic.as_ref()?.text()?;
    let is_person = !user.is_empty() && user.len() < LONGEST_NAME && !password.is_empty();
    let is_open = facts.status() == 401 && facts.challenges.is_empty() && facts.service().is_none() && !facts.is_token_request();
    let of_key = |word: &&Word| ["key", "token"].iter().any(|name| facts.quote(word).to_ascii_lowercase().contains(name));
    facts.words.iter().filter(|word| word.topic == Topic::Token && is_person && is_open).find(of_key)
}
