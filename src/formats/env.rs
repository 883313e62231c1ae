//! Values for `{{…}}` that are in files of their own: `http-client.env.json`, `http-client.private.env.json`, `.env`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::variables::auth::{AuthEntries, add_entries};
use super::variables::{Elsewhere, Layer, System, Values, Variables};
use super::{FormatError, Loss};

mod dotenv;
mod write;

use dotenv::assignments;
pub use write::{not_texts, with_value};

/// The name of the values for every environment.
pub const SHARED: &str = "$shared";

/// The member of the settings of VS Code in which REST Client keeps its environments.
const SETTING: &str = "rest-client.environmentVariables";

/// The kind of a file with values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ValueKind {
    /// Environments for everybody.
    Public,
    /// Secrets, not in version control.
    Private,
    /// The settings of an editor, environments among them.
    Settings,
    /// Values without environments.
    Dotenv,
}

impl ValueKind {
    /// The name of such a file, in the folder that its values are for.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Public => "http-client.env.json",
            Self::Private => "http-client.private.env.json",
            Self::Settings => ".vscode/settings.json",
            Self::Dotenv => ".env",
        }
    }

    /// The layer that its values are in.
    pub const fn layer(self) -> Layer {
        match self {
            Self::Private => Layer::PrivateEnvironment,
            Self::Public | Self::Settings => Layer::Environment,
            Self::Dotenv => Layer::Dotenv,
        }
    }
}

/// A value as one file has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FileValue {
    /// The environment; empty for a value of a `.env` file, which has none.
    pub environment: String,
    /// Its name.
    pub name: String,
    /// The value itself.
    pub value: String,
}

/// The environments of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environments {
    public: BTreeMap<String, Arc<Values>>,
    private: BTreeMap<String, Arc<Values>>,
    dotenv: Arc<Values>,
    /// How tokens are obtained, by environment.
    auth: BTreeMap<String, AuthEntries>,
}

/// The member of an environment in which JetBrains keeps how tokens are obtained.
const SECURITY: &str = "Security";

impl Environments {
    /// Takes in a file with values. Lists what is not a value.
    ///
    /// # Errors
    /// When it is not of its format, with line and column.
    pub fn add_file(&mut self, text: &str, kind: ValueKind) -> Result<Vec<Loss>, FormatError> {
        match kind {
            ValueKind::Public | ValueKind::Private => self.add_json(text, kind),
            ValueKind::Settings => self.add_settings(text),
            ValueKind::Dotenv => Ok(self.add_dotenv(text)),
        }
    }

    /// All values, those of one environment after the other.
    pub fn into_values(self) -> Vec<FileValue> {
        let own = |(environment, values): (String, Arc<Values>)| {
            Arc::unwrap_or_clone(values).into_iter().map(move |(name, value)| FileValue { environment: environment.clone(), name, value })
        };
        self.public.into_iter().chain(self.private).chain([(String::new(), self.dotenv)]).flat_map(own).collect()
    }

    /// True if a file has this value.
    fn holds(&self, environment: &str, name: &str, value: &str) -> bool {
        let is_it = |values: Option<&Arc<Values>>| values.and_then(|values| values.get(name)).is_some_and(|held| held == value);
        is_it(self.public.get(environment)) || is_it(self.private.get(environment)) || environment.is_empty() && is_it(Some(&self.dotenv))
    }

    /// The variables of each environment; the empty name stands for no environment.
    pub fn all(&self, system: &System) -> BTreeMap<String, Variables> {
        let elsewhere = Arc::new(self.elsewhere());
        let filled = self.names().into_iter().map(Some).chain([None]).map(|name| {
            let mut variables = Variables::new(system.clone());
            self.add_to(&mut variables, name);
            variables.set_elsewhere(Arc::clone(&elsewhere));
            (name.unwrap_or_default().to_string(), variables)
        });
        filled.collect()
    }

    /// An environment file: an object of environments, each an object of values.
    fn add_json(&mut self, text: &str, kind: ValueKind) -> Result<Vec<Loss>, FormatError> {
        let text = text.trim_start_matches('\u{feff}');
        let json: Value = serde_json::from_str(text).map_err(|e| json_error(&e))?;
        let Value::Object(environments) = json else {
            return Err(FormatError::at(text, 0, "an environment file is an object of environments"));
        };
        Ok(self.add(environments, kind))
    }

    /// The settings of VS Code, JSON with comments, where REST Client keeps its environments; other settings are passed over.
    fn add_settings(&mut self, text: &str) -> Result<Vec<Loss>, FormatError> {
        let text = without_comments(text.trim_start_matches('\u{feff}'));
        let json: Value = serde_json::from_str(&text).map_err(|e| json_error(&e))?;
        match json.get(SETTING) {
            Some(Value::Object(environments)) => Ok(self.add(environments.clone(), ValueKind::Settings)),
            _ => Ok(Vec::new()),
        }
    }

    fn add(&mut self, environments: serde_json::Map<String, Value>, kind: ValueKind) -> Vec<Loss> {
        let mut losses = Vec::new();
        let home = if kind == ValueKind::Private { &mut self.private } else { &mut self.public };
        for (environment, values) in environments {
            let Value::Object(values) = values else {
                losses.push(Loss { line: 0, message: format!("{environment} is not an object of values") });
                continue;
            };
            let place = Arc::make_mut(home.entry(environment.clone()).or_default());
            for (name, value) in values {
                match value {
                    Value::Object(_) if name == SECURITY => add_entries(self.auth.entry(environment.clone()).or_default(), &value),
                    Value::String(text) => _ = place.insert(name, text),
                    Value::Number(_) | Value::Bool(_) => _ = place.insert(name, value.to_string()),
                    Value::Null => {}
                    // JetBrains keeps its own settings (`SSLConfiguration`) here.
                    Value::Array(_) | Value::Object(_) => {
                        losses.push(Loss { line: 0, message: format!("{name} in {environment} is not a string, number or boolean") });
                    }
                }
            }
        }
        losses
    }

    /// A `.env` file. Lines that are no `NAME=value` are listed.
    fn add_dotenv(&mut self, text: &str) -> Vec<Loss> {
        let (values, losses) = dotenv(text);
        Arc::make_mut(&mut self.dotenv).extend(values);
        losses
    }

    /// Names of the environments, sorted, without `$shared`.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.public.keys().chain(self.private.keys()).map(String::as_str).filter(|n| *n != SHARED).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Puts the values of an environment (of `$shared` alone without one) and of `.env` under the variables.
    ///
    /// In each file a value of the environment hides one of `$shared`; the private file hides the public one.
    pub fn fill(&self, variables: &mut Variables, environment: Option<&str>) {
        self.add_to(variables, environment);
        variables.set_elsewhere(Arc::new(self.elsewhere()));
    }

    fn add_to(&self, variables: &mut Variables, environment: Option<&str>) {
        for (layer, home) in [(Layer::Environment, &self.public), (Layer::PrivateEnvironment, &self.private)] {
            let homes = [Some(SHARED), environment].into_iter().flatten().filter_map(|name| home.get(name));
            homes.for_each(|values| variables.share(layer, Arc::clone(values)));
        }
        variables.share(Layer::Dotenv, Arc::clone(&self.dotenv));
        let mut auth = AuthEntries::new();
        for (id, members) in [Some(SHARED), environment].into_iter().flatten().filter_map(|name| self.auth.get(name)).flatten() {
            auth.entry(id.clone()).or_default().extend(members.clone());
        }
        variables.auth = Arc::new(auth);
    }

    /// The environments that have a value for a name, in the order of their names.
    fn elsewhere(&self) -> Elsewhere {
        let mut elsewhere = Elsewhere::new();
        for name in self.names() {
            let values = [&self.public, &self.private].into_iter().filter_map(|home| home.get(name)).flat_map(|values| values.keys());
            for variable in values {
                let environments = elsewhere.entry(variable.clone()).or_default();
                if environments.last().is_none_or(|last| last != name) {
                    environments.push(name.to_string());
                }
            }
        }
        elsewhere
    }
}

/// JSON as VS Code has it, without its comments and the commas before a closing bracket; every other byte stays at its place.
fn without_comments(text: &str) -> String {
    // A comma is the last one if nothing but comments comes before the bracket.
    blanked(&blanked(text))
}

fn blanked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // As many blanks as bytes: places in this text are places in that one.
    let blank = |out: &mut String, part: &str| out.extend(part.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }));
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '"' => {
                let mut is_escaped = false;
                let end = rest.char_indices().skip(1).find(|(_, c)| {
                    let ends = *c == '"' && !is_escaped;
                    is_escaped = *c == '\\' && !is_escaped;
                    ends
                });
                end.map_or(rest.len(), |(at, _)| at + 1)
            }
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |at| at + 2),
            c => c.len_utf8(),
        };
        let (part, behind) = rest.split_at(length);
        let is_last_comma = c == ',' && behind.trim_start().starts_with(['}', ']']);
        if c == '/' && length > 1 || is_last_comma {
            blank(&mut out, part)
        } else {
            out.push_str(part)
        }
        rest = behind;
    }
    out
}

/// A fault that serde_json found, with its place.
pub(super) fn json_error(error: &serde_json::Error) -> FormatError {
    let message = error.to_string();
    // serde_json ends its message with the place, which precedes ours.
    let message = message.split(" at line ").next().unwrap_or(&message);
    FormatError { line: error.line(), column: error.column().max(1), message: format!("not JSON: {message}"), help: String::new() }
}

/// The values of a `.env` file, and what is none.
fn dotenv(text: &str) -> (BTreeMap<String, String>, Vec<Loss>) {
    let (assignments, losses) = assignments(text);
    (assignments.into_iter().map(|assignment| (assignment.name, assignment.value)).collect(), losses)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearer_file_wins_and_shared_values_are_under_both() {
        let mut environments = Environments::default();
        let public = r#"{"$shared":{"a":"s","n":1,"p":"s"},"dev":{"a":"dev","host":"h"},"prod":{}}"#;
        assert_eq!(environments.add_json(public, ValueKind::Public), Ok(vec![]));
        let losses = environments.add_json(r#"{"dev":{"host":"mine","SSLConfiguration":{}}}"#, ValueKind::Private);
        assert_eq!(losses.map(|l| l.len()), Ok(1));
        environments.add_dotenv("d=1\nhost=never\n");
        assert_eq!(environments.names(), ["dev", "prod"]);
        let resolved = |environment| {
            let mut variables = Variables::default();
            environments.fill(&mut variables, environment);
            variables.resolve("{{a}} {{n}} {{host}} {{d}}").text
        };
        assert_eq!(resolved(Some("dev")), "dev 1 mine 1");
        assert_eq!(resolved(None), "s 1 never 1");
    }

    #[test]
    fn the_settings_of_an_editor_are_an_environment_file_too() {
        let mut environments = Environments::default();
        let settings = r#"{
            // a comment with a " in it
            "editor.tabSize": 4, /* another */
            "rest-client.environmentVariables": {"$shared": {"v": "v1"}, "dev": {"host": "https://h//", "n": 1,},},
        }"#;
        assert_eq!(environments.add_settings(settings), Ok(vec![]));
        assert_eq!(environments.add_settings("{}"), Ok(vec![]));
        let mut variables = Variables::default();
        environments.fill(&mut variables, Some("dev"));
        assert_eq!(variables.resolve("{{host}} {{v}} {{n}}").text, "https://h// v1 1");
    }

    proptest::proptest! {
        #[test]
        fn settings_without_comments_keep_every_place(comment in "[a-zé日ключ🙂]{0,9}", key in "[aé日]{1,3}") {
            let text = format!("{{ // {comment}\n /* {comment} */ \"{key}\": [1, /*{comment}*/ 2,], }}");
            let plain = without_comments(&text);
            proptest::prop_assert_eq!(plain.len(), text.len());
            let same = plain.bytes().zip(text.bytes()).all(|(a, b)| a == b || a == b' ');
            proptest::prop_assert!(same, "{}", plain);
            let at = text.rfind("2,]").unwrap_or_default();
            proptest::prop_assert_eq!(plain.get(at..at + 1), Some("2"));
        }

        #[test]
        fn a_value_in_settings_changes_alone(comment in "[a-zé日ключ🙂]{0,9}", value in "[a-zé]{0,5}") {
            let text = |value: &str| format!(
                "{{ // {comment}\n \"a\": 4, /*{comment}*/\n \"{SETTING}\": {{ \"dev\": {{ /* {comment} */ \"A\": \"{value}\", \"n\": 80 }} }},\n \"z\": 1\n}}\n"
            );
            proptest::prop_assert_eq!(with_value(&text("old"), ValueKind::Settings, "dev", "A", &value).ok(), Some(text(&value)));
        }
    }

    #[test]
    fn a_name_without_a_value_says_which_environments_have_one() {
        let mut environments = Environments::default();
        let _ = environments.add_json(r#"{"dev":{"a":"1"},"prod":{"a":"2"},"test":{"b":"3"}}"#, ValueKind::Public);
        let reason = |environment| {
            let mut variables = Variables::default();
            environments.fill(&mut variables, environment);
            variables.resolve("{{a}}").unresolved.first().map(|u| u.reason.to_string()).unwrap_or_default()
        };
        assert!(reason(None).contains("dev, prod") && !reason(None).contains("test"), "{}", reason(None));
        assert!(reason(Some("test")).contains("dev, prod"));
        assert_eq!(reason(Some("dev")), "");
    }

    #[test]
    fn broken_json_is_named_with_its_place() {
        let error = Environments::default().add_json("{\n  \"a\": {,}\n}", ValueKind::Public).err();
        assert_eq!(error.map(|e| (e.line, e.column)), Some((2, 9)));
    }

    #[test]
    fn dotenv_values_of_every_shape() {
        let text = "# c\nA=1 # one\nexport B = 'x #$y'\nC=\"a\\n\\\"b\nc\" # end\nnot a value\nD=\nE=\"open";
        let (values, losses) = dotenv(text);
        let get = |name: &str| values.get(name).map(String::as_str);
        assert_eq!((get("A"), get("B"), get("C"), get("D")), (Some("1"), Some("x #$y"), Some("a\n\"b\nc"), Some("")));
        assert_eq!(losses.iter().map(|l| l.line).collect::<Vec<_>>(), [6, 8]);
    }
}
