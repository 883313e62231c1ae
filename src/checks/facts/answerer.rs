//! Who answered: the application, or something before it.

use super::Facts;
use super::answer::cache_header;
use crate::checks::Place;
use crate::checks::intermediaries::{Front, Layer, TABLE};

/// Who answered, as far as the answer shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answerer {
    /// Where on the way to the application it is.
    pub layer: Layer,
    /// What it is called, when that is known.
    pub name: Option<&'static str>,
    /// True when it made the answer, false when the answer came through it.
    pub is_maker: bool,
    /// True when it shows this answer only to what one of its rules refuses.
    pub refuses: bool,
    /// What shows it.
    pub place: Place,
}

impl Answerer {
    /// For a title: `from CloudFront`, `from the gateway`, `via Cloudflare`.
    pub fn title(&self) -> String {
        format!("{} {}", if self.is_maker { "from" } else { "via" }, self.called())
    }

    /// Its name, or what it is.
    pub fn called(&self) -> &'static str {
        self.name.unwrap_or(self.layer.word())
    }

    /// True for an answer that something before the application made.
    pub fn is_before_application(&self) -> bool {
        self.is_maker && self.layer != Layer::Framework
    }

    /// Of an exchange; `None` without an answer, or when nothing shows it.
    pub(super) fn of(facts: &Facts) -> Option<Self> {
        let answer = facts.answer.filter(|answer| !answer.is_blocked())?;
        let made = |layer, name, place| Self { layer, name, is_maker: true, refuses: false, place };
        if let Some(index) = cache_header(answer) {
            let name = TABLE.passed_by(&answer.headers).map(|(front, _)| front).filter(|f| matches!(f.layer, Layer::Cache | Layer::Cdn));
            return Some(made(Layer::Cache, name.map(|front| front.name.as_str()), Place::ResponseHeader(index)));
        }
        let refuses = |front: &Front| front.refuses.contains(&facts.status());
        if let Some(page) = facts.page().filter(|_| !answer.is_success()) {
            let by_rule = || TABLE.made_by(&answer.headers).is_some_and(|(front, _)| refuses(front));
            return Some(Self { refuses: page.refuses || by_rule(), ..made(page.layer, Some(page.of.as_str()), Place::ResponseBody) });
        }
        if facts.status() == 407 {
            return Some(made(Layer::Proxy, None, Place::ResponseStatus));
        }
        // An answer that was passed on to the application may still come from a framework that names itself.
        if let Some((front, index)) = TABLE.made_by(&answer.headers) {
            let made = made(front.layer, Some(front.name.as_str()), Place::ResponseHeader(index));
            return Some(Self { refuses: refuses(front), ..made });
        }
        if let Some((index, _)) = facts.login_redirect() {
            return Some(made(Layer::SignOn, None, Place::ResponseHeader(index)));
        }
        let (front, index) = TABLE.passed_by(&answer.headers)?;
        let passed = made(front.layer, Some(front.name.as_str()), Place::ResponseHeader(index));
        Some(Self { is_maker: false, ..passed })
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::Surroundings;
    use crate::checks::facts::Facts;
    use crate::domain::exchange::Exchange;
    use crate::domain::response::Response;

    fn title(status: u16, headers: &[(&str, &str)], body: &str) -> Option<String> {
        let headers = headers.iter().copied().collect();
        let answer = Response { status, headers, body: body.into(), ..Response::default() };
        let mut exchange = Exchange { answer: Some(answer), ..Exchange::default() };
        exchange.request.url = "https://orders.example/v1/users".into();
        let facts = Facts::of(&exchange, &Surroundings::alone("2026-11-23T08:00:00Z".parse().expect("a moment")));
        facts.answerer().map(|a| a.title())
    }

    #[test]
    fn whoever_made_the_answer_is_named_before_whom_it_came_through() {
        let page = "<html><center>nginx/1.27.2</center></html>";
        for (status, headers, body, want) in [
            (403, &[("X-Cache", "FunctionGeneratedResponse from cloudfront")][..], "", Some("from CloudFront")),
            (403, &[("X-Cache", "Error from cloudfront")][..], "", Some("via CloudFront")),
            (403, &[("CF-Ray", "1-FRA")], "{}", Some("via Cloudflare")),
            (403, &[("CF-Ray", "1-FRA")], page, Some("from nginx")),
            (200, &[("CF-Ray", "1-FRA")], page, Some("via Cloudflare")),
            (401, &[("X-Proxy-Cache", "HIT")], "", Some("from the cache")),
            (401, &[("CF-Cache-Status", "HIT"), ("CF-Ray", "1")], "", Some("from Cloudflare")),
            (407, &[], "", Some("from the proxy")),
            (401, &[("Via", "1.1 varnish"), ("X-Powered-By", "Express")], "", Some("from Express")),
            (401, &[], "{\"error\":\"expired\"}", None),
        ] {
            assert_eq!(title(status, headers, body).as_deref(), want, "{headers:?} {body}");
        }
    }
}
