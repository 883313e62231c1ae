//! What browsers write into their console when they block an answer: often the only trace that is left of the rule.

use super::Rule;

/// A sentence of a browser's console, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleLine {
    /// The rule that the browser named.
    pub rule: Rule,
    /// True when the sentence is about the answer to a preflight.
    pub preflight: bool,
    /// The page's origin, where the sentence names it.
    pub origin: Option<String>,
    /// The phrase that states the rule, as it is written in the text (with plain quotes).
    pub phrase: &'static str,
}

/// Takes the rule, with the value that it names, from the whole text.
type ReadRule = fn(&str) -> Rule;

/// Phrases of Chromium, Firefox and WebKit, the more special ones first; a rule that names a value takes it from the text.
const PHRASES: [(&str, ReadRule); 25] = [
    // Chromium: network error texts of its CORS checks.
    ("Redirect is not allowed for a preflight request", |_| Rule::PreflightRedirected(0)),
    ("It does not have HTTP ok status", status),
    ("must not be the wildcard", |_| Rule::WildcardWithCredentials),
    ("'Access-Control-Allow-Credentials' header in the response", |text| Rule::CredentialsNotAllowed {
        says: quoted_after(text, "in the response is").filter(|v| !v.is_empty()),
    }),
    ("is not allowed by Access-Control-Allow-Headers", |text| header(word_after(text, "Request header field"))),
    ("is not allowed by Access-Control-Allow-Methods", |text| Rule::Method(word_after(text, "Method").unwrap_or_default())),
    ("header contains multiple values", |text| Rule::OriginSeveral { allowed: quoted_after(text, "multiple values").unwrap_or_default() }),
    ("header contains the invalid value", |text| Rule::OriginDiffers {
        allowed: quoted_after(text, "the invalid value").unwrap_or_default(),
    }),
    ("that is not equal to", |text| Rule::OriginDiffers { allowed: quoted_after(text, "has a value").unwrap_or_default() }),
    ("No 'Access-Control-Allow-Origin' header is present", |_| Rule::OriginAbsent),
    // Firefox: the reasons of "Cross-Origin Request Blocked".
    ("CORS header 'Access-Control-Allow-Origin' missing", |_| Rule::OriginAbsent),
    ("CORS header 'Access-Control-Allow-Origin' does not match", |text| Rule::OriginDiffers {
        allowed: quoted_after(text, "does not match").unwrap_or_default(),
    }),
    ("Multiple CORS header 'Access-Control-Allow-Origin'", |_| Rule::OriginSeveral { allowed: "several values".into() }),
    ("Credential is not supported if the CORS header", |_| Rule::WildcardWithCredentials),
    ("expected 'true' in CORS header 'Access-Control-Allow-Credentials'", |_| Rule::CredentialsNotAllowed { says: None }),
    ("Did not find method in CORS header", |_| Rule::Method(String::new())),
    ("missing token", |text| header(quoted_after(text, "missing token"))),
    ("is not allowed according to header 'Access-Control-Allow-Headers'", |text| header(quoted_after(text, "since header"))),
    ("CORS preflight response did not succeed", status),
    ("CORS preflight channel did not succeed", status),
    ("external redirect not allowed", |_| Rule::PreflightRedirected(0)),
    // WebKit.
    ("Preflight response is not successful", status),
    ("Cannot use wildcard in Access-Control-Allow-Origin", |_| Rule::WildcardWithCredentials),
    ("Credentials flag is true, but Access-Control-Allow-Credentials", |_| Rule::CredentialsNotAllowed { says: None }),
    ("is not allowed by Access-Control-Allow-Origin", |_| Rule::OriginDiffers { allowed: String::new() }),
];

/// Reads the first sentence that is known; `None` when there is none.
pub fn read_console(text: &str) -> Option<ConsoleLine> {
    // Firefox prints typographic quotes.
    let text = text.replace(['\u{2018}', '\u{2019}'], "'");
    let (phrase, rule) = PHRASES.iter().find(|(phrase, _)| text.contains(phrase))?;
    let lower = text.to_ascii_lowercase();
    let preflight =
        lower.contains("preflight") || lower.contains("access-control-allow-headers") || lower.contains("access-control-allow-methods");
    Some(ConsoleLine { rule: rule(&text), preflight, origin: quoted_after(&text, "from origin"), phrase })
}

fn header(name: Option<String>) -> Rule {
    Rule::Header { name: name.unwrap_or_default().to_ascii_lowercase(), wildcard: false }
}

/// The status that the sentence names, 0 without one.
fn status(text: &str) -> Rule {
    let code = text.split("tatus code:").nth(1).and_then(|rest| rest.trim_start().get(..3)).and_then(|code| code.parse().ok());
    Rule::PreflightStatus(code.unwrap_or(0))
}

/// What is in single quotes next after a phrase.
fn quoted_after(text: &str, phrase: &str) -> Option<String> {
    let rest = text.split_once(phrase)?.1.split_once('\'')?.1;
    rest.split_once('\'').map(|(value, _)| value.to_string())
}

/// The word next after a phrase.
fn word_after(text: &str, phrase: &str) -> Option<String> {
    text.split_once(phrase)?.1.split_whitespace().next().map(|word| word.trim_matches(['\'', '"', '.']).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str) -> Option<Rule> {
        read_console(text).map(|line| line.rule)
    }

    #[test]
    fn chromium() {
        let line = read_console(
            "Access to fetch at 'http://api.test/x' from origin 'http://app.test' has been blocked by CORS policy: Response to preflight \
             request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
        );
        let (rule_found, preflight) = line.as_ref().map(|l| (l.rule.clone(), l.preflight)).expect("known");
        assert_eq!((rule_found, preflight), (Rule::OriginAbsent, true));
        assert_eq!(line.and_then(|l| l.origin).as_deref(), Some("http://app.test"));
        let credentials = "The value of the 'Access-Control-Allow-Credentials' header in the response is '' which must be 'true'";
        assert_eq!(rule(credentials), Some(Rule::CredentialsNotAllowed { says: None }));
        let differs = "The 'Access-Control-Allow-Origin' header has a value 'http://admin.test' that is not equal to the supplied origin.";
        assert_eq!(rule(differs), Some(Rule::OriginDiffers { allowed: "http://admin.test".into() }));
        let field = "Request header field authorization is not allowed by Access-Control-Allow-Headers in preflight response.";
        assert_eq!(rule(field), Some(Rule::Header { name: "authorization".into(), wildcard: false }));
        let method = "Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.";
        assert_eq!(rule(method), Some(Rule::Method("PUT".into())));
    }

    #[test]
    fn firefox() {
        let missing =
            "Cross-Origin Request Blocked: … (Reason: CORS header \u{2018}Access-Control-Allow-Origin\u{2019} missing). Status code: 401.";
        assert_eq!(rule(missing), Some(Rule::OriginAbsent));
        let token = "(Reason: missing token \u{2018}authorization\u{2019} in CORS header \u{2018}Access-Control-Allow-Headers\u{2019})";
        assert_eq!(rule(token), Some(Rule::Header { name: "authorization".into(), wildcard: false }));
        assert_eq!(rule("(Reason: CORS preflight response did not succeed). Status code: 405."), Some(Rule::PreflightStatus(405)));
    }

    #[test]
    fn webkit() {
        assert_eq!(rule("Preflight response is not successful. Status code: 401"), Some(Rule::PreflightStatus(401)));
        let origin = "Origin http://app.test is not allowed by Access-Control-Allow-Origin. Status code: 200";
        assert_eq!(rule(origin), Some(Rule::OriginDiffers { allowed: String::new() }));
    }

    #[test]
    fn other_texts_say_nothing() {
        assert_eq!(read_console("net::ERR_FAILED"), None);
        assert_eq!(read_console("first call after the deploy"), None);
    }
}
