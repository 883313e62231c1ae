//! Finds the reasons of refused requests in other logs: what an error log or an authorization server said at the same time about
//! the same client. One line explains one request.

use super::counts::{KeptDenied, KeptEvent};
use super::names::OTHER;
use super::reason::Cause;

/// Seconds between a request and what another log says of the same client.
const NEAR: i64 = 2;

/// The cause of each refused request, in their order.
pub fn join(denied: &[KeptDenied], events: &[KeptEvent]) -> Vec<Option<Cause>> {
    let mut joined = Join { denied, causes: vec![None; denied.len()] };
    let of = |has_client: bool, has_route: bool| {
        let is_so = move |event: &&KeptEvent| (event.client != OTHER) == has_client && (event.route != OTHER) == has_route;
        events.iter().filter(is_so).copied().collect::<Vec<KeptEvent>>()
    };
    let seconds = |at: i64| at;
    let minutes = |at: i64| at.div_euclid(60);
    joined.pair(of(true, true), |client, route| (client, route), seconds, NEAR);
    joined.pair(of(true, false), |client, _| (client, OTHER), seconds, NEAR);
    joined.pair(of(false, true), |_, route| (OTHER, route), minutes, 0);
    joined.pair(of(false, false), |_, _| (OTHER, OTHER), minutes, 0);
    joined.causes
}

struct Join<'t> {
    denied: &'t [KeptDenied],
    causes: Vec<Option<Cause>>,
}

impl Join<'_> {
    /// Gives each open request the first free event with the same key that is near in time. Both are gone through once, in the
    /// order of key and time.
    fn pair(&mut self, mut events: Vec<KeptEvent>, key: fn(u32, u32) -> (u32, u32), unit: fn(i64) -> i64, near: i64) {
        if events.is_empty() {
            return;
        }
        events.sort_by_key(|event| (key(event.client, event.route), event.at));
        let mut open: Vec<(&KeptDenied, &mut Option<Cause>)> =
            self.denied.iter().zip(&mut self.causes).filter(|(_, cause)| cause.is_none()).collect();
        open.sort_by_key(|(denied, _)| (key(denied.client, denied.route), denied.at));
        let mut events = events.iter().peekable();
        for (denied, cause) in open {
            let place = (key(denied.client, denied.route), unit(denied.at));
            let is_past = |event: &&KeptEvent| (key(event.client, event.route), unit(event.at) + near) < place;
            while events.next_if(is_past).is_some() {}
            let fits = |event: &&KeptEvent| key(event.client, event.route) == place.0 && unit(event.at) - near <= place.1;
            *cause = events.next_if(fits).map(|event| event.cause);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::reason;

    fn cause(text: &str) -> Cause {
        reason::find(text.as_bytes()).expect(text)
    }

    fn denied(at: i64, client: u32, route: u32) -> KeptDenied {
        KeptDenied { at, client, route, fallback: None }
    }

    #[test]
    fn the_same_client_within_two_seconds() {
        let (expired, audience) = (cause("jwt expired"), cause("jwt audience invalid"));
        let event = |at, client, cause| KeptEvent { at, client, route: OTHER, cause };
        let causes = join(
            &[denied(100, 1, 1), denied(100, 2, 1), denied(103, 1, 1), denied(200, 1, 1)],
            &[event(203, 1, expired), event(102, 2, audience), event(99, 1, expired)],
        );
        assert_eq!(causes, [Some(expired), Some(audience), None, None]);
    }

    #[test]
    fn one_line_explains_one_request() {
        let expired = cause("jwt expired");
        let causes = join(&[denied(100, 1, 1), denied(100, 1, 1)], &[KeptEvent { at: 100, client: 1, route: OTHER, cause: expired }]);
        assert_eq!(causes, [Some(expired), None]);
    }

    #[test]
    fn a_route_has_to_be_the_same() {
        let (expired, basic) = (cause("jwt expired"), cause("password mismatch"));
        let causes = join(
            &[denied(100, 1, 7), denied(100, 1, 8)],
            &[KeptEvent { at: 100, client: 1, route: 8, cause: basic }, KeptEvent { at: 100, client: 1, route: OTHER, cause: expired }],
        );
        assert_eq!(causes, [Some(expired), Some(basic)]);
    }

    #[test]
    fn without_a_client_the_minute_has_to_be_the_same() {
        let expired = cause("jwt expired");
        let event = |at| KeptEvent { at, client: OTHER, route: OTHER, cause: expired };
        assert_eq!(join(&[denied(119, 1, 1), denied(121, 2, 1)], &[event(60), event(180)]), [Some(expired), None]);
    }

    #[test]
    fn many_in_one_second_take_no_time() {
        let many: Vec<KeptDenied> = (0..200_000).map(|_| denied(100, 1, 1)).collect();
        let event = KeptEvent { at: 100, client: 1, route: OTHER, cause: cause("jwt expired") };
        assert!(join(&many, &vec![event; 200_000]).iter().all(Option::is_some));
    }
}
