//! `# @auth oauth2 token_url=… client_id=… scope="read write"`.

use super::{MEMBERS, ReadConfig, Reader};
use crate::domain::oauth::{ChallengeMethod, Parameter, ParameterUse};
use crate::formats::variables::Variables;

/// The requests that a directive is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The one that it stands above.
    Request,
    /// All below it in the file.
    File,
    /// All of the workspace.
    Global,
}

/// A directive that was read, its variables as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthDirective {
    /// `oauth2 …`
    OAuth2 {
        /// The requests that it is for.
        reach: Reach,
        /// Its pairs in their order.
        pairs: Vec<(String, String)>,
    },
    /// `none`: what is inherited does not count.
    None,
}

/// The name where the directive has no `cache_key`.
const ID: &str = "oauth2";

impl AuthDirective {
    /// Reads the value of a directive; `None` for another kind of auth.
    pub fn read(value: &str) -> Option<Self> {
        let words = words(value);
        let mut words = words.iter().map(String::as_str).peekable();
        let reach = match words.peek()?.to_ascii_lowercase().as_str() {
            "file" => Some(Reach::File),
            "global" => Some(Reach::Global),
            "request" => Some(Reach::Request),
            _ => None,
        };
        if reach.is_some() {
            words.next();
        }
        match words.next()?.to_ascii_lowercase().as_str() {
            "none" => Some(Self::None),
            "oauth2" => {
                let pairs =
                    words.filter_map(|word| word.split_once('=')).map(|(name, value)| (name.to_ascii_lowercase(), value.to_string()));
                Some(Self::OAuth2 { reach: reach.unwrap_or(Reach::Request), pairs: pairs.collect() })
            }
            _ => None,
        }
    }

    /// The name by which its token is kept, `oauth2` without one.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::OAuth2 { pairs, .. } => Some(pairs.iter().find(|(name, _)| name == "cache_key").map_or(ID, |(_, value)| value)),
            Self::None => None,
        }
    }

    /// True if it only names a token that another directive of the same name says how to obtain.
    pub fn is_reference(&self) -> bool {
        matches!(self, Self::OAuth2 { pairs, .. } if !pairs.iter().any(|(name, _)| name.ends_with("_url")))
    }

    /// What it says.
    ///
    /// # Errors
    /// What is wrong with one of its values, as a sentence.
    pub fn config(&self, variables: &Variables) -> Result<ReadConfig, String> {
        let (Self::OAuth2 { pairs, .. }, Some(id)) = (self, self.id()) else { return Ok(ReadConfig::default()) };
        let mut reader = Reader::new(id, variables);
        for (name, raw) in pairs {
            match (MEMBERS.iter().find(|(_, known, _)| known == name), name.as_str()) {
                (Some((member, name, _)), _) => reader.set(*member, name, raw)?,
                (None, "code_challenge_method") => {
                    reader.read.config.challenge = Some(ChallengeMethod::named(&reader.fill(raw)));
                }
                // Of the session, or of no use to us.
                (None, "cache_key" | "header" | "state" | "code_verifier") => {}
                (None, _) => reader.parameter(name, raw, ParameterUse::Everywhere),
            }
        }
        reader.read.config.parameters.retain(|Parameter { value, .. }| !value.is_empty());
        Ok(reader.read)
    }
}

/// The words of a text; a space in quotes or in `{{…}}` belongs to its word, and the quotes do not.
fn words(text: &str) -> Vec<String> {
    let (mut all, mut word, mut quote) = (Vec::new(), String::new(), None);
    let mut is_word = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let variable = rest.strip_prefix("{{").and_then(|inside| inside.find("}}")).map(|end| end + 4);
        let length = variable.unwrap_or(c.len_utf8());
        match c {
            _ if variable.is_some() => {
                word.push_str(rest.get(..length).unwrap_or_default());
                is_word = true;
            }
            '"' | '\'' if quote.is_none() => (quote, is_word) = (Some(c), true),
            _ if quote == Some(c) => quote = None,
            _ if c.is_whitespace() && quote.is_none() => {
                if is_word {
                    all.push(std::mem::take(&mut word));
                }
                is_word = false;
            }
            _ => {
                word.push(c);
                is_word = true;
            }
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    if is_word {
        all.push(word);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::oauth::{ClientAuth, Grant};
    use crate::formats::variables::Layer;

    #[test]
    fn a_directive_is_read_with_quotes_variables_and_parameters() {
        let text = r#"oauth2 token_url={{host}}/token client_id=cli client_secret={{ the secret }} scope="read write" client_auth=body audience='https://api' grant=password"#;
        let directive = AuthDirective::read(text).unwrap();
        let mut variables = Variables::default();
        variables.extend(Layer::File, [("host".to_string(), "https://login.example".to_string())]);
        let read = directive.config(&variables).unwrap();
        let config = read.config;
        assert_eq!((config.id.as_str(), config.grant, config.client_auth), ("oauth2", Grant::Password, ClientAuth::Body));
        assert_eq!((config.token_url.as_str(), config.scope.as_str()), ("https://login.example/token", "read write"));
        assert_eq!(
            config.parameters.iter().map(|p| (p.name.as_str(), p.value.as_str())).collect::<Vec<_>>(),
            [("audience", "https://api")]
        );
        assert_eq!(read.unresolved.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["the secret"]);
    }

    #[test]
    fn reach_and_name_are_told_apart_from_the_rest() {
        let read = |text: &str| AuthDirective::read(text);
        assert!(matches!(read("file oauth2 token_url=x cache_key=k"), Some(AuthDirective::OAuth2 { reach: Reach::File, .. })));
        assert_eq!(read("oauth2 cache_key=k").unwrap().id(), Some("k"));
        assert!(read("oauth2 cache_key=k").unwrap().is_reference());
        assert!(!read("oauth2 token_url=x").unwrap().is_reference());
        assert_eq!(read("none"), Some(AuthDirective::None));
        for other in ["basic user pass", "bearer {{token}}", "", "oauth1"] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn a_value_that_is_not_known_is_named() {
        let why = AuthDirective::read("oauth2 grant=implicit").unwrap().config(&Variables::default()).unwrap_err();
        assert!(why.contains("grant") && why.contains("implicit"), "{why}");
    }
}
