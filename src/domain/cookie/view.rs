//! A request as the jar sees it: where it goes, and which page sends it.

use jiff::Timestamp;
use url::Url;

use crate::domain::request::Request;
use crate::domain::site::WebOrigin;

/// Which requests of a page carry credentials (Fetch, `credentials`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialsMode {
    /// None.
    Omit,
    /// Those to the page's own origin; what `fetch` does unless told otherwise.
    SameOrigin,
    /// All.
    Include,
}

impl CredentialsMode {
    /// Reads `omit`, `same-origin` or `include`.
    pub fn read(word: &str) -> Option<Self> {
        match word.trim().to_ascii_lowercase().as_str() {
            "omit" => Some(Self::Omit),
            "same-origin" => Some(Self::SameOrigin),
            "include" => Some(Self::Include),
            _ => None,
        }
    }
}

/// A request as the jar sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestView {
    /// Its address, when that could be read.
    pub url: Option<Url>,
    /// Its origin.
    pub origin: Option<WebOrigin>,
    /// The page that sends it, from `Origin` or `Referer`; `None` for a client that is not a browser, or a page that hides.
    pub page: Option<WebOrigin>,
    /// Whether the page is of another site: `Sec-Fetch-Site` where it speaks, else the two addresses compared.
    pub cross_site: bool,
    /// The page's credentials mode, when known.
    pub credentials: Option<CredentialsMode>,
    /// A navigation of the whole window rather than a fetch.
    pub navigation: bool,
    /// GET, HEAD, OPTIONS or TRACE.
    pub safe_method: bool,
    /// The moment of sending.
    pub now: Timestamp,
}

impl RequestView {
    /// What a request's own headers say about the page that sends it.
    pub fn of(request: &Request, credentials: Option<CredentialsMode>, now: Timestamp) -> Self {
        let header = |name: &str| request.headers.get(name).map(str::trim);
        let url = Url::parse(request.url.trim()).ok();
        let origin = url.as_ref().and_then(WebOrigin::of_url);
        let page = header("Origin").and_then(WebOrigin::of).or_else(|| header("Referer").and_then(WebOrigin::of));
        let compared = matches!((&origin, &page), (Some(to), Some(from)) if !from.same_site(to));
        let cross_site = match header("Sec-Fetch-Site") {
            Some("cross-site") => true,
            Some("same-site" | "same-origin" | "none") => false,
            _ => compared,
        };
        // A frame navigates too, but SameSite asks for the whole window.
        let in_frame = header("Sec-Fetch-Dest").is_some_and(|dest| dest != "document");
        let navigation = match header("Sec-Fetch-Mode") {
            Some(mode) => mode == "navigate" && !in_frame,
            None => header("Upgrade-Insecure-Requests").is_some() && !in_frame,
        };
        let safe_method = ["GET", "HEAD", "OPTIONS", "TRACE"].contains(&request.method.as_str());
        Self { url, origin, page, cross_site, credentials, navigation, safe_method, now }
    }

    /// True when the page is known and of another origin.
    pub fn cross_origin(&self) -> bool {
        matches!((&self.origin, &self.page), (Some(to), Some(from)) if to != from)
    }
}
