//! `header-stripped-by-proxy`

use super::arrival;
use crate::checks::address::plain_http::service_without_passwords;
use crate::checks::check::check;
use crate::checks::credentials::password::is_of_account;
use crate::checks::facts::other_credentials::{Carrier, OtherCredential};
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Standing};
use crate::checks::intermediaries::{TABLE, marked};
use crate::checks::remedy::{Remedy, server_of};
use crate::checks::servers::{Logged, TABLE as SERVERS};
use crate::checks::services::{Known, KnownBy};
use crate::checks::tried::without_credential;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::headers::Header;
use crate::domain::limits::MAX_FIELDS;
use crate::domain::span::Span;
use crate::domain::token::claims::values;
use crate::domain::trial::tried::Trial;

check! {
    /// The credential was sent, but the server answers as if none had arrived.
    ///
    /// # What it looks at
    /// A well-formed credential in the request, and an answer that fits a request without one. Such an answer says, for
    /// example, "no authorization token was found", or has a challenge without an error, or is the one that a well-known server
    /// gives only when it found nothing. Also a line of configuration that empties the header, a line of the server's log,
    /// server software that hides it by default (CGI, FastCGI, mod_wsgi), and an answer that refuses what the token sent does
    /// not have. And a header with an underscore in its name that the answer says is missing. Where `authtui mirror` stands behind
    /// the proxies, what arrived is compared with what was sent.
    ///
    /// # Why a server answers 401 to it
    /// Something on the way removed the header. It may be a proxy that sets its own, a rewrite rule, or a web server that does
    /// not pass Authorization on to CGI, PHP-FPM or WSGI.
    ///
    /// # How to prove it
    /// Put `authtui mirror` in the place of the application, log the request headers there, or send the request directly to it,
    /// without the proxy.
    ///
    /// # How to fix it
    /// nginx: `proxy_set_header Authorization $http_authorization;`. Apache: `CGIPassAuth On` or
    /// `SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1`; mod_wsgi: `WSGIPassAuthorization On`.
    ///
    /// # Example
    /// `Authorization: Bearer eyJ…`, answered with `{"error":"missing bearer token"}`.
    ///
    /// # References
    /// RFC 6750 section 3.1 (no error code when no credential came); RFC 9110 section 11.6.2.
    STRIPPED = "header-stripped-by-proxy", Address,
    stage: Residual, topics: [Missing, ApiKey], shares_topics: true,
    explains: ["permission-refused"],
    is_refusal: true,
    is_of_absence: true,
    decided_by: [HeadersBehindProxy],
    run: look
}

/// True when the server is one that does not pass `Authorization` to the application by default.
fn hides_authorization(facts: &Facts) -> bool {
    let described = facts.context.server.iter().map(String::as_str).chain(facts.answered("server"));
    described.flat_map(|text| TABLE.named(text)).any(|server| server.hides_authorization)
}

/// True for a server that hides Authorization from some applications, where the answer shows such an application.
fn may_hide_authorization(facts: &Facts) -> bool {
    let Some(answer) = facts.answer else { return false };
    let mut servers = facts.answered("server").into_iter().flat_map(|name| TABLE.named(name));
    servers.any(|server| marked(&server.hides_authorization_from, &answer.headers).is_some())
}

/// The server counts other parts than the token that was sent has: it read something else.
fn other_than_sent(facts: &Facts) -> Option<Finding> {
    let token = facts.jwt().filter(|token| token.jws.faults.is_empty() && facts.authorization().is_some_and(|a| a.is("bearer")))?;
    let said = facts.word(Topic::TokenForm).filter(|word| word.specific)?;
    let counts = ["segment", "parts"].iter().any(|word| facts.quote(said).to_ascii_lowercase().contains(word));
    let strength = if may_hide_authorization(facts) { Strength::Likely } else { Strength::Plausible };
    let message = "the token has its three parts, but the server counts others: what it read is not what was sent";
    counts.then(|| {
        Finding::fail(strength, message)
            .proof(said.place, said.span, facts.quote(said))
            .proof(token.place, token.span, "three parts")
            .fixed_by(Remedy::PassAuthorization.fix(facts, "Let the front server pass the Authorization header on as it came"))
    })
}

/// The server refuses what the token that was sent does not have: another one arrived.
fn replaced(facts: &Facts) -> Option<Finding> {
    let token = facts.jwt().filter(|token| token.jws.claims.fault.is_none())?;
    let expected = [(Topic::Issuer, "iss", "issuer", &facts.context.issuer), (Topic::Audience, "aud", "audience", &facts.context.audience)];
    expected.into_iter().find_map(|(topic, name, word, expected)| {
        let member = token.jws.claims.member(name)?;
        let is_expected = values(&member.value).iter().any(|value| expected.contains(value));
        let said = facts.word(topic).filter(|_| is_expected)?;
        let finding = Finding::fail(
            Strength::Contradiction,
            format!(
                "the {word} in the token is the expected one, yet the server refuses it: something on the way probably sent another token"
            ),
        );
        let finding =
            finding.proof(Place::Claims, member.value_span, format!("{name}, as expected")).proof(said.place, said.span, facts.quote(said));
        Some(finding.fixed_by(Remedy::PassAuthorization.fix(facts, "Let the front server pass the Authorization header on as it came")))
    })
}

/// The key in a header of its own that the answer says is missing, by that header's name, or because its server reads it there.
pub fn key_not_seen<'f>(facts: &'f Facts) -> Option<&'f OtherCredential> {
    // A name with an underscore has a reason of its own to be lost.
    let may_be = |key: &&OtherCredential| facts.authorizations.is_empty() && !key.name.contains('_');
    let key = facts.others.iter().find(|other| other.carrier == Carrier::Header).filter(may_be)?;
    if facts.standing != Standing::Refused {
        return None;
    }
    if facts.nothing_found.is_some() {
        return Some(key);
    }
    (key.name.contains('-') && is_said_to_be_missing(facts, &key.name)).then_some(key)
}

/// True where the answer says by its name that a header is missing: "Missing X-Parts-Key header", and not "missing or invalid".
fn is_said_to_be_missing(facts: &Facts, name: &str) -> bool {
    let body = facts.lower_body();
    let has = |words: &[&str]| words.iter().any(|word| body.contains(word));
    let is_said = || {
        has(&["missing", "required", "must be", "not provided", "not found", "not present", "absent"])
            || facts.says_plainly(Topic::Missing)
            || facts.says_plainly(Topic::ApiKey)
    };
    let name = name.to_ascii_lowercase();
    let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let is_named = || body.split(|c| !is_letter(c)).any(|word| word == name);
    is_said() && !has(&["invalid", "wrong", "expired"]) && is_named()
}

/// The header with an underscore in its name that the answer says is missing, by that name. Several servers drop such headers.
pub fn underscored_not_seen<'f>(facts: &'f Facts) -> Option<(usize, &'f Header)> {
    let is_one = |(_, header): &(usize, &Header)| {
        header.name.contains('_') && !header.value.trim().is_empty() && is_said_to_be_missing(facts, &header.name)
    };
    facts.request.headers.iter().find(is_one).filter(|_| facts.standing == Standing::Refused)
}

/// The key that the answer asks for in Authorization is there. It was lost, or is a wrong one that gets the same answer.
fn of_bare_key(facts: &Facts) -> Option<Finding> {
    let a = facts.authorization().filter(|a| !a.credential.is_empty() && a.scheme.is_none() && facts.standing == Standing::Refused)?;
    let asked = facts.asks_for_bare_key().filter(|_| facts.jwt().is_none() && !facts.says(Topic::Token))?;
    let missing = facts.says_plainly(Topic::Missing) || facts.says_plainly(Topic::ApiKey);
    let strength = match hides_authorization(facts) {
        true if missing => Strength::Contradiction,
        true => Strength::Likely,
        false if missing => Strength::Plausible,
        false => Strength::Possible,
    };
    let message = "the key is in Authorization, and the server asks for it there: something on the way may have removed it";
    Some(
        Finding::suspect(strength, message)
            .proof(a.place(), a.credential_span, "the key that was sent")
            .proof(Place::ResponseBody, asked, asked.cut(facts.body()).unwrap_or_default().trim().to_string())
            .fixed_by(Remedy::PassAuthorization.fix(facts, "Let the front server pass the Authorization header on")),
    )
}

fn of_underscores(facts: &Facts) -> Option<Finding> {
    let (index, header) = underscored_not_seen(facts)?;
    let name = &header.name;
    let dropping = TABLE.named(server_of(facts)).find(|server| server.drops_underscores).or_else(|| TABLE.drops_underscores());
    let usual = dropping.map_or("some proxies", |server| server.name.as_str());
    let message = format!(
        "the request has the header {name}, but the server says that it is missing: {usual} and others drop names with an underscore on the way"
    );
    let at = facts.lower_body().find(&name.to_ascii_lowercase()).map(|at| Span::new(at, at + name.len()));
    let finding = Finding::fail(Strength::Contradiction, message).proof(Place::RequestHeaderName(index), None, name.clone());
    let finding = at.into_iter().fold(finding, |finding, at| finding.proof(Place::ResponseBody, at, name.clone()));
    Some(finding.fixed_by(
        Remedy::TakeUnderscores.fix(facts, "Let the proxy accept underscores, or use a header name with hyphens if the API reads one"),
    ))
}

/// True where the answer names both reasons in one sentence, "no valid credential was found, or the header was not present": neither
/// is said.
pub fn offers_both(facts: &Facts) -> bool {
    let body = facts.lower_body();
    let is_one_of_two = |span: Span| {
        let sentence = body.get(..span.start).map(|before| before.rfind(['.', '{', '"', '>']).map_or(before, |end| &before[end..]));
        sentence.is_some_and(|before| before.contains(" or ") && before.contains("valid"))
    };
    let mut plain = facts.words.iter().filter(|word| word.topic == Topic::Missing && word.specific).peekable();
    plain.peek().is_some() && plain.all(|word| word.place == Place::ResponseBody && is_one_of_two(word.span))
}

/// The header that the answer says is missing, by a name that speaks of a key, where it is not the one that was sent.
pub fn header_not_sent(facts: &Facts) -> Option<Span> {
    by_sentence(facts).or_else(|| by_name(facts))
}

/// A header for keys that the answer calls a header and says is required: "x-parts-key header is required".
fn by_name(facts: &Facts) -> Option<Span> {
    let body = facts.lower_body();
    if body.len() > MAX_FIELDS {
        return None;
    }
    // Where its sentence speaks of Authorization too, either would do.
    let is_alone = |name: &str| {
        let sentences = body.split(['.', '{', '}', '"', '>', '<', '\n']);
        sentences.filter(|sentence| sentence.contains(name)).all(|sentence| !sentence.contains("authorization"))
    };
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let is_one = |name: &&str| {
        let is_called_header = || [format!("{name} header"), format!("header {name}")].iter().any(|text| body.contains(text.as_str()));
        name.starts_with("x-") && name.ends_with("key") && !facts.request.headers.has(name) && is_called_header() && is_alone(name)
    };
    let name = body.split(|c| !is_of_name(c)).find(is_one)?;
    Span::of(body, name).filter(|_| is_said_to_be_missing(facts, name))
}

fn by_sentence(facts: &Facts) -> Option<Span> {
    let word = facts.words.iter().find(|word| word.topic == Topic::Missing && word.specific && word.place == Place::ResponseBody)?;
    let body = facts.lower_body();
    let sentence = body.get(..word.span.end)?;
    let sentence = sentence.rfind(['.', '{', '"', '>']).map_or(sentence, |end| &sentence[end..]);
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let speaks_of_key = |name: &str| name.starts_with("x-") && ["key", "token", "secret", "auth"].iter().any(|end| name.ends_with(end));
    let mut names = sentence.split(|c| !is_of_name(c)).filter(|name| speaks_of_key(name));
    let first = names.next()?;
    let all_absent = !facts.request.headers.has(first) && names.all(|name| !facts.request.headers.has(name));
    (all_absent && !sentence.contains("authorization")).then(|| Span::of(body, first))?
}

fn of_key(facts: &Facts) -> Option<Finding> {
    let key = key_not_seen(facts)?;
    let strength = if facts.nothing_found.is_some() { Strength::Likely } else { Strength::Contradiction };
    let name = &key.name;
    let message = format!("the request has the header {name}, but the server says that it is missing: something on the way removed it");
    let mut finding = Finding::fail(strength, message).proof(key.place, key.span, format!("the value of {name}"));
    if let Some(word) = facts.word(Topic::Missing).or_else(|| facts.word(Topic::ApiKey)) {
        finding = finding.proof(word.place, word.span, facts.quote(word));
    }
    Some(finding.fixed_by(Fix::action(format!("Let the front server pass the header {name} on"))))
}

/// The very token is accepted in the address and not in its header, which therefore does not arrive.
fn taken_in_the_address(facts: &Facts) -> Option<Finding> {
    let a = facts.authorization().filter(|a| !a.is("basic") && facts.worked_in_an_address() && matches!(facts.status(), 401 | 403))?;
    let message = "the same credential was accepted in the address, and is refused in Authorization: the header does not arrive";
    Some(
        Finding::fail(Strength::Likely, message)
            .proof(a.place(), a.credential_span, "the credential")
            .fixed_by(Remedy::PassAuthorization.fix(facts, "Let the front server pass Authorization on to the application")),
    )
}

/// A portal in front writes its own `Authorization` for whoever is logged in there, over the application's token.
fn overwritten(facts: &Facts) -> Option<Finding> {
    let a = facts.authorization().filter(|a| !a.is("basic"))?;
    let (front, index) = TABLE.overwriting(&facts.answer?.headers)?;
    let cookie =
        facts.session().sent.iter().find(|(_, pair)| front.overwrites_with.as_ref().is_some_and(|start| pair.name.starts_with(start)))?;
    let message = format!(
        "{} writes Authorization for users who are logged in there, as this one is: the application gets another credential",
        front.name
    );
    Some(
        Finding::fail(Strength::Contradiction, message)
            .proof(a.place(), a.scheme_span, "the credential for the application")
            .proof(Place::RequestHeader(cookie.0), Some(cookie.1.span), cookie.1.name)
            .proof(Place::ResponseHeader(index), None, "the portal's mark")
            .fixed_by(Fix::action("Switch off the portal's Authorization header for this application, or log out of the portal")),
    )
}

fn look(facts: &Facts) -> Finding {
    // What the server accepts in spite of it was not needed.
    if let Some(finding) = arrival::lost(facts).filter(|_| facts.standing != Standing::Accepted) {
        return finding;
    }
    if let Some(without) = without_credential(facts).filter(|_| facts.carries_credential()) {
        let message = match without.is_same {
            true => "with the credential and without it the answer is the same: it may not arrive",
            false => return Finding::pass("without the credential the answer is another one: it arrives"),
        };
        let direct = facts.context.tried.iter().find(|tried| tried.trial == Trial::NoProxy && tried.is_accepted());
        if let Some(status) = direct.and_then(|direct| direct.status) {
            let message = format!(
                "the proxy takes the credential off: with and without it the answer is the same, and without the proxy it is {status}"
            );
            return Finding::fail(Strength::Proven, message)
                .context("each was sent, one after the other")
                .fixed_by(Fix::action("Send it without this proxy, or let the proxy pass the Authorization header on as it came"));
        }
        // Many servers have one answer for a credential that is wrong and for none.
        return Finding::fail(Strength::Plausible, message)
            .context("both were sent, one after the other")
            .fixed_by(Remedy::PassAuthorization.fix(facts, "Let the front server pass the Authorization header on as it came"));
    }
    let Some(a) = facts.authorization().filter(|a| !a.credential.is_empty() && a.scheme.is_some()) else {
        return of_key(facts).or_else(|| of_underscores(facts)).or_else(|| of_bare_key(facts)).unwrap_or_else(Finding::not_applicable);
    };
    if ["digest", "negotiate", "ntlm"].iter().any(|s| a.is(s)) {
        return Finding::not_applicable();
    }
    match facts.standing {
        Standing::Accepted => return Finding::pass("the credential arrived"),
        Standing::Refused => {}
        _ => return Finding::not_applicable(),
    }
    if let Some(finding) = taken_in_the_address(facts).or_else(|| overwritten(facts)) {
        return finding;
    }
    if !facts.refuses_over(&[400, 401, 403], &[Topic::Missing]) {
        return Finding::not_applicable();
    }
    if let Some(service) = service_without_passwords(facts) {
        return Finding::pass(format!("{} does not look at it over http", service.name));
    }
    if a.is("digest") && facts.challenge("digest").is_some() {
        return Finding::pass("a Digest server gives a wrong response and a missing one the same answer, a new challenge");
    }
    let missing = facts.says_plainly(Topic::Missing) && !offers_both(facts) && header_not_sent(facts).is_none();
    let says_other = facts
        .words
        .iter()
        .any(|w| w.specific && !matches!(w.topic, Topic::Missing | Topic::ApiKey | Topic::HeaderForm | Topic::Cookie | Topic::Login));
    if let Some((server, line)) = facts.context.config.as_deref().filter(|_| !says_other).and_then(|config| TABLE.strip(config)) {
        return Finding::fail(
            Strength::Contradiction,
            format!("the configuration of {server} removes the Authorization header before the application sees it"),
        )
        .proof(a.place(), a.scheme_span, "the credential was sent")
        .context(line)
        .fixed_by(Remedy::PassAuthorization.fix(facts, "Let the front server pass the Authorization header on"));
    }
    if let Some(finding) = replaced(facts).or_else(|| other_than_sent(facts)) {
        return finding;
    }
    if let Some(line) = facts.context.notes.as_deref().filter(|_| !says_other).and_then(|notes| SERVERS.logged(notes, Logged::Nothing)) {
        let message = "the request has a credential, but the server's log says that none arrived: something on the way removed it";
        return Finding::fail(Strength::Contradiction, message)
            .proof(a.place(), a.scheme_span, "the credential was sent")
            .context(line.trim())
            .fixed_by(Remedy::PassAuthorization.fix(facts, "Let the front server pass the Authorization header on"));
    }
    // RFC 6750: the challenge has an error code if a token arrived; without one, none did.
    let bearer = facts.challenge("bearer").filter(|_| a.is("bearer"));
    // A front server's own page is not the application's answer: its challenge says nothing of what arrived.
    let page = super::intermediary::own_page(facts).is_some();
    let silent = bearer.is_some_and(|c| c.get("error").is_none()) && !page;
    let unpassed = facts.context.config.as_deref().and_then(|config| TABLE.unpassed(config));
    let hides = hides_authorization(facts) || unpassed.is_some();
    // An error in the challenge is about a credential that came.
    if !missing && unpassed.is_none() && facts.challenges.iter().any(|c| c.get("error").is_some()) {
        return Finding::pass("the answer mentions an error of the credential, so it arrived");
    }
    let sound = facts.signature_is_valid() || facts.is_known_good();
    let good_password = facts.basic.as_ref().and_then(|b| b.text()).is_some_and(|(user, password)| facts.is_meant(user, password));
    let loose = facts.says(Topic::Missing) && !page;
    if a.is("basic") && !missing && facts.nothing_found.is_none() && (says_other || !hides) {
        return Finding::pass("the answer does not read as if no credential had arrived");
    }
    // A scheme that the server does not know looks to it like no credential at all.
    let usual = ["Bearer", "Basic"].contains(&a.scheme.as_deref().unwrap_or_default());
    let is_documented = || {
        let is_certain = |known: &Known| known.by > KnownBy::Hint && known.service.checked.decides() && known.service.challenges_first;
        let known = facts.service().filter(is_certain);
        known.zip(a.scheme.as_deref()).is_some_and(|(known, scheme)| known.takes(scheme))
    };
    let offered = facts.offered_schemes().iter().any(|s| a.is(s)) || is_documented();
    // A server that has seen no credential may as well say what nobody is allowed to do (403 is for those that it knows).
    let nobody = facts.status() == 401 && facts.says(Topic::Permission) && !page;
    let judged = facts.says(Topic::Token) || facts.says(Topic::Password);
    let read_by_server = facts.nothing_found.is_some();
    let counted = facts.nothing_found.is_some_and(|found| !found.server.also_when_wrong);
    // What the server's row says is one of these words.
    let is_plain = facts.words.iter().filter(|w| w.topic == Topic::Missing && w.specific).count() > usize::from(counted);
    let hidden = hides && !judged;
    let is_known_good = facts.is_known_good();
    let strength = match (missing, loose, silent, sound || good_password) {
        _ if says_other => Strength::Remark,
        _ if hidden && missing => Strength::Contradiction,
        _ if read_by_server && !counted && !is_plain && !hidden => Strength::Possible,
        // The server has other words for a wrong one. That they are its own rests on how it was recognized.
        _ if read_by_server && !is_plain => Strength::Likely,
        _ if hidden && (loose || nobody || silent || is_known_good || unpassed.is_some()) => Strength::Likely,
        _ if silent && facts.jwt().is_none() && may_hide_authorization(facts) => Strength::Plausible,
        _ if !usual && !offered && !read_by_server => Strength::Unlikely,
        // Nothing shows that the server takes Basic: then it may as well not have looked.
        (true, ..) if a.is("basic") && !offered && !good_password && !read_by_server => Strength::Plausible,
        (true, ..) if sound => Strength::Contradiction,
        // A 403 without a challenge comes from a server whose first way to log in is not Authorization: which scheme it reads is
        // open, and an opaque token does not tell.
        (true, ..) if (facts.status() == 403 || !facts.knows_answer_headers()) && !offered && facts.jwt().is_none() && !read_by_server => {
            Strength::Possible
        }
        // What cannot be read under a scheme of its own looks to a server as if nothing had come.
        (true, ..) if !usual && !sound => Strength::Plausible,
        (true, ..) => Strength::Contradiction,
        (_, true, true, true) => Strength::Contradiction,
        (_, _, true, true) => Strength::Likely,
        (_, true, _, true) => Strength::Likely,
        (_, true, true, false) => Strength::Plausible,
        (_, false, true, false) => Strength::Possible,
        // Who judges the token has got it.
        (_, false, false, true) if is_known_good && !judged => Strength::Plausible,
        (_, false, false, true) if facts.signature_is_valid() => Strength::Possible,
        // 403 in the place of 401, and words that it knows nobody.
        (_, true, false, false) if facts.status() == 403 && a.is("bearer") => Strength::Possible,
        (_, true, false, false) => Strength::Unlikely,
        _ if nobody => Strength::Possible,
        _ => return Finding::pass("the answer does not read as if no credential had arrived"),
    };
    // The host has accepted the same credential at another path: nothing between removes it.
    let was_read = !hides && !missing && facts.accepted_before().any(|url| url.host_str() == facts.host());
    let strength = if was_read { strength.min(Strength::Possible) } else { strength };
    // With a cookie it works: Authorization is not what is read. With another call of this server it is read.
    let strength =
        if facts.noted_cookie().is_some() || facts.noted_other_call().is_some() { strength.min(Strength::Unlikely) } else { strength };
    // A password that is none of the API's is not looked at.
    let strength = if is_of_account(facts) { strength.min(Strength::Unlikely) } else { strength };
    // Nothing of one's own stands before a vendor's host: there it is the scheme or the place that is not read.
    let is_vendors = facts.service().is_some_and(|known| known.by == KnownBy::Host && !known.service.self_hosted);
    let strength = if is_vendors && !facts.signature_is_valid() && !good_password { strength.min(Strength::Remark) } else { strength };
    let mut finding = if let Some(found) = facts.nothing_found.filter(|_| strength >= Strength::Likely && counted) {
        Finding::fail(
            strength,
            format!(
                "the request has a credential, but {} found none: it has other words for a wrong one. Something on the way removed it",
                found.server.name
            ),
        )
    } else if strength <= Strength::Unlikely {
        Finding::warn(strength, "a request without a credential could get the same answer")
    } else {
        let may = if strength < Strength::Plausible { "may have removed" } else { "probably removed" };
        Finding::suspect(
            strength,
            format!("the request has a credential, but the server answers as if none had arrived: something on the way {may} it"),
        )
    };
    finding = finding.proof(a.place(), a.scheme_span, "the credential was sent");
    if let Some(line) = unpassed {
        finding = finding.context(line);
    }
    if let Some(found) = facts.nothing_found {
        finding = finding.proof(found.place, found.span, "what it says when it finds no credential");
    } else if let Some(word) = facts.word(Topic::Missing) {
        finding = finding.proof(word.place, word.span, facts.quote(word));
    } else if let Some(c) = bearer {
        finding = finding.proof(Place::ResponseHeader(c.header), c.scheme_span, "a challenge without an error, as if no token had arrived");
    }
    finding.fixed_by(Remedy::PassAuthorization.fix(facts, "Let the front server pass the Authorization header on"))
}
