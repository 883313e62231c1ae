//! The clocks of client and server.

use jiff::Timestamp;

use super::answer::is_from_cache;
use crate::domain::exchange::Exchange;
use crate::domain::time;

/// Seconds by which a Date is too far away to be the moment of the answer.
pub const FAR: f64 = 366.0 * 86_400.0;

/// When an exchange took place.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// The client's clock when the request was sent.
    pub sent_at: Timestamp,
    /// The server's clock: the answer's Date when it has one that is no cache's, else `sent_at`.
    pub server_now: Timestamp,
    /// Seconds by which the server's clock is ahead of the client's, when both are known.
    pub skew: Option<f64>,
}

impl Clock {
    /// Reads the moments of an exchange; `now` counts when nothing tells when it was sent.
    pub fn of(exchange: &Exchange, now: Timestamp) -> Self {
        let recorded = exchange.context.now;
        let sent_at = recorded.unwrap_or(now);
        let date = server_date(exchange);
        let skew = date.filter(|_| recorded.is_some()).map(|date| time::seconds_between(sent_at, date));
        Self { sent_at, server_now: date.unwrap_or(sent_at), skew }
    }
}

/// The server's clock by the answer's Date: not a cache's, and not one that is years from the moment at which the request was
/// sent. That is a stored one, or a clock that was never set: nothing is measured by it.
pub fn server_date(exchange: &Exchange) -> Option<Timestamp> {
    let answer = exchange.answer.as_ref().filter(|answer| !is_from_cache(answer))?;
    let date = time::http_date(answer.headers.get("date")?)?;
    let is_far = exchange.context.now.is_some_and(|sent_at| time::seconds_between(sent_at, date).abs() >= FAR);
    (!is_far).then_some(date)
}
