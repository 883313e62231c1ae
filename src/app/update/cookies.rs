//! The cookies of the session.

use crate::app::dialogs::Overlay;
use crate::app::dialogs::cookies::CookieList;
use crate::app::ids::RequestId;
use crate::app::keymap::Action;
use crate::app::model::{Model, Tone};
use crate::domain::request::Edit;
use crate::domain::secrecy::quoted;
use crate::formats::variables::cookies::COOKIES_VARIABLE;

impl Model {
    /// Keeps the cookies of the answer to a request.
    pub(super) fn keep_cookies(&mut self, request: RequestId) {
        let now = self.now;
        let Some(entry) = self.find(request).and_then(|at| self.files.get(at.file)?.entries.get(at.entry)) else { return };
        // It may have been edited since.
        let Some(sent) = entry.sends().first().copied() else { return };
        let (request, answer) = (sent.request.clone(), sent.response.clone());
        if self.cookies.receive(&request, &answer, now) {
            self.share_cookies();
        }
    }

    fn share_cookies(&mut self) {
        let cookies = self.cookies.clone();
        self.files.iter_mut().for_each(|file| file.use_cookies(&cookies));
    }

    /// Lists them, with what becomes of each on the open request.
    pub(super) fn show_cookies(&mut self) {
        self.leave_editing();
        let Some(entry) = self.entry() else { return };
        let rows = self.cookies.states(&entry.exchange.request, self.now);
        if rows.is_empty() {
            return self.notify(Tone::Bad, "No answer of this session has set a cookie");
        }
        self.overlay = Some(Overlay::Cookies(CookieList::new(rows)));
    }

    /// Lets the request send those that belong to it, in the place of the cookies that are written there.
    pub(super) fn send_cookies(&mut self) {
        self.overlay = None;
        let edited_at = self.number();
        let at = self.at;
        let Some((file, entry)) = self.files.get(at.file).and_then(|file| Some((file, file.entries.get(at.entry)?))) else { return };
        let Some(cookies) = self.cookies.header_for(&entry.exchange.request, self.now) else {
            return self.notify(Tone::Bad, "No cookie of this session goes to this address");
        };
        // Where variables are not filled in, the cookies themselves are written.
        let value = if file.fills_variables(at.entry) { COOKIES_VARIABLE.to_string() } else { cookies };
        let existing = entry.exchange.request.headers.all("cookie").next().map(|(index, _)| index);
        let edit = match existing {
            Some(index) => Edit::HeaderValue { index, value },
            None => Edit::AddHeader { name: "Cookie".into(), value },
        };
        if let Some(file) = self.files.get_mut(at.file) {
            file.apply(at.entry, &[edit]);
            file.list_history.forget_undone();
        }
        self.entry_mut().into_iter().for_each(|entry| entry.edited_at = edited_at);
        let (send, undo) = (self.key_of(Action::Send), self.key_of(Action::Undo));
        self.notify(Tone::Good, format!("The cookies for this address go along; press {send} to send, {undo} to undo"));
    }

    /// Forgets those of the chosen cookie's site.
    pub(super) fn clear_site(&mut self) {
        let Some(Overlay::Cookies(list)) = &self.overlay else { return };
        let Some(site) = list.row().map(|row| row.site.clone()) else { return };
        self.cookies.clear_site(&site);
        self.share_cookies();
        self.overlay = None;
        let rows = self.entry().map(|entry| self.cookies.states(&entry.exchange.request, self.now)).unwrap_or_default();
        if !rows.is_empty() {
            self.overlay = Some(Overlay::Cookies(CookieList::new(rows)));
        }
        self.notify(Tone::Good, format!("The cookies of {} are forgotten", quoted(&site)));
    }
}
