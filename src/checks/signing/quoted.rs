//! The text that the server signed, where its refusal quotes it, against the one that is sent.

use crate::checks::facts::Facts;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::signing::quoted::{self, Quoted};
use crate::domain::signing::{Signed, sigv4::canonical::Canonical};

use super::sign_again;

/// The first line in which the server's text differs from that of the request, or that none differs.
pub(super) fn fault(facts: &Facts, signed: &Signed) -> Option<Finding> {
    if !facts.is_refused() {
        return None;
    }
    match signed {
        Signed::Aws(aws) => {
            let quoted = quoted::canonical_request(facts.body())?;
            compare(facts, "canonical request", &aws.canonical(facts.request).as_ref().map(Canonical::lines)?, &quoted)
        }
        Signed::SharedKey(key) => {
            let quoted = quoted::string_to_sign(facts.body())?;
            compare(facts, "string to sign", &key.string_to_sign(facts.request), &quoted)
        }
        Signed::Sas(_) | Signed::OAuth1(_) | Signed::Parameters(_) => None,
    }
}

fn compare(facts: &Facts, what: &str, sent: &[(String, String)], quoted: &Quoted) -> Option<Finding> {
    let theirs: Vec<&str> = quoted.text.split('\n').collect();
    let differs = |(at, (_, line)): &(usize, &(String, String))| theirs.get(*at).is_none_or(|theirs| theirs != line);
    let finding = match sent.iter().enumerate().find(differs) {
        Some((at, (name, line))) => {
            let theirs = theirs.get(at).copied().unwrap_or("nothing");
            let message = format!("the server signed another {name}: {theirs:?}, and the request has {line:?}");
            Finding::fail(Strength::Contradiction, message)
                .fixed_by(sign_again(&format!("Find what changes the {name} between signing and the server")))
        }
        None => {
            let message = format!("the server built the same {what} of the request: the client signed another one, or with another secret");
            Finding::fail(Strength::Stated, message)
                .fixed_by(Fix::action(format!("Compare the {what} of the client with the one in the answer, then the secret of the key")))
        }
    };
    let end = quoted.span.end.min(facts.body().len());
    let span = crate::domain::span::Span::new(quoted.span.start, end);
    Some(finding.proof(Place::ResponseBody, Some(span).filter(|span| !span.is_empty()), format!("the server's {what}")))
}
