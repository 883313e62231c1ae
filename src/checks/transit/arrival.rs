//! What arrived behind the proxies, where that was seen, against what was sent.

use crate::checks::facts::Facts;
use crate::checks::remedy::Remedy;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::origin::is_credential;
use crate::domain::transit::ChangeKind;

/// A credential that was removed or replaced on the way.
pub fn lost(facts: &Facts) -> Option<Finding> {
    let transit = facts.context.transit.as_deref()?;
    let credentials = facts.request.headers.iter().filter(|(_, header)| is_credential(header));
    let (index, kind) = credentials.into_iter().find_map(|(index, header)| Some((index, transit.of(&header.name)?)))?;
    let name = &facts.request.headers.0.get(index)?.name;
    let message = match kind {
        ChangeKind::Removed => format!("{name} was sent and did not arrive: something on the way removes it"),
        _ => format!("{name} was sent with one value and arrived with another: something on the way replaces it"),
    };
    let seen = match kind {
        ChangeKind::Removed => format!("the request that arrived has no {name}"),
        _ => format!("the request that arrived has another {name}"),
    };
    let fix = if name.eq_ignore_ascii_case("authorization") {
        Remedy::PassAuthorization.fix(facts, "Let the front server pass the Authorization header on as it came")
    } else {
        Fix::action(format!("Let the front server pass the header {name} on as it came"))
    };
    Some(
        Finding::fail(Strength::Proven, message)
            .proof(Place::RequestHeader(index), None, "the header as it was sent")
            .context(seen)
            .fixed_by(fix),
    )
}

/// What a signature covers and the way changed. `covered` are the names of the headers that are signed; method and path always are.
pub fn resigned(facts: &Facts, covered: &[&str]) -> Option<Finding> {
    let transit = facts.context.transit.as_deref()?;
    let is_covered = |name: &str| name.starts_with(':') || covered.iter().any(|covered| covered.eq_ignore_ascii_case(name));
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
    Some(Finding::fail(Strength::Proven, message).proof(place, None, "what was signed").context(seen).fixed_by(fix))
}
