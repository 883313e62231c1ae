//! What a browser makes of the answer under the cross-origin rules.

use super::{Facts, Standing};
use crate::domain::cookie::CredentialsMode;
use crate::domain::cors::console::{ConsoleLine, read_console};
use crate::domain::cors::{self, CorsRefusal, Preflight, Rule};
use crate::domain::exchange::Exchange;

/// The cross-origin side of an exchange.
#[derive(Debug)]
pub struct Cors {
    /// What is looked at.
    pub case: CorsCase,
    /// The page's origin, when known.
    pub page: Option<String>,
    /// The rules by which a browser refuses, in the order in which it looks.
    pub refusals: Vec<CorsRefusal>,
}

/// Which kind of exchange the rules are held against.
#[derive(Debug)]
pub enum CorsCase {
    /// Nothing cross-origin is seen.
    None,
    /// A preflight and its answer.
    Preflight(Preflight),
    /// A fetch whose answer was blocked, with the console's sentence where it was noted.
    Blocked(Option<ConsoleLine>),
    /// A fetch from another origin that was answered.
    Answered,
}

impl Cors {
    /// Holds an exchange against the rules.
    pub fn of(facts: &Facts) -> Self {
        let none = Self { case: CorsCase::None, page: None, refusals: Vec::new() };
        let Some(answer) = facts.answer else { return none };
        let view = &facts.session().view;
        if let Some(preflight) = Preflight::read(facts.request) {
            let mut refusals = cors::refusals_of_preflight(&preflight, answer, view.credentials);
            if !answer.has_headers() {
                refusals.retain(|refusal| matches!(refusal.rule, Rule::PreflightStatus(_)));
            }
            if refusals.is_empty() && !answer.has_headers() {
                return none;
            }
            return Self { page: Some(preflight.origin.clone()), case: CorsCase::Preflight(preflight), refusals };
        }
        if facts.standing == Standing::Blocked {
            let texts = [answer.failure.as_deref(), facts.context.notes.as_deref(), Some(answer.reason.as_str())];
            let line = texts.into_iter().flatten().find_map(read_console);
            let page = line.as_ref().and_then(|l| l.origin.clone()).or_else(|| view.page.as_ref().map(ToString::to_string));
            let refusals = match &line {
                Some(l) => vec![CorsRefusal { rule: l.rule.clone(), header: None }],
                None => refusals_before(facts),
            };
            return Self { case: CorsCase::Blocked(line), page, refusals };
        }
        if !view.cross_origin() && !view.cross_site || view.navigation || !answer.has_headers() {
            return none;
        }
        let Some(origin) = facts.request.headers.get("origin").map(str::trim) else { return none };
        let includes = view.credentials == Some(CredentialsMode::Include);
        let refusals = cors::origin_refusal(origin, answer, includes).into_iter().collect();
        Self { case: CorsCase::Answered, page: Some(origin.to_string()), refusals }
    }

    /// The first refusal by a rule, with its rank among all.
    pub fn find(&self, fits: impl Fn(&Rule) -> bool) -> Option<(usize, &CorsRefusal)> {
        self.refusals.iter().enumerate().find(|(_, refusal)| fits(&refusal.rule))
    }

    /// The page's origin in words.
    pub fn page(&self) -> &str {
        self.page.as_deref().unwrap_or("the page's origin")
    }
}

/// The refusals of the preflight for the same address, when the file has it too: browsers record it as an entry of its own.
fn refusals_before(facts: &Facts) -> Vec<CorsRefusal> {
    let same = |sibling: &&Exchange| sibling.request.url == facts.request.url;
    let judged = facts.siblings.into_iter().flat_map(|siblings| siblings.preflights()).filter(same).find_map(|sibling| {
        let preflight = Preflight::read(&sibling.request)?;
        Some(cors::refusals_of_preflight(&preflight, sibling.answer.as_ref()?, facts.session().view.credentials))
    });
    judged.into_iter().flatten().map(|refusal| CorsRefusal { header: None, ..refusal }).collect()
}
