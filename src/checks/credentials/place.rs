//! `credential-in-wrong-place`

use super::duplicated::without_parameter;
use super::{in_body, missing, of_service, place_of_kind, settings};
use crate::checks::check::check;
use crate::checks::configured;
use crate::checks::facts::fields;
use crate::checks::facts::form::pairs;
use crate::checks::facts::other_credentials::{Carrier, OtherCredential, is_key_header};
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Token};
use crate::checks::services::KnownBy;
use crate::checks::token::kind::off_its_routes;
use crate::checks::transit::stripped;
use crate::checks::{Finding, Fix, FixKind, Outcome, Place, Strength};
use crate::domain::limits::MAX_JUDGED;
use crate::domain::request::Edit;
use crate::domain::span::Span;
use url::Url;

check! {
    /// The credential is sent, but in a place that this API does not read.
    ///
    /// # What it looks at
    /// Where the request has its credential: Authorization, another header, the address or the form. And where the API
    /// reads it, by the challenge, your expectations or the table of services (`X-API-Key`, `PRIVATE-TOKEN`, `apikey`). Also an
    /// earlier request that was accepted with the same key in its address, headers that were given as parameters or sent in the
    /// body, and fields of a login that the server misses though they are in the body: it reads a form, and JSON was sent.
    ///
    /// # Why a server answers 401 to it
    /// The server does not see a key in the wrong header, and answers as if none had been sent. Many APIs no longer read
    /// tokens from the address, because addresses end up in logs.
    ///
    /// # How to prove it
    /// Move the same value to the documented place and send again.
    ///
    /// # How to fix it
    /// Put the credential where the API's documentation says.
    ///
    /// # Example
    /// `?access_token=…` on an API that answers `WWW-Authenticate: Bearer`.
    ///
    /// # References
    /// RFC 6750 section 2.3.
    PLACE = "credential-in-wrong-place", Credentials,
    stage: Presence, topics: [ApiKey, Missing],
    explains: ["scheme-mismatch", "token-malformed", "token-rejected", "authorization-missing"],
    run: look
}

fn look(facts: &Facts) -> Finding {
    let wanted: Option<&str> = facts.context.header.iter().map(String::as_str).find(|h| !h.eq_ignore_ascii_case("authorization"));
    if let Some(header) = wanted {
        return in_header(facts, header);
    }
    if let Some(finding) = by_settings(facts) {
        return finding;
    }
    // `WWW-Authenticate: X-API-Key realm="…"`: the name of a header in the place of a scheme.
    let names_header = |name: &str| name.get(..2).is_some_and(|x| x.eq_ignore_ascii_case("x-")) && is_key_header(name);
    let header = facts.challenges.iter().map(|challenge| challenge.scheme.as_str()).find(|name| names_header(name));
    if let Some(header) = header.filter(|header| facts.is_refused() && !facts.request.headers.has(header) && facts.carries_credential()) {
        return in_header(facts, header);
    }
    if let Some(finding) = in_body::in_another_form(facts) {
        return finding;
    }
    if facts.is_token_request() {
        return client_method(facts);
    }
    if let Some(finding) = token_request_in_query(facts).or_else(|| in_body::headers_as_data(facts)) {
        return finding;
    }
    // What no place makes right on this route.
    let for_kind = || place_of_kind::wrong_place(facts).filter(|_| off_its_routes(facts).is_none());
    let documented = for_kind().or_else(|| of_service::wrong_place(facts));
    if let Some(finding) = documented.as_ref().filter(|finding| finding.strength >= Strength::Likely) {
        return finding.clone();
    }
    if let Some(finding) = settings::key_in_authorization(facts).or_else(|| of_service::in_legacy_place(facts)) {
        return finding;
    }
    if let Some(finding) = by_notes(facts) {
        return finding;
    }
    if let Some(finding) = headers_as_parameters(facts).or_else(|| accepted_in_the_address(facts)) {
        return finding;
    }
    let shown = by_exchange(facts);
    // What is only guessed of the service says less than what challenge and words show.
    match documented {
        Some(guess) if !matches!(shown.outcome, Outcome::Fail | Outcome::Warn) => guess,
        _ => shown,
    }
}

/// A credential in another place than the header that the settings of the server name.
fn by_settings(facts: &Facts) -> Option<Finding> {
    let (header, said) = configured::header(facts).filter(|_| facts.is_refused() && facts.answer.is_some())?;
    let is_cookie = |index: usize| facts.request.headers.iter().any(|(at, sent)| at == index && sent.is("cookie"));
    let in_cookie = |token: &&Token| matches!(token.place, Place::RequestHeader(index) if is_cookie(index));
    let is_alone = header.eq_ignore_ascii_case("authorization") && facts.authorizations.is_empty() && facts.others.is_empty();
    let finding = match facts.jwt().filter(|_| is_alone).filter(in_cookie) {
        Some(token) => Finding::fail(Strength::Contradiction, format!("the token is in a cookie, but the API reads {header}"))
            .proof(token.place, Some(token.span), "the token")
            .fixed_by(Fix::edit(
                format!("Send the token in {header}"),
                vec![Edit::AddHeader { name: header.clone(), value: format!("Bearer {}", token.jws.text) }],
            )),
        None => in_header(facts, &header),
    };
    let is_read = finding.outcome == Outcome::Pass && !header.eq_ignore_ascii_case("authorization");
    (is_read || finding.outcome == Outcome::Fail).then(|| finding.context(said))
}

/// A token request with its parameters in the address, to a server that answers as if it had got none.
fn token_request_in_query(facts: &Facts) -> Option<Finding> {
    let is_one = facts.is_token_request_in_query() && facts.is_refused() && facts.answer.is_some();
    // What it says of the grant or of the client, it has read.
    let is_read = || facts.error_code().is_some_and(|code| code != "invalid_request") || facts.words.iter().any(|word| word.specific);
    let at = facts.request.url.find('?').filter(|_| is_one && !is_read())?;
    let span = Span::new(at + 1, facts.request.url.len()).shifted(facts.request.method.len() + 1);
    Some(
        Finding::fail(Strength::Likely, "the parameters of the token request are in the address: the server reads them in the body")
            .proof(Place::RequestLine, span, "the query")
            .fixed_by(Fix::action("Send them as a form in the body (application/x-www-form-urlencoded)")),
    )
}

/// Headers were given as parameters of the address: `?Content-Type=…&some-api-key=…`.
fn headers_as_parameters(facts: &Facts) -> Option<Finding> {
    let query = facts.request.url.split('#').next()?.split_once('?').filter(|_| facts.is_refused() && facts.answer.is_some())?;
    let parameters = pairs(query.1);
    let is_header = |name: &str| ["content-type", "accept", "user-agent"].iter().any(|header| name.eq_ignore_ascii_case(header));
    let (shown, _, _) =
        parameters.iter().find(|(name, value, _)| is_header(name) && !value.is_empty() && !facts.request.headers.has(name))?;
    let is_key = |name: &str| is_key_header(name) || name.eq_ignore_ascii_case("authorization");
    let (name, value, span) = parameters.iter().find(|(name, value, _)| is_key(name) && !value.is_empty())?;
    let span = span.shifted(facts.request.method.len() + 1 + query.0.len() + 1);
    let edits = vec![Edit::Url(without_parameter(&facts.request.url, name)), Edit::AddHeader { name: name.clone(), value: value.clone() }];
    Some(
        Finding::fail(Strength::Likely, format!("{name} is in the address, beside {shown}, which is a header: they were meant as headers"))
            .proof(Place::RequestLine, span, name.clone())
            .fixed_by(Fix::edit(format!("Send {name} as a header"), edits)),
    )
}

/// The same request was accepted with this very key in its address, and is refused with it in a header of its own.
fn accepted_in_the_address(facts: &Facts) -> Option<Finding> {
    const SHORTEST: usize = 16;
    let url = facts.url.as_ref().filter(|_| facts.is_refused() && facts.answer.is_some() && facts.authorizations.is_empty())?;
    let accepted = || facts.context.previous.iter().rev().filter(|before| (200..300).contains(&before.status));
    let keys = facts.request.headers.iter().filter(|(_, header)| header.value.trim().len() >= SHORTEST).take(MAX_JUDGED);
    let (index, header, found) = keys.into_iter().find_map(|(index, header)| {
        let found = accepted().find_map(|before| {
            let there = Url::parse(&before.url).ok().filter(|there| there.origin() == url.origin() && there.path() == url.path())?;
            there.query_pairs().find(|(_, value)| value == header.value.trim()).map(|(name, _)| name.into_owned())
        })?;
        Some((index, header, found))
    })?;
    let (name, value) = (&header.name, header.value.trim());
    let joint = if facts.request.url.contains('?') { '&' } else { '?' };
    let edits = vec![Edit::RemoveHeader { index }, Edit::Url(format!("{}{joint}{found}={value}", facts.request.url))];
    Some(
        Finding::fail(Strength::Likely, format!("the same key was accepted as ?{found}=…, and is refused in the header {name}"))
            .proof(Place::RequestHeader(index), Span::whole(&header.value), name.clone())
            .context(format!("accepted before with ?{found}=…"))
            .fixed_by(Fix::edit(format!("Send it as ?{found}=…"), edits)),
    )
}

/// The notes say that the same credential works in another place than the one where it is.
fn by_notes(facts: &Facts) -> Option<Finding> {
    let (said, place) = facts.noted_place().filter(|_| facts.is_refused() && facts.answer.is_some())?;
    let other = facts.others.iter().find(|other| matches!(other.carrier, Carrier::Query | Carrier::Header | Carrier::Body))?;
    let is_here = match other.carrier {
        Carrier::Query => ["query", "url", "address", "parameter"].contains(&place.as_str()),
        Carrier::Header => ["header", "authorization"].contains(&place.as_str()),
        _ => ["body", "form", "parameter"].contains(&place.as_str()),
    };
    let message = format!("the credential is in {}, and works as {place}: here it is not read", described(other));
    (!is_here).then(|| {
        Finding::fail(Strength::Stated, message)
            .proof(other.place, other.span, other.name.clone())
            .context(said.to_string())
            .fixed_by(Fix::action(format!("Send the same value as {place}")))
    })
}

/// A token in a cookie, where the server says that it got none: it reads a header.
fn in_cookie(facts: &Facts) -> Option<Finding> {
    let (word, index, pair) = facts.token_in_cookie()?;
    Some(
        Finding::fail(Strength::Likely, format!("the token is in the cookie {}, and the server finds none: it reads a header", pair.name))
            .proof(Place::RequestHeader(index), Some(pair.span), pair.name)
            .proof(word.place, word.span, facts.quote(word))
            .fixed_by(Fix::action("Send the token in the header that the documentation names")),
    )
}

/// What the challenge, the expectations and the answer's words show.
fn by_exchange(facts: &Facts) -> Finding {
    if let (Some(a), Some(span)) = (facts.authorization(), stripped::header_not_sent(facts).filter(|_| facts.is_refused())) {
        let name = span.cut(facts.body()).unwrap_or_default();
        return Finding::fail(Strength::Likely, format!("the server looks for the header {name}, but the credential is in Authorization"))
            .proof(Place::ResponseBody, span, name)
            .proof(a.place(), None, "the credential that was sent")
            .fixed_by(Fix::action(format!("Send the credential that {name} is for, or let the server read Authorization")));
    }
    if !facts.authorizations.is_empty() {
        if facts.says_plainly(Topic::ApiKey) && !facts.others.iter().any(|o| o.carrier == Carrier::Header) {
            return asked_by_words(facts);
        }
        if asks_for_a_key(facts) && facts.is_refused() && !facts.others.iter().any(|o| o.carrier == Carrier::Header) {
            let challenge = &facts.challenges[0];
            return Finding::suspect(
                Strength::Plausible,
                "the challenge asks for an API key; most servers read it from a header of its own (such as X-API-Key)",
            )
            .proof(Place::ResponseHeader(challenge.header), challenge.scheme_span, challenge.scheme.clone())
            .proof(facts.authorizations[0].place(), None, "the credential that was sent")
            .fixed_by(Fix::action("Send the API key in the header that the documentation names"));
        }
        return if facts.offered_schemes().is_empty() && facts.answer.is_none() {
            Finding::unknown("which header the API reads is not known: name it in the expectations to check it")
        } else {
            Finding::pass("the credential is in Authorization")
        };
    }
    let reads_header = facts.challenges.iter().any(|c| ["bearer", "token", "basic", "dpop", "jwt"].iter().any(|s| c.is(s)))
        || facts.expects_jwt()
        || facts.context.scheme.iter().any(|s| s.eq_ignore_ascii_case("bearer"))
        || facts.says_plainly(Topic::Missing) && !stripped::offers_both(facts);
    let Some(other) =
        facts.others.iter().find(|o| matches!(o.carrier, Carrier::Query | Carrier::Header | Carrier::UserInfo | Carrier::Body))
    else {
        return in_cookie(facts).unwrap_or_else(Finding::not_applicable);
    };
    if other.carrier == Carrier::UserInfo {
        return Finding::pass("user and password in the address are sent as Basic by most clients");
    }
    // What the service documents goes before a challenge that is there for browsers or for older clients.
    if of_service::is_first_place(facts, other) {
        return Finding::pass(format!("the credential is in {}, where the service reads it", described(other)));
    }
    // A header that the service's row knows is read, whatever else is; what is in address or body, where the service judges it.
    let is_judged = facts.documented_refusal().is_some_and(|found| found.refusal.means == "token-rejected");
    let is_known_place = |place: &String| match (place.split_once(':'), other.carrier) {
        (Some(("query", name)), Carrier::Query) => is_judged && name.eq_ignore_ascii_case(&other.name),
        (Some(("body", name)), Carrier::Body) => is_judged && name == other.name,
        (None, Carrier::Header) => place.eq_ignore_ascii_case(&other.name),
        _ => false,
    };
    if facts.service().is_some_and(|known| known.by != KnownBy::Hint && known.service.header.iter().any(is_known_place)) {
        return Finding::pass(format!("the credential is in {}, which the service reads", described(other)));
    }
    if let Some(key) = stripped::key_not_seen(facts) {
        return Finding::pass(format!("the credential is in {}, which the server asks for", key.name));
    }
    let is_seen_elsewhere = matches!(other.carrier, Carrier::Header | Carrier::Query);
    let unseen = facts.word(Topic::ApiKey).filter(|word| word.specific && facts.is_refused() && is_seen_elsewhere);
    if let Some(word) = unseen.filter(|_| !reads_header && facts.others.len() == 1) {
        let wanted = facts.wanted_key_header().filter(|name| !name.eq_ignore_ascii_case(&other.name));
        let wanted = wanted.map_or_else(|| "another header or name".to_string(), |name| format!("the header {name}"));
        // Proxies drop headers, and no parameters of an address.
        let strength = if other.carrier == Carrier::Query { Strength::Likely } else { Strength::Plausible };
        return Finding::suspect(
            strength,
            format!("the server found no API key, and one was sent in {}: it probably reads {wanted}", described(other)),
        )
        .proof(other.place, other.span, other.name.clone())
        .proof(word.place, word.span, facts.quote(word))
        .fixed_by(Fix::action("Send the key in the header that the gateway's settings name"));
    }
    // Who judges the credential has read it, whatever the challenge asks for.
    let judges = facts.judges_a_claim() || other.carrier == Carrier::Body && missing::judges(facts);
    if judges && facts.others.len() == 1 {
        return Finding::pass(format!("the answer judges the credential, so the server reads it in {}", described(other)));
    }
    // A server that falls back on its guard of forms found no key where it looks.
    if other.carrier == Carrier::Body && facts.says_plainly(Topic::Csrf) && facts.is_refused() && !facts.request.headers.has("cookie") {
        return Finding::fail(
            Strength::Likely,
            format!("the credential is in {}, and the server asks for the token of a form as if none had come", described(other)),
        )
        .proof(other.place, other.span, other.name.clone())
        .fixed_by(Fix::action("Send the key in the header that the API's documentation names"));
    }
    // A session cookie may be the credential that counts.
    if !reads_header {
        return Finding::unknown(format!("the credential is in {}; whether the API reads it there is not known", other.name));
    }
    let is_of_service =
        || facts.service().is_some_and(|known| known.by == KnownBy::Host && known.service.kinds.iter().any(|kind| kind.is(&other.value)));
    let may_be_subject = other.carrier == Carrier::Body && !fields::is_of_the_call(&other.name) && !is_of_service();
    let strength = match () {
        () if !facts.is_refused() => Strength::Unlikely,
        () if may_be_subject => Strength::Plausible,
        // A front server may ask for a password besides the key that the application behind it reads.
        () if other.carrier == Carrier::Header && facts.challenges.iter().all(|c| c.is("basic")) && !facts.challenges.is_empty() => {
            Strength::Plausible
        }
        () => Strength::Contradiction,
    };
    let finding = Finding::fail(strength, format!("the credential is in {}, but the API reads Authorization", described(other))).proof(
        other.place,
        other.span,
        other.name.clone(),
    );
    let offered = facts.offered_schemes();
    if !offered.is_empty() && offered.iter().all(|scheme| scheme.eq_ignore_ascii_case("basic")) {
        return finding.fixed_by(Fix::action("Send user and password in Authorization: Basic, as the server asks for them"));
    }
    // A key goes under the scheme of the challenge as it is; only Basic would want it with a colon and encoded.
    let scheme = offered.iter().find(|s| ["bearer", "token", "jwt"].contains(&s.to_ascii_lowercase().as_str()));
    let scheme = scheme.map_or("Bearer", String::as_str);
    finding.fixed_by(Fix::edit(
        format!("Move the credential to Authorization: {scheme}"),
        moved(facts, other, "Authorization", &format!("{scheme} {}", other.value)),
    ))
}

/// True when the one challenge names no scheme of Authorization but the kind of thing that is wanted: frameworks write `APIKey`
/// for a key in a header of its own. Servers that do read `Authorization: ApiKey …` offer other schemes as well.
pub fn asks_for_a_key(facts: &Facts) -> bool {
    facts.challenges.len() == 1 && ["apikey", "api-key", "key"].iter().any(|s| facts.challenges[0].is(s)) && facts.context.scheme.is_empty()
}

/// The API reads a header of its own.
fn in_header(facts: &Facts, header: &str) -> Finding {
    if facts.request.headers.has(header) {
        return Finding::pass(format!("the header {header} is there"));
    }
    if let Some(a) = facts.authorization().filter(|a| !a.credential.is_empty()) {
        return Finding::fail(Strength::Contradiction, format!("the credential is in Authorization, but the API reads {header}"))
            .proof(a.place(), a.credential_span, "the credential")
            .fixed_by(Fix::edit(
                format!("Move the credential to the header {header}"),
                vec![Edit::RemoveHeader { index: a.index }, Edit::AddHeader { name: header.into(), value: a.core().0.into() }],
            ));
    }
    if let Some(other) = facts.others.first() {
        return Finding::fail(Strength::Contradiction, format!("the credential is in {}, but the API reads {header}", described(other)))
            .proof(other.place, other.span, other.name.clone())
            .fixed_by(Fix::edit(format!("Move the credential to the header {header}"), moved(facts, other, header, &other.value)));
    }
    if facts.is_refused() && !facts.may_lack_credentials() {
        return Finding::warn(Strength::Unlikely, format!("the API reads the header {header}, which is not in the request"))
            .context(format!("expected header: {header}"));
    }
    Finding::not_applicable()
}

/// A token endpoint that takes the client's secret one way only.
fn client_method(facts: &Facts) -> Finding {
    let Some(wanted) = facts.context.client_authentication.first() else { return Finding::not_applicable() };
    let in_form = facts.field("client_secret").is_some();
    let in_header = facts.authorization().is_some_and(|a| a.is("basic"));
    match wanted.as_str() {
        "client_secret_basic" if in_form && !in_header => {
            Finding::warn(Strength::Unlikely, "client_secret is in the form, but the client is registered to send it with Basic")
                .context("registered: client_secret_basic")
        }
        "client_secret_post" if in_header && !in_form => Finding::warn(
            Strength::Unlikely,
            "the client's secret is in Authorization, but the client is registered to send it in the form",
        )
        .context("registered: client_secret_post"),
        _ => Finding::pass(format!("the client authenticates with {wanted}")),
    }
}

fn asked_by_words(facts: &Facts) -> Finding {
    let header = facts.wanted_key_header().map_or_else(|| "a header of its own".to_string(), |name| format!("the header {name}"));
    let mut finding =
        Finding::fail(Strength::Likely, format!("the server asks for an API key in {header}, but the request has only Authorization"));
    if let Some(word) = facts.word(Topic::ApiKey) {
        finding = finding.proof(word.place, word.span, facts.quote(word));
    }
    if let Some(a) = facts.authorization() {
        finding = finding.proof(a.place(), None, "the credential that was sent");
    }
    finding
        .fixed_by(Fix { title: "Send the API key in the header that the answer or the documentation names".into(), kind: FixKind::Action })
}

fn described(other: &OtherCredential) -> String {
    match other.carrier {
        Carrier::Query => format!("the address ({}=…)", other.name),
        Carrier::Body => format!("the form ({}=…)", other.name),
        Carrier::Header if is_key_header(&other.name) => format!("the header {}", other.name),
        _ => other.name.clone(),
    }
}

fn moved(facts: &Facts, other: &OtherCredential, header: &str, value: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    match other.place {
        Place::RequestLine => edits.push(Edit::Url(without_parameter(&facts.request.url, &other.name))),
        Place::RequestHeader(index) => edits.push(Edit::RemoveHeader { index }),
        _ => {}
    }
    edits.push(Edit::AddHeader { name: header.into(), value: value.trim().into() });
    edits
}
