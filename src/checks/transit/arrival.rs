//! What arrived behind the proxies, where that was seen, against what was sent.

use crate::checks::facts::Facts;
use crate::checks::remedy::Remedy;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::headers::Header;
use crate::domain::origin::is_credential;
use crate::domain::secrecy;
use crate::domain::transit::{ChangeKind, KnownBy, Transit};

/// A credential that was removed or replaced on the way.
pub fn lost(facts: &Facts) -> Option<Finding> {
    let transit = facts.context.transit.as_deref()?;
    in_header(facts, transit).or_else(|| in_address(facts, transit)).or_else(|| login_in_address(facts, transit))
}

/// How sure it is that the request which arrived is the one that was sent.
const fn strength(transit: &Transit) -> Strength {
    match transit.known_by {
        KnownBy::Mark => Strength::Proven,
        KnownBy::Address => Strength::Likely,
    }
}

fn in_header(facts: &Facts, transit: &Transit) -> Option<Finding> {
    let credentials = facts.request.headers.iter().filter(|(_, header)| is_credential(header));
    let lost = |(index, header): (usize, &Header)| {
        let kind = transit.of(&header.name).filter(|kind| *kind != ChangeKind::Added)?;
        let arrived = transit.received.headers.get(&header.name);
        (!arrived.is_some_and(|arrived| is_alike(arrived, &header.value))).then_some((index, kind))
    };
    let (index, kind) = credentials.into_iter().find_map(lost)?;
    let name = &facts.request.headers.0.get(index)?.name;
    let message = match kind {
        ChangeKind::Removed => format!("{name} was sent and did not arrive: something on the way removes it"),
        _ => format!("{name} was sent with one value and arrived with another: something on the way replaces it"),
    };
    let seen = match kind {
        ChangeKind::Removed => format!("the request that arrived has no {name}"),
        _ => format!("the request that arrived has another {name}"),
    };
    let finding = Finding::fail(strength(transit), message).proof(Place::RequestHeader(index), None, "the header as it was sent");
    Some(finding.context(seen).fixed_by(pass_on(facts, name)))
}

/// True for a credential whose scheme or blanks are written in another way.
fn is_alike(arrived: &str, sent: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_string).collect::<Vec<_>>();
    let (arrived, sent) = (words(arrived), words(sent));
    let is_same_scheme = arrived.first().zip(sent.first()).is_some_and(|(arrived, sent)| arrived.eq_ignore_ascii_case(sent));
    is_same_scheme && arrived.len() == sent.len() && arrived.iter().skip(1).eq(sent.iter().skip(1)) && sent.len() > 1
}

/// A secret parameter of the address.
fn in_address(facts: &Facts, transit: &Transit) -> Option<Finding> {
    let query = |url: &str| url.split_once('?').map(|(_, query)| query.split('#').next().unwrap_or_default().to_string());
    let sent = query(&facts.request.url)?;
    let secrets = secrecy::in_url(&facts.request.url);
    let received = query(&transit.received.url).unwrap_or_default();
    let pairs = sent.split('&').filter_map(|pair| pair.split_once('='));
    let is_secret = |value: &str| secrets.iter().any(|span| span.cut(&facts.request.url) == Some(value));
    let (name, _) =
        pairs.into_iter().find(|(name, value)| is_secret(value) && !received.split('&').any(|pair| pair == format!("{name}={value}")))?;
    let message = format!("the parameter {name} was sent in the address and did not arrive: something on the way removes or replaces it");
    let finding = Finding::fail(strength(transit), message).proof(Place::RequestLine, None, name.to_string());
    let fix = Fix::action("Let the front server pass the query on as it came");
    Some(finding.context(format!("the address that arrived has no such {name}")).fixed_by(fix))
}

/// User and password of the address, which go out as a header.
fn login_in_address(facts: &Facts, transit: &Transit) -> Option<Finding> {
    let is_lost = !facts.request.headers.has("authorization") && transit.of("authorization") == Some(ChangeKind::Removed);
    let message = "the login of the address was sent as Authorization and did not arrive: something on the way removes it";
    let finding = is_lost.then(|| Finding::fail(strength(transit), message).proof(Place::RequestLine, None, "the login"))?;
    Some(finding.context("the request that arrived has no Authorization").fixed_by(pass_on(facts, "authorization")))
}

fn pass_on(facts: &Facts, name: &str) -> Fix {
    match name.eq_ignore_ascii_case("authorization") {
        true => Remedy::PassAuthorization.fix(facts, "Let the front server pass the Authorization header on as it came"),
        false => Fix::action(format!("Let the front server pass the header {name} on as it came")),
    }
}

/// What a signature covers and the way changed. `covered` are the names of the headers that are signed; method and path always are.
pub fn resigned(facts: &Facts, covered: &[&str]) -> Option<Finding> {
    let transit = facts.context.transit.as_deref()?;
    let is_covered = |name: &str| matches!(name, ":method" | ":path") || covered.iter().any(|covered| covered.eq_ignore_ascii_case(name));
    let change = transit.changes.iter().find(|change| is_covered(&change.name))?;
    let (what, name) = match change.name.as_str() {
        ":method" => ("the method", ""),
        ":path" => ("the path", ""),
        name => ("the signed header ", name),
    };
    let message = format!("{what}{name} was {} on the way: the server signs another text than the client", change.kind.word());
    let sent = facts.request.headers.all(&change.name).next();
    let place = sent.map_or(Place::RequestLine, |(index, _)| Place::RequestHeader(index));
    let seen = format!("{what}{name} of the request that arrived is another");
    let fix = Fix::action(format!("Let the front server pass {what}{name} on as it came, or sign what the application gets"));
    Some(Finding::fail(strength(transit), message).proof(place, None, "what was signed").context(seen).fixed_by(fix))
}
