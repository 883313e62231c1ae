//! What a request is called on the screen, without secrets.

use super::{Entry, ResponseTo};
use crate::domain::request::Request;
use crate::domain::secrecy;

impl Entry {
    /// Where the response came from, for “from …”, if it came from another environment or address.
    pub fn answered_elsewhere(&self) -> Option<String> {
        let target = self.answered_in.as_ref().filter(|_| self.response_to() == Some(ResponseTo::Elsewhere))?;
        Some(target.in_words(&self.target))
    }

    /// Its name on the screen. Secrets in a name made from the address are hidden.
    pub fn title(&self) -> String {
        let title = self.exchange.title();
        match &self.badge {
            Some(badge) => badge.masker.title(&self.exchange),
            None => secrecy::quoted(title.split('?').next().unwrap_or_default()),
        }
    }

    /// The address as it is sent, for the screen: secrets in it are hidden, and so is what was filled in from secret variables.
    pub fn masked_address(&self) -> String {
        let Request { method, url, filled_secrets, .. } = &self.exchange.request;
        let line = Request { method: method.clone(), url: url.clone(), filled_secrets: filled_secrets.clone(), ..Request::default() };
        let address = secrecy::replaced(&line, "•••").url;
        match &self.badge {
            Some(badge) => badge.masker.hide(&address).into_owned(),
            None => address,
        }
    }
}
