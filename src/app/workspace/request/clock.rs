//! The moment at which a request is judged.

use jiff::{SignedDuration, Timestamp};

use super::{Entry, ResponseTo};
use crate::app::panes::token_view::{ClockSource, judged_at};

impl Entry {
    /// The time at which the request is judged, and its source: that of its response, unless the request was edited since.
    pub fn judged_at(&self, local: Timestamp) -> (Timestamp, ClockSource) {
        match self.response_to() {
            None | Some(ResponseTo::Current) => match judged_at(&self.exchange, local) {
                // Of an own send the moment was noted here.
                (at, ClockSource::Recorded) if self.answered_by.is_some() => (at, ClockSource::Local),
                judged => judged,
            },
            Some(ResponseTo::Earlier | ResponseTo::Elsewhere) => self.sent_now(local),
        }
    }

    /// The time at which it would be sent: now, by the server's clock as far as that was measured. In the tour, and where a directive
    /// says so, it is always the same.
    pub fn sent_now(&self, local: Timestamp) -> (Timestamp, ClockSource) {
        if self.has_fixed_clock {
            return judged_at(&self.exchange, local);
        }
        let ahead = self.skew.map_or(SignedDuration::ZERO, SignedDuration::from_secs);
        (local.saturating_add(ahead).unwrap_or(local), ClockSource::Local)
    }
}
