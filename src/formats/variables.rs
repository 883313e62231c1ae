//! `{{…}}`: where values come from, and which bytes of the result stand for which bytes of the text.

use std::collections::BTreeMap;

use crate::domain::span::Span;

mod system;

pub use system::System;

use crate::domain::limits::{MAX_VARIABLE_DEPTH, MAX_VARIABLES};

/// What filling in one value costs at least, in bytes, so that empty ones end as well.
const STEP: usize = 256;

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
    /// The process environment, after a yes for the workspace.
    Process,
}

/// The variables that a text may use.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    layers: BTreeMap<Layer, BTreeMap<String, String>>,
    /// What `{{$…}}` draws from.
    pub system: System,
}

/// A `{{…}}` that stays as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// Its place in the text before resolving.
    pub span: Span,
    /// The name that has no value.
    pub name: String,
    /// Why it has none, as the end of a sentence.
    pub reason: String,
}

/// A text with its variables filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    /// The text.
    pub text: String,
    /// What stayed as it stands.
    pub unresolved: Vec<Unresolved>,
    /// How places in the text lead back.
    pub substitutions: Substitutions,
}

/// What was put in the place of what, in order: the way back from a resolved text to the one that was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Substitutions {
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    raw: Span,
    out: Span,
}

impl Substitutions {
    /// Notes that the bytes `raw` became the bytes `out`. Must be called in the order of the text.
    pub fn push(&mut self, raw: Span, out: Span) {
        self.pieces.push(Piece { raw, out });
    }

    /// Adds those of a text that begins at `raw` and became what begins at `out`.
    pub fn append(&mut self, other: &Self, raw: usize, out: usize) {
        self.pieces.extend(other.pieces.iter().map(|p| Piece { raw: p.raw.shifted(raw), out: p.out.shifted(out) }));
    }

    /// Where a span of the resolved text stands in the text as written. A span that touches the inside of a value
    /// leads to the whole `{{…}}`.
    pub fn to_raw(&self, span: Span) -> Span {
        let start = self.offset(span.start, Side::Start);
        let end = if span.is_empty() { start } else { self.offset(span.end, Side::End) };
        Span::new(start, end.max(start))
    }

    fn offset(&self, at: usize, side: Side) -> usize {
        let (mut raw_end, mut out_end) = (0, 0);
        for Piece { raw, out } in &self.pieces {
            let before = match side {
                Side::Start => at < out.start,
                Side::End => at <= out.start,
            };
            if before {
                break;
            }
            match side {
                Side::Start if at < out.end => return raw.start,
                Side::End if at <= out.end => return raw.end,
                _ => (raw_end, out_end) = (raw.end, out.end),
            }
        }
        raw_end + at.saturating_sub(out_end)
    }
}

/// What resolving one text has done, and may still do.
struct Work {
    drawn: u64,
    left: usize,
}

#[derive(Clone, Copy)]
enum Side {
    Start,
    End,
}

/// The `{{…}}` of a text, each with the name in it, without blanks around it.
pub fn placeholders(text: &str) -> impl Iterator<Item = (Span, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + text.get(at..)?.find("{{")?;
            let inside = text.get(start + 2..)?;
            let close = inside.find("}}")?;
            let content = inside.get(..close)?;
            // `{{a {{b}}`: the inner one is meant.
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

impl Variables {
    /// Without any variable; `{{$…}}` draws from `system`.
    pub fn new(system: System) -> Self {
        Self { layers: BTreeMap::new(), system }
    }

    /// Puts values into a layer; a name that is there already gets the new value.
    pub fn extend(&mut self, layer: Layer, values: impl IntoIterator<Item = (String, String)>) {
        self.layers.entry(layer).or_default().extend(values);
    }

    /// The value of a name, and where it came from.
    pub fn get(&self, name: &str) -> Option<(Layer, &str)> {
        let named = self.layers.iter().find_map(|(layer, values)| Some((*layer, values.get(name)?.as_str())));
        named.or_else(|| Some((Layer::Process, self.system.process.as_ref()?.get(name)?.as_str())))
    }

    /// All names that have a value, for completion. Those of the process environment are left out: there are many.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.layers.values().flat_map(|values| values.keys().map(String::as_str)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Fills in what has a value; the rest stays as it stands and is listed.
    pub fn resolve(&self, raw: &str) -> Resolved {
        self.resolve_at(raw, 0, &mut Work { drawn: 0, left: MAX_VARIABLES })
    }

    fn resolve_at(&self, raw: &str, depth: usize, work: &mut Work) -> Resolved {
        let mut found = Resolved::default();
        let mut copied = 0;
        for (span, name) in placeholders(raw) {
            match self.value(name, depth, work) {
                Ok(value) => {
                    found.text.push_str(raw.get(copied..span.start).unwrap_or_default());
                    let start = found.text.len();
                    found.text.push_str(&value.text);
                    found.substitutions.push(span, Span::new(start, found.text.len()));
                    found.unresolved.extend(value.unresolved.into_iter().map(|u| Unresolved { span, ..u }));
                    copied = span.end;
                }
                Err(reason) => found.unresolved.push(Unresolved { span, name: name.into(), reason }),
            }
        }
        found.text.push_str(raw.get(copied..).unwrap_or_default());
        found
    }

    fn value(&self, name: &str, depth: usize, work: &mut Work) -> Result<Resolved, String> {
        if depth >= MAX_VARIABLE_DEPTH {
            return Err("is defined by itself".into());
        }
        if let Some(call) = name.strip_prefix('$') {
            work.drawn += 1;
            return self.system_value(call, work.drawn).map(|text| Resolved { text, ..Resolved::default() });
        }
        // REST Client: `{{%name}}` is the value percent-encoded.
        let (encoded, plain) = name.strip_prefix('%').map_or((false, name), |rest| (true, rest));
        let Some((_, value)) = self.get(plain) else {
            return Err(if name.contains(".response.") || name.contains(".request.") {
                "is a part of another exchange, which is not filled in".into()
            } else {
                "has no value in the file, its environment or .env".into()
            });
        };
        let Some(left) = work.left.checked_sub(value.len() + STEP) else {
            return Err("would make the text too long".into());
        };
        work.left = left;
        let mut value = self.resolve_at(value, depth + 1, work);
        if encoded {
            value.text = percent_encoding::utf8_percent_encode(&value.text, percent_encoding::NON_ALPHANUMERIC).to_string();
        }
        Ok(value)
    }

    fn system_value(&self, call: &str, drawn: u64) -> Result<String, String> {
        let (name, arguments) = call.split_once(char::is_whitespace).unwrap_or((call, ""));
        let arguments = arguments.trim();
        let process = |name: &str| match &self.system.process {
            None => Err("is in the process environment, which is read only after a yes for this workspace".to_string()),
            Some(values) => values.get(name).cloned().ok_or_else(|| "is not set in the process environment".to_string()),
        };
        // `%NAME` names a variable that holds the name.
        let indirect = |argument: &str| match argument.strip_prefix('%') {
            Some(inner) => self.get(inner).map(|(_, v)| v.to_string()).ok_or_else(|| format!("needs {inner}, which has no value")),
            None => Ok(argument.to_string()),
        };
        match name {
            "processEnv" => process(&indirect(arguments)?),
            "dotenv" => {
                let wanted = indirect(arguments)?;
                let values = self.layers.get(&Layer::Dotenv);
                values.and_then(|v| v.get(&wanted)).cloned().ok_or_else(|| "is not in .env".to_string())
            }
            "shared" => {
                let values = self.layers.get(&Layer::Environment);
                values.and_then(|v| v.get(arguments)).cloned().ok_or_else(|| "is not shared between environments".to_string())
            }
            _ => match name.strip_prefix("env.") {
                Some(variable) => process(variable),
                None => self.system.draw(name, arguments, drawn),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> Variables {
        let mut variables = Variables::default();
        variables.extend(Layer::File, pairs.iter().map(|(n, v)| (n.to_string(), v.to_string())));
        variables
    }

    #[test]
    fn what_has_no_value_stays_and_is_listed() {
        let found = variables(&[("a", "1")]).resolve("{{a}}/{{b}}/{{ a }}/{{}}/{{x.response.body.$.id}}");
        assert_eq!(found.text, "1/{{b}}/1/{{}}/{{x.response.body.$.id}}");
        assert_eq!(found.unresolved.iter().map(|u| u.name.as_str()).collect::<Vec<_>>(), ["b", "x.response.body.$.id"]);
    }

    #[test]
    fn places_lead_back_to_the_text_as_written() {
        let raw = "Bearer {{token}} {{none}} end";
        let found = variables(&[("token", "abcdef")]).resolve(raw);
        assert_eq!(found.text, "Bearer abcdef {{none}} end");
        let back = |from: usize, to: usize| found.substitutions.to_raw(Span::new(from, to)).cut(raw);
        assert_eq!(back(7, 13), Some("{{token}}"));
        assert_eq!(back(9, 10), Some("{{token}}"));
        assert_eq!(back(0, 6), Some("Bearer"));
        assert_eq!(back(23, 26), Some("end"));
        assert_eq!(back(0, 26), Some(raw));
    }

    #[test]
    fn values_are_followed_and_cycles_end() {
        let known = variables(&[("host", "{{name}}.example"), ("name", "api"), ("a", "{{b}}"), ("b", "{{a}}")]);
        assert_eq!(known.resolve("https://{{host}}/").text, "https://api.example/");
        assert_eq!(known.resolve("{{a}}").unresolved[0].reason, "is defined by itself");
    }

    #[test]
    fn doubling_values_do_not_fill_the_memory() {
        let mut known = variables(&[("x0", &"a".repeat(1000))]);
        for n in 1..30 {
            let before = format!("{{{{x{}}}}}", n - 1).repeat(10);
            known.extend(Layer::File, [(format!("x{n}"), before)]);
        }
        assert!(known.resolve("{{x14}}").text.len() <= 2 * MAX_VARIABLES);
    }

    #[test]
    fn a_nearer_layer_wins() {
        let mut known = variables(&[("a", "file")]);
        known.extend(Layer::Dotenv, [("a".into(), "dotenv".into()), ("b".into(), "dotenv".into())]);
        known.system.process = Some([("c".to_string(), "process".to_string())].into());
        assert_eq!(known.resolve("{{a}} {{b}} {{c}} {{$dotenv b}} {{$processEnv c}}").text, "file dotenv process dotenv process");
    }

    #[test]
    fn the_process_environment_needs_a_yes() {
        let found = variables(&[]).resolve("{{$processEnv HOME}}");
        assert_eq!(found.text, "{{$processEnv HOME}}");
        assert!(found.unresolved[0].reason.contains("after a yes"));
    }
}
