//! Paths that are known to be right: documented ones, and those that work in other requests.

use std::borrow::Cow;

use url::Url;

use super::Facts;
use crate::checks::siblings::WorkingPaths;
use crate::domain::context::Previous;

/// Where the path of a sibling is known from.
const WORKS: &str = "which works in another request";

impl<'a> Facts<'a> {
    /// True when some path is known to be right: documented, or of a sibling that works.
    pub fn knows_paths(&self) -> bool {
        self.documented().next().is_some() || self.working().is_some_and(|paths| !paths.is_empty())
    }

    /// Paths that are known to be right and differ from one in upper and lower case and slashes at the end at most, with
    /// where they are known from.
    pub fn paths_alike(&self, path: &str) -> impl Iterator<Item = (Cow<'_, str>, &'static str)> {
        let of_siblings = self.working().into_iter().flat_map(|paths| paths.alike(path));
        self.documented().chain(self.worked_before()).chain(of_siblings.map(|p| (p.into(), WORKS)))
    }

    /// Paths on this host that were answered 2xx before.
    fn worked_before(&self) -> impl Iterator<Item = (Cow<'_, str>, &'static str)> {
        let path = |previous: &Previous| {
            let url = Url::parse(&previous.url).ok().filter(|url| url.host_str() == self.host())?;
            Some((url.path().to_string().into(), "which worked before"))
        };
        self.context.previous.iter().filter(|p| (200..300).contains(&p.status)).filter_map(path)
    }

    /// Paths that are known to be right and may be within one or two letters of one, with where they are known from.
    pub fn paths_near(&self, path: &str) -> impl Iterator<Item = (Cow<'_, str>, &'static str)> {
        let of_siblings = self.working().into_iter().flat_map(|paths| paths.near(path, 2));
        self.documented().chain(of_siblings.map(|p| (p.into(), WORKS)))
    }

    fn documented(&self) -> impl Iterator<Item = (Cow<'_, str>, &'static str)> {
        let path = |url: &String| Some((Url::parse(url).ok()?.path().to_string().into(), "the documented one"));
        self.context.url.iter().filter_map(path)
    }

    fn working(&self) -> Option<WorkingPaths<'a>> {
        self.siblings?.working_paths(self.host()?)
    }
}
