//! What variants of the request prove that were sent beside it.

use super::facts::Facts;
use super::{Check, Finding, Fix, Strength};
use crate::domain::trial::tried::{Trial, Tried};

/// The finding of a check, or that a variant without its fault was accepted.
pub fn proven(facts: &Facts, check: &Check, finding: Finding) -> Finding {
    let Some(tried) = facts.context.tried.iter().find(|tried| check.proven_by.contains(&tried.trial) && tried.is_accepted()) else {
        return finding;
    };
    let Some(status) = refused_as_it_is(facts) else { return finding };
    let message =
        format!("the request is accepted {} ({}), and refused ({status}) as it is", tried.label, tried.status.unwrap_or_default());
    let fix = match tried.edits.as_slice() {
        [] => finding.fix,
        edits => Some(Fix::edit(format!("Send it {}", tried.label), edits.to_vec())),
    };
    let proof = Finding::fail(Strength::Proven, message).context("both were sent, one after the other");
    let evidence = proof.evidence.into_iter().chain(finding.evidence).collect();
    Finding { evidence, fix, ..proof }
}

/// The status of the request as it is, if that was sent beside its variants and refused again.
fn refused_as_it_is(facts: &Facts) -> Option<u16> {
    let first = facts.context.tried.iter().find(|tried| tried.trial == Trial::AsItIs)?;
    first.status.filter(|status| *status >= 300)
}

/// What became of the request without its credential.
pub fn without_credential<'f>(facts: &'f Facts) -> Option<&'f Tried> {
    refused_as_it_is(facts)?;
    facts.context.tried.iter().find(|tried| tried.trial == Trial::NoCredential && tried.status.is_some())
}
