//! `{{…}}`: where values come from, and which bytes of the result come from which bytes of the text.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::domain::span::Span;

pub mod answers;
pub mod auth;
mod budget;
pub mod cookies;
pub mod keyring;
mod secrets;
mod substitutions;
mod system;
pub mod tokens;

pub use answers::Answers;
pub use auth::AuthEntries;
pub use budget::Budget;
pub use cookies::Cookies;
pub use secrets::{is_of_private_file, is_secret};
pub use substitutions::Substitutions;
pub use system::System;
pub use tokens::{SessionTokens, Tokens};

use crate::domain::limits::MAX_VARIABLE_DEPTH;

/// Where a value came from, the first that has the name wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// `@name = value` in the file of requests.
    File,
    /// `http-client.private.env.json`.
    PrivateEnvironment,
    /// `http-client.env.json`.
    Environment,
    /// `.env`.
    Dotenv,
    /// The environment of the program, as far as the user let it be read.
    Process,
}

/// Values by their names.
pub type Values = BTreeMap<String, String>;

/// The environments that have a value for a name, for each name.
pub type Elsewhere = BTreeMap<String, Vec<String>>;

/// The variables that a text may use.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    /// The values of each layer, shared by all that see them. Those that were added last count first.
    layers: BTreeMap<Layer, Vec<Arc<Values>>>,
    /// What files of requests define, and the place in each from which it is looked at. The last one counts first.
    defined: Vec<(Arc<Definitions>, usize)>,
    /// The environments that have a value for a name.
    elsewhere: Arc<Elsewhere>,
    /// The name of the environment; empty for none.
    pub environment: Arc<str>,
    /// What `{{$…}}` draws from.
    pub system: System,
    /// What `{{name.response…}}` draws from.
    pub answers: Answers,
    /// What `{{$auth.token("name")}}` draws from.
    pub tokens: Tokens,
    /// What `{{$cookies}}` draws from.
    pub cookies: Cookies,
    /// How tokens are obtained, as the environment says it.
    pub auth: Arc<AuthEntries>,
}

/// The values that a file of requests gives to names, each at its place. Every request sees others; they share this.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Definitions(BTreeMap<String, Vec<(usize, String)>>);

impl Definitions {
    /// Takes place, name and value of each, in the order of the file.
    pub fn new(all: impl IntoIterator<Item = (usize, String, String)>) -> Self {
        let mut found = Self::default();
        for (place, name, value) in all {
            found.0.entry(name).or_default().push((place, value));
        }
        found
    }

    /// The value that is seen from a place.
    fn get(&self, name: &str, place: usize) -> Option<&str> {
        seen_from(self.0.get(name)?, place, |(at, _)| *at).map(|(_, value)| value.as_str())
    }
}

/// What is seen from a place, of things in the order of the file: the last one up to there, else the first one below it.
pub(super) fn seen_from<T>(all: &[T], place: usize, at: impl Fn(&T) -> usize) -> Option<&T> {
    all.get(all.partition_point(|one| at(one) <= place).saturating_sub(1))
}

/// A `{{…}}` that stays as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// Its place in the text before resolving.
    pub span: Span,
    /// The name that has no value.
    pub name: String,
    /// Why it has none, as the end of a sentence.
    pub reason: Cow<'static, str>,
}

/// A text with its variables filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    /// The text.
    pub text: String,
    /// What stayed as it is written, each name once.
    pub unresolved: Vec<Unresolved>,
    /// How places in the text lead back.
    pub substitutions: Substitutions,
    /// What was filled in from secret variables, as places in the text.
    pub secrets: Vec<Span>,
    /// What came out of answers, as places in the text.
    pub answers: Vec<Span>,
}

/// Why a placeholder stays.
enum Why {
    /// It has no value.
    Reason(Cow<'static, str>),
    /// Its value is too long; reported for the outermost variable.
    TooLong,
}

impl<S: Into<Cow<'static, str>>> From<S> for Why {
    fn from(reason: S) -> Self {
        Self::Reason(reason.into())
    }
}

/// What resolving one text has done, and may still do.
struct Work<'a> {
    drawn: u64,
    budget: &'a mut Budget,
    /// The placeholder of the text that is being filled in.
    span: Span,
    unresolved: Vec<Unresolved>,
    listed: HashSet<String>,
    /// What was filled in from secret variables, as places in the result.
    secrets: Vec<Span>,
    /// What came out of answers, in the same way.
    answers: Vec<Span>,
}

impl Work<'_> {
    /// Lists a name that has no value, once.
    fn list(&mut self, name: &str, reason: Cow<'static, str>) {
        if !self.listed.contains(name) {
            self.listed.insert(name.to_string());
            self.unresolved.push(Unresolved { span: self.span, name: name.into(), reason });
        }
    }
}

/// The `{{…}}` of a text, each with the name in it, without spaces around it.
pub fn placeholders(text: &str) -> impl Iterator<Item = (Span, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + text.get(at..)?.find("{{")?;
            let inside = text.get(start + 2..)?;
            let close = inside.find("}}")?;
            let content = inside.get(..close)?;
            // `{{a {{b}}`: the inner one counts.
            if let Some(inner) = content.rfind("{{") {
                at = start + 2 + inner;
                continue;
            }
            at = start + 2 + close + 2;
            let name = content.trim();
            if !name.is_empty() && !content.contains('\n') {
                return Some((Span::new(start, at), name));
            }
        }
    })
}

/// Some names, and how many there are besides.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let rest = names.len().saturating_sub(SHOWN);
    let shown = names.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    if rest == 0 { shown } else { format!("{shown} or {rest} others") }
}

impl Variables {
    /// Without any variable; `{{$…}}` draws from `system`.
    pub fn new(system: System) -> Self {
        Self { system, ..Self::default() }
    }

    /// Says which environments have a value for a name: those that are not chosen, where it has none here.
    pub fn set_elsewhere(&mut self, elsewhere: Arc<Elsewhere>) {
        self.elsewhere = elsewhere;
    }

    /// Puts values into a layer; a name that is there already gets the new value.
    pub fn extend(&mut self, layer: Layer, values: impl IntoIterator<Item = (String, String)>) {
        self.share(layer, Arc::new(values.into_iter().collect()));
    }

    /// The same with values that others see too.
    pub fn share(&mut self, layer: Layer, values: Arc<Values>) {
        self.layers.entry(layer).or_default().push(values);
    }

    /// The value that a name has in a layer.
    fn in_layer(&self, layer: Layer, name: &str) -> Option<&str> {
        self.layers.get(&layer)?.iter().rev().find_map(|values| values.get(name)).map(String::as_str)
    }

    /// The same, with what a file of requests defines as it is seen from a place in it, on top of what is known.
    #[must_use]
    pub fn with_definitions(&self, defined: &Arc<Definitions>, place: usize) -> Self {
        let mut variables = self.clone();
        variables.defined.push((Arc::clone(defined), place));
        variables
    }

    /// The value of a name, and where it came from.
    pub fn get(&self, name: &str) -> Option<(Layer, &str)> {
        if let Some(value) = self.defined.iter().rev().find_map(|(defined, place)| defined.get(name, *place)) {
            return Some((Layer::File, value));
        }
        let named = self.layers.keys().find_map(|layer| Some((*layer, self.in_layer(*layer, name)?)));
        named.or_else(|| Some((Layer::Process, self.system.process.get(name)?.as_deref()?)))
    }

    /// All names that have a value, for completion. Those of the process environment are left out: there are many.
    pub fn names(&self) -> Vec<&str> {
        let defined = self.defined.iter().flat_map(|(defined, _)| defined.0.keys());
        let mut names: Vec<&str> =
            self.layers.values().flatten().flat_map(|values| values.keys()).chain(defined).map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Fills in what has a value; the rest stays as it is written and is listed.
    pub fn resolve(&self, raw: &str) -> Resolved {
        self.resolve_within(raw, &mut Budget::default())
    }

    /// As [`Variables::resolve`], for one of several texts that are filled in together.
    pub fn resolve_within(&self, raw: &str, budget: &mut Budget) -> Resolved {
        let (unresolved, listed) = (Vec::new(), HashSet::new());
        let mut work = Work { drawn: 0, budget, span: Span::default(), unresolved, listed, secrets: Vec::new(), answers: Vec::new() };
        let (mut text, mut substitutions) = (String::new(), Substitutions::default());
        let mut copied = 0;
        for (span, name) in placeholders(raw) {
            text.push_str(raw.get(copied..span.start).unwrap_or_default());
            work.span = span;
            let (start, left) = (text.len(), work.budget.request);
            match self.value(name, 0, &mut work, &mut text) {
                Ok(()) => {
                    substitutions.push(span, Span::new(start, text.len()));
                    copied = span.end;
                }
                Err(why) => {
                    text.truncate(start);
                    work.secrets.retain(|secret| secret.end <= start);
                    work.answers.retain(|answer| answer.end <= start);
                    copied = span.start;
                    // `{{ name }}` is `{{name}}`: blanks in it are no part of what it stands in.
                    if span.len() != name.len() + 4 {
                        text.push_str(&format!("{{{{{name}}}}}"));
                        substitutions.push(span, Span::new(start, text.len()));
                        copied = span.end;
                    }
                    let reason = match why {
                        Why::Reason(reason) => reason,
                        Why::TooLong => {
                            let reason = work.budget.reason();
                            work.budget.request = left;
                            reason
                        }
                    };
                    work.list(name, reason);
                }
            }
        }
        text.push_str(raw.get(copied..).unwrap_or_default());
        Resolved { text, unresolved: work.unresolved, substitutions, secrets: work.secrets, answers: work.answers }
    }

    /// Adds a value with its own variables filled in.
    fn fill(&self, raw: &str, depth: usize, work: &mut Work, out: &mut String) -> Result<(), Why> {
        let mut copied = 0;
        for (span, name) in placeholders(raw) {
            out.push_str(raw.get(copied..span.start).unwrap_or_default());
            copied = span.end;
            match self.value(name, depth, work, out) {
                Ok(()) => {}
                Err(Why::Reason(reason)) => {
                    work.list(name, reason);
                    copied = span.start;
                }
                Err(Why::TooLong) => return Err(Why::TooLong),
            }
        }
        out.push_str(raw.get(copied..).unwrap_or_default());
        Ok(())
    }

    /// Appends the value of a name; with an error, something may have been added before it was found.
    fn value(&self, name: &str, depth: usize, work: &mut Work, out: &mut String) -> Result<(), Why> {
        if depth >= MAX_VARIABLE_DEPTH {
            return Err("is defined by itself".into());
        }
        let received = self.tokens.value(&self.environment, name).or_else(|| (name == cookies::COOKIES).then(|| self.cookies.value()));
        if let Some(value) = received {
            let value = value?;
            if !work.budget.take(value.len()) {
                return Err(Why::TooLong);
            }
            let start = out.len();
            out.push_str(&value);
            work.secrets.push(Span::new(start, out.len()));
            // A server wrote it, as it wrote an answer.
            work.answers.push(Span::new(start, out.len()));
            return Ok(());
        }
        if let Some(call) = name.strip_prefix('$') {
            work.drawn += 1;
            let value = self.system_value(call, work.drawn)?;
            if !work.budget.take(value.len()) {
                return Err(Why::TooLong);
            }
            let start = out.len();
            out.push_str(&value);
            if secrets::is_of_secret(call, &value) {
                work.secrets.extend(secrets::place(&value, start));
            }
            return Ok(());
        }
        // REST Client: `{{%name}}` is the value percent-encoded.
        let (encoded, plain) = name.strip_prefix('%').map_or((false, name), |rest| (true, rest));
        let Some((layer, value)) = self.get(plain) else {
            if let Some(value) = self.answers.get(plain) {
                let value = value?;
                if !work.budget.take(value.len()) {
                    return Err(Why::TooLong);
                }
                let start = out.len();
                // Encoded, a value is one part of an address whatever it holds.
                match encoded {
                    true => out.extend(percent_encoding::utf8_percent_encode(&value, percent_encoding::NON_ALPHANUMERIC)),
                    false => {
                        out.push_str(&value);
                        work.answers.push(Span::new(start, out.len()));
                    }
                }
                if secrets::is_of_answer(plain, &value) {
                    work.secrets.extend(secrets::place(out.get(start..).unwrap_or_default(), start));
                }
                return Ok(());
            }
            return Err(if name.contains(".request.") {
                "is a part of another exchange, which is not filled in".into()
            } else if let Some(environments) = self.elsewhere.get(plain) {
                let (s, names) = (if environments.len() == 1 { "" } else { "s" }, listed(environments));
                format!(
                    "has no value in the file, its environment or .env, but has one in the environment{s} {names}: choose it with v or --env"
                )
                .into()
            } else {
                "has no value in the file, its environment or .env".into()
            });
        };
        let is_first = work.budget.is_whole();
        if work.budget.knows_as_too_long(plain, value) || !work.budget.take(value.len()) {
            return Err(Why::TooLong);
        }
        let start = out.len();
        let filled = self.fill(value, depth + 1, work, out);
        if is_first && matches!(filled, Err(Why::TooLong)) {
            work.budget.note_too_long(plain, value);
        }
        filled?;
        if encoded {
            work.answers.retain(|answer| answer.end <= start);
            let value = out.split_off(start);
            out.extend(percent_encoding::utf8_percent_encode(&value, percent_encoding::NON_ALPHANUMERIC));
        }
        let holds_secret = encoded && work.secrets.iter().any(|secret| secret.end > start);
        let text = out.get(start..).unwrap_or_default();
        if secrets::is_of_private_file(layer, text) || holds_secret || secrets::is_secret(plain, text) {
            work.secrets.retain(|secret| secret.end <= start);
            work.secrets.extend(secrets::place(text, start));
        }
        Ok(())
    }

    fn system_value(&self, call: &str, drawn: u64) -> Result<String, String> {
        let (name, arguments) = call.split_once(char::is_whitespace).unwrap_or((call, ""));
        let arguments = arguments.trim();
        if let Some(variable) = self.process_variable(call) {
            return match self.system.process.get(&variable?) {
                None => Err("is in the environment of the program, which is read only after a yes".into()),
                Some(value) => value.clone().ok_or_else(|| "is not set in the environment of the program".into()),
            };
        }
        if let Some(entry) = self.keyring_entry(call) {
            return self.system.keyring.get(&entry?).cloned().ok_or_else(|| keyring::UNREAD.to_string());
        }
        match name {
            "dotenv" => {
                let wanted = self.indirect(arguments)?;
                self.in_layer(Layer::Dotenv, &wanted).map(str::to_string).ok_or_else(|| "is not in .env".to_string())
            }
            "shared" => {
                let shared = self.in_layer(Layer::Environment, arguments).map(str::to_string);
                shared.ok_or_else(|| "is not shared between environments".to_string())
            }
            _ => self.system.draw(name, arguments, drawn),
        }
    }

    /// What an argument names: `%NAME` is a variable that holds the name.
    fn indirect(&self, argument: &str) -> Result<String, String> {
        match argument.strip_prefix('%') {
            Some(inner) => self.get(inner).map(|(_, v)| v.to_string()).ok_or_else(|| format!("needs {inner}, which has no value")),
            None => Ok(argument.to_string()),
        }
    }

    /// The variable of the program's environment that a call reads: REST Client's `$processEnv NAME`, JetBrains' `$env.NAME`.
    fn process_variable(&self, call: &str) -> Option<Result<String, String>> {
        match call.strip_prefix("processEnv") {
            Some(argument) if argument.starts_with(char::is_whitespace) => Some(self.indirect(argument.trim())),
            _ => call.strip_prefix("env.").map(|variable| Ok(variable.to_string())),
        }
    }

    /// The variable of the program's environment that a name without a value would need, and that was not read.
    pub fn unread_process_variable(&self, name: &str) -> Option<String> {
        let variable = self.process_variable(name.strip_prefix('$')?)?.ok()?;
        (!self.system.process.contains_key(&variable)).then_some(variable)
    }
}

#[cfg(test)]
mod tests;
