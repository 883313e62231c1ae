//! The Digest credentials of a request with the challenges that they answer.

use super::Facts;
use crate::checks::{Fix, Place};
use crate::domain::challenge::{self, Challenge};
use crate::domain::digest::{Algorithm, DigestChallenge, DigestCredentials};
use crate::domain::request::Edit;
use crate::domain::span::Span;

/// A Digest exchange.
#[derive(Debug)]
pub struct Digest {
    /// Index of the `Authorization` header.
    pub index: usize,
    /// What was sent.
    pub sent: DigestCredentials,
    /// What the answer asks for.
    pub offered: Option<DigestChallenge>,
    /// What the answer before asked for: the challenge that the request answers, when it is at hand.
    pub earlier: Option<DigestChallenge>,
}

impl Digest {
    /// The Digest side of an exchange; `None` when the request has no Digest credentials.
    pub fn of(facts: &Facts) -> Option<Self> {
        let authorization = facts.authorizations.iter().find(|a| a.is("digest"))?;
        let sent = DigestCredentials::read(&authorization.value)?;
        let offered = choose(&sent, &facts.challenges);
        let before = facts.context.previous.iter().rev().find_map(|previous| {
            let (mut challenges, mut faults) = (Vec::new(), Vec::new());
            previous.www_authenticate.iter().for_each(|value| challenge::read(value, 0, &mut challenges, &mut faults));
            choose(&sent, &challenges)
        });
        Some(Self { index: authorization.index, sent, offered, earlier: before })
    }

    /// The challenge that the credentials are held against: the one before the request, else the answer's.
    pub fn challenge(&self) -> Option<&DigestChallenge> {
        self.earlier.as_ref().or(self.offered.as_ref())
    }

    /// Where the credentials are.
    pub const fn place(&self) -> Place {
        Place::RequestHeader(self.index)
    }

    /// Bytes of a parameter, or of the whole header when it is not there.
    pub fn span(&self, name: &str) -> Option<Span> {
        self.sent.param(name).map(|p| p.span)
    }
}

/// The fix that answers the challenge of the response, where user name and password are known.
pub fn answered(facts: &Facts) -> Option<Fix> {
    let (username, password) = (facts.context.username.as_deref()?, facts.context.password.as_deref()?);
    let asked = facts.challenges.iter().filter(|c| c.is("digest")).map(view);
    let value = asked.into_iter().find_map(|challenge| challenge.answer(username, password, facts.request).ok())?;
    let edit = match facts.authorizations.first() {
        Some(authorization) => Edit::HeaderValue { index: authorization.index, value },
        None => Edit::AddHeader { name: "Authorization".into(), value },
    };
    Some(Fix::edit(format!("Answer the server's challenge as {username}"), vec![edit]))
}

/// Of several Digest challenges the one with the algorithm that was used, else the first.
fn choose(sent: &DigestCredentials, challenges: &[Challenge]) -> Option<DigestChallenge> {
    let views: Vec<DigestChallenge> = challenges.iter().filter(|c| c.is("digest")).map(view).collect();
    let same = |challenge: &&DigestChallenge| Algorithm::read(challenge.algorithm_name()) == sent.algorithm();
    views.iter().find(same).or(views.first()).cloned()
}

fn view(challenge: &Challenge) -> DigestChallenge {
    DigestChallenge::from_params(challenge.params.iter().map(|p| (p.name.as_str(), p.value.as_str())))
}
