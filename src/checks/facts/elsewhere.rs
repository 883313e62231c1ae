//! Where the credential of this request was accepted before.

use url::Url;

use super::{Facts, other_credentials};
use crate::domain::history::Previous;
use crate::domain::request::Request;

impl Facts<'_> {
    /// The addresses at which earlier requests with a credential were accepted, the latest first. Where the file has the earlier
    /// request, it counts only if it carried the same credential; where it does not, none is known to be another.
    pub fn accepted_before(&self) -> impl Iterator<Item = Url> {
        let accepted = |p: &&Previous| (200..300).contains(&p.status) && p.sent_authorization == Some(true);
        let all = self.context.previous.iter().rev().filter(accepted);
        all.filter(|previous| !self.carried_another(previous)).filter_map(|previous| Url::parse(&previous.url).ok())
    }

    /// True when the file has an earlier request with that method and address, and none with the credential of this one.
    fn carried_another(&self, previous: &Previous) -> bool {
        let Some(siblings) = self.siblings else { return false };
        let asked = Request { method: previous.method.clone(), url: previous.url.clone(), ..Request::default() };
        let (before, after) = siblings.same_address(&asked);
        let mut there = before.into_iter().chain(after).peekable();
        let own = credentials(self.request);
        there.peek().is_some() && there.all(|neighbor| credentials(&neighbor.exchange.request) != own)
    }
}

/// What a request carries as credentials, as far as its own bytes tell.
fn credentials(request: &Request) -> Vec<String> {
    let headers = request.headers.all("authorization").map(|(_, h)| h.value.trim().to_string());
    headers.chain(other_credentials::find(request).into_iter().map(|other| other.value)).collect()
}
