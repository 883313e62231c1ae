//! `WWW-Authenticate` and `Proxy-Authenticate` (RFC 9110 section 11), read as servers really write them: several
//! challenges in one field or in many, commas missing or spaces in their place, values without quotes.

use super::headers::Headers;
use super::limits::MAX_CHALLENGE_PARTS;
use super::span::Span;

/// One parameter of a challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// The name as written.
    pub name: String,
    /// The value without quotes and with escapes resolved.
    pub value: String,
    /// Place of the value in the header's value, without quotes.
    pub span: Span,
    /// Whether it was in quotes.
    pub quoted: bool,
}

/// One challenge: a scheme and what came with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Challenge {
    /// Index of the header that it is in.
    pub header: usize,
    /// The scheme as written.
    pub scheme: String,
    /// Place of the scheme in the header's value.
    pub scheme_span: Span,
    /// Token68 data (`Negotiate YII…`), if the scheme has it.
    pub token68: Option<String>,
    /// Parameters in order.
    pub params: Vec<Param>,
}

impl Challenge {
    /// True when the scheme is this one, in any case.
    pub fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// The first parameter with that name, in any case.
    pub fn param(&self, name: &str) -> Option<&Param> {
        self.params.iter().find(|p| p.name.eq_ignore_ascii_case(name))
    }

    /// Its value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.param(name).map(|p| p.value.as_str())
    }
}

/// Something in a challenge that RFC 9110 does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChallengeFault {
    /// Index of the header.
    pub header: usize,
    /// The bytes in its value.
    pub span: Span,
    /// What it is, in words.
    pub message: String,
}

/// Reads all challenges of the fields called `name`. Never fails; faults are listed.
pub fn read_all(headers: &Headers, name: &str) -> (Vec<Challenge>, Vec<ChallengeFault>) {
    let mut challenges = Vec::new();
    let mut faults = Vec::new();
    for (index, header) in headers.all(name) {
        read(&header.value, index, &mut challenges, &mut faults);
    }
    (challenges, faults)
}

/// Reads one field's value and adds what it holds.
pub fn read(value: &str, header: usize, challenges: &mut Vec<Challenge>, faults: &mut Vec<ChallengeFault>) {
    let mut at = 0;
    let mut fault = |span: Span, message: &str| faults.push(ChallengeFault { header, span, message: message.into() });
    if value.trim().is_empty() {
        fault(Span::whole(value), "the challenge is empty");
        return;
    }
    let first = challenges.len();
    let mut room = MAX_CHALLENGE_PARTS.saturating_sub(challenges.iter().map(|c| 1 + c.params.len()).sum());
    // A comma or a scheme must precede the next parameter; set once a parameter has been read.
    let mut separated = true;
    while let Some(skipped) = skip(value, at) {
        separated |= value[at..skipped].contains(',');
        at = skipped;
        if room == 0 {
            fault(Span::new(at, value.len()), "so many challenges and parameters that the rest is not read");
            return;
        }
        room -= 1;
        let word_end = at + value[at..].find(|c: char| c.is_whitespace() || matches!(c, ',' | '=' | '"')).unwrap_or(value.len() - at);
        if word_end == at {
            // A stray quote or equals sign: nothing can be made of it.
            let width = value[at..].chars().next().map_or(1, char::len_utf8);
            fault(Span::new(at, at + width), "a character that belongs to no parameter");
            at += width;
            continue;
        }
        let word = &value[at..word_end];
        let after = value[word_end..].trim_start_matches([' ', '\t']);
        let equals = value.len() - after.len();
        let is_param = after.starts_with('=') && !is_padding(after);
        if is_param && challenges.len() > first {
            if !separated {
                fault(Span::new(at, word_end), "no comma before this parameter");
            }
            let (param, end, problem) = param(value, at, word_end, equals + 1);
            if let Some(message) = problem {
                fault(param.span, message);
            }
            if let Some(challenge) = challenges.last_mut() {
                challenge.params.push(param);
            }
            at = end;
            separated = false;
            continue;
        }
        if is_param {
            fault(Span::new(at, word_end), "a parameter without a scheme before it");
            let (param, end, _) = param(value, at, word_end, equals + 1);
            challenges.push(Challenge { header, params: vec![param], ..Challenge::default() });
            at = end;
            separated = false;
            continue;
        }
        if !is_token(word) {
            fault(Span::new(at, word_end), "not a scheme name");
        }
        let mut challenge = Challenge { header, scheme: word.into(), scheme_span: Span::new(at, word_end), ..Challenge::default() };
        at = word_end;
        // What follows a scheme after a space, and is neither a parameter nor another scheme, is token68.
        if value[at..].starts_with([' ', '\t']) {
            let start = value.len() - value[at..].trim_start().len();
            let end = start + value[start..].find(|c: char| c.is_whitespace() || c == ',').unwrap_or(value.len() - start);
            let data = &value[start..end];
            let rest = value[end..].trim_start();
            let bare = data.trim_end_matches('=');
            let is_data =
                !data.is_empty() && !bare.contains(['=', '"']) && !rest.starts_with('=') && (data.len() > 20 || data.ends_with('='));
            if is_data {
                challenge.token68 = Some(data.into());
                at = end;
            }
        }
        challenges.push(challenge);
        separated = true;
    }
}

/// Skips spaces and commas; `None` at the end.
fn skip(value: &str, at: usize) -> Option<usize> {
    let rest = value.get(at..)?.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
    (!rest.is_empty()).then(|| value.len() - rest.len())
}

fn is_padding(after: &str) -> bool {
    let rest = after.trim_start_matches('=');
    rest.is_empty() && after.len() > 1 || (rest.starts_with(',') && after.len() - rest.len() == 2)
}

pub fn is_token(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// Reads one parameter whose value begins after `value_at`; returns it, the offset after it, and what is wrong.
fn param(text: &str, name_at: usize, name_end: usize, value_at: usize) -> (Param, usize, Option<&'static str>) {
    let start = text.len() - text[value_at..].trim_start_matches([' ', '\t']).len();
    let name = text[name_at..name_end].to_string();
    if let Some(inner) = text[start..].strip_prefix('"') {
        let mut value = String::new();
        let mut escaped = false;
        for (i, c) in inner.char_indices() {
            match c {
                _ if escaped => {
                    value.push(c);
                    escaped = false;
                }
                '\\' => escaped = true,
                '"' => {
                    let span = Span::new(start + 1, start + 1 + i);
                    return (Param { name, value, span, quoted: true }, start + 2 + i, None);
                }
                c => value.push(c),
            }
        }
        let span = Span::new(start + 1, text.len());
        return (Param { name, value, span, quoted: true }, text.len(), Some("the quote is not closed"));
    }
    // Without quotes: to the comma, or to a space before a `name=` or another scheme.
    let rest = &text[start..];
    let comma = rest.find(',').unwrap_or(rest.len());
    let space = rest[..comma].find([' ', '\t']).unwrap_or(comma);
    let span = Span::new(start, start + space);
    let value = text[span.range()].to_string();
    let problem = (!is_token(&value)).then_some("a value that needs quotes");
    (Param { name, value, span, quoted: false }, start + space, problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: &str) -> (Vec<Challenge>, Vec<ChallengeFault>) {
        let headers: Headers = [("WWW-Authenticate", value)].into_iter().collect();
        read_all(&headers, "www-authenticate")
    }

    fn shape(value: &str) -> Vec<(String, Vec<(String, String)>)> {
        of(value).0.into_iter().map(|c| (c.scheme, c.params.into_iter().map(|p| (p.name, p.value)).collect())).collect()
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect()
    }

    #[test]
    fn several_in_one_field() {
        let value = r#"Bearer realm="api", error="invalid_token", DPoP algs="ES256 EdDSA", Basic realm="x""#;
        assert_eq!(
            shape(value),
            [
                ("Bearer".into(), pairs(&[("realm", "api"), ("error", "invalid_token")])),
                ("DPoP".into(), pairs(&[("algs", "ES256 EdDSA")])),
                ("Basic".into(), pairs(&[("realm", "x")])),
            ]
        );
        assert_eq!(of(value).1, vec![]);
    }

    #[test]
    fn missing_commas_are_named_and_read_all_the_same() {
        let value = r#"Basic realm="security" charset="UTF-8""#;
        assert_eq!(shape(value), [("Basic".into(), pairs(&[("realm", "security"), ("charset", "UTF-8")]))]);
        assert_eq!(of(value).1[0].span.cut(value), Some("charset"));
    }

    #[test]
    fn values_without_quotes() {
        assert_eq!(
            shape("Bearer error=invalid_token, scope=a:b"),
            [("Bearer".into(), pairs(&[("error", "invalid_token"), ("scope", "a:b")]))]
        );
    }

    #[test]
    fn token68_and_bare_schemes() {
        let (challenges, _) = of("Negotiate TlRMTVNTUAACAAAAAAAAADgAAAABggAC==, NTLM");
        assert_eq!(challenges[0].token68.as_deref(), Some("TlRMTVNTUAACAAAAAAAAADgAAAABggAC=="));
        assert_eq!(challenges[1].scheme, "NTLM");
        assert_eq!(shape("Bearer"), [("Bearer".into(), vec![])]);
    }

    #[test]
    fn hostile_values_end() {
        for value in ["", ",", "\"", "=", "Bearer =", "Bearer \"", "a=b", "Bearer realm=\"open", "é ü=ö", ", ,,\t"] {
            let _ = of(value);
        }
        assert!(of("Bearer realm=\"open").1[0].message.contains("not closed"));
    }
}
