//! Texts in the place of a value that is not here: a recorder took it out, or a tool fills it in on sending. Neither is what
//! the server gets to see.

use super::placeholder::is_in_groups;
use super::span::Span;

/// Why a text is not the value itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Absent {
    /// Whoever recorded or passed it on took the value out.
    Removed,
    /// It is filled in when the request is sent; by what, in words.
    Filled(String),
}

impl Absent {
    /// One sentence on a value of that name.
    pub fn sentence(&self, what: &str) -> String {
        match self {
            Self::Removed => format!("{what} is not known: the recorder removed it"),
            Self::Filled(by) => format!("{what} is not known before it is sent: {by}"),
        }
    }
}

/// What recorders, loggers and people write in the place of a secret.
const REMOVED: [&str; 20] = [
    "redacted",
    "masked",
    "filtered",
    "scrubbed",
    "sanitized",
    "sanitised",
    "obfuscated",
    "anonymized",
    "anonymised",
    "censored",
    "concealed",
    "stripped",
    "removed",
    "hidden",
    "omitted",
    "withheld",
    "suppressed",
    "blanked",
    "blurred",
    "sensitive",
];

/// Longest text between the brackets of such a mark: `[redacted by the proxy of the company]`.
const LONGEST_MARK: usize = 64;

/// Where a value was taken out of a text, and left a mark.
pub fn removed(text: &str) -> Option<Span> {
    bracketed(text).or_else(|| blacked_out(text)).or_else(|| whole(text))
}

/// `[REDACTED]`, `<masked>`, `{{redacted}}`, `(hidden)`.
fn bracketed(text: &str) -> Option<Span> {
    text.bytes().enumerate().filter(|(_, b)| matches!(b, b'[' | b'<' | b'(' | b'{')).find_map(|(start, open)| {
        let close = match open {
            b'[' => b']',
            b'<' => b'>',
            b'(' => b')',
            _ => b'}',
        };
        let inside = text.get(start + 1..)?;
        let end = inside.bytes().take(LONGEST_MARK + 1).position(|b| b == close)?;
        names_removal(inside.get(..end)?).then(|| Span::new(start, start + end + 2))
    })
}

/// Stars, dots or bars in the place of letters.
fn blacked_out(text: &str) -> Option<Span> {
    let is_mark = |c: char| matches!(c, '*' | '•' | '●' | '█' | '▇' | '▓' | '▒' | '░' | '■');
    // Those that are not ASCII begin with one byte.
    memchr::memchr2(b'*', 0xe2, text.as_bytes())?;
    let mut rest = 0;
    while let Some(at) = text.get(rest..)?.find(is_mark) {
        let start = rest + at;
        let run = text.get(start..)?;
        let end = run.find(|c| !is_mark(c)).unwrap_or(run.len());
        if run.get(..end)?.chars().count() >= if run.starts_with('*') { 3 } else { 2 } {
            return Some(Span::new(start, start + end));
        }
        rest = start + end;
    }
    None
}

/// A text that is a mark altogether: `REDACTED`, `__token_removed__`, `xxxxx`.
fn whole(text: &str) -> Option<Span> {
    let inner = text.trim();
    let span = Span::of(text, inner)?;
    let is_x = inner.len() <= LONGEST_MARK
        && inner.bytes().all(|b| matches!(b, b'x' | b'X' | b'-' | b'.'))
        && inner.bytes().filter(|b| b.eq_ignore_ascii_case(&b'x')).count() >= 4
        && !is_in_groups(inner);
    let is_words = inner.len() <= LONGEST_MARK
        && inner.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-' | b' ' | b':' | b'.' | b'#' | b'%'));
    (is_x || is_words && names_removal(inner)).then_some(span)
}

fn names_removal(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphabetic()).any(|word| REMOVED.iter().any(|mark| word.eq_ignore_ascii_case(mark)))
}

/// Brackets of templates, and who fills in what is between them. The longer ones come first.
const TEMPLATES: [(&str, &str, &str); 5] = [
    ("${{", "}}", "the pipeline fills it in"),
    ("{{", "}}", ""),
    ("{%", "%}", "the tool's template fills it in"),
    ("<%", "%>", "the tool's template fills it in"),
    ("((", "))", "the pipeline fills it in"),
];

/// The same where a shell or a program reads the text.
const OF_CODE: [(&str, &str, &str); 3] = [
    ("${", "}", "the variable is filled in on sending"),
    ("#{", "}", "the variable is filled in on sending"),
    ("$(", ")", "the shell runs the command"),
];

/// References into stores of secrets.
const STORES: [&str; 6] = ["op://", "vault:", "vault://", "aws-sm://", "gcp-sm://", "keychain:"];

/// Where a text is filled in on sending, and by what. `is_code` says whether a shell or a program reads it first: nobody else puts
/// anything in the place of `$TOKEN`.
pub fn filled_on_sending(text: &str, is_code: bool) -> Option<(Span, Absent)> {
    template(text, is_code)
        .or_else(|| stored(text))
        .or_else(|| reference(text).filter(|_| is_code))
        .map(|(span, by)| (span, Absent::Filled(by)))
}

fn template(text: &str, is_code: bool) -> Option<(Span, String)> {
    // Each of the brackets has one of these, and most texts have none.
    memchr::memchr3(b'{', b'(', b'<', text.as_bytes())?;
    let of_code = OF_CODE.iter().filter(|_| is_code);
    let found = TEMPLATES.iter().chain(of_code).filter_map(|(open, close, by)| {
        let start = text.find(open)?;
        let inside = text.get(start + open.len()..)?;
        let length = inside.find(close)?;
        let span = Span::new(start, start + open.len() + length + close.len());
        let name = inside.get(..length)?.trim();
        let by = if by.is_empty() { by_name(name) } else { format!("{by} ({})", span.cut(text)?) };
        Some((span, by))
    });
    // The first row of the table wins where two begin at the same place: `${{` is no `{{`.
    found.min_by_key(|(span, _)| span.start)
}

/// What gives `{{name}}` its value.
fn by_name(name: &str) -> String {
    let rest = |start: &str| name.strip_prefix(start).map(str::trim);
    if let Some(asked) = rest("#") {
        return format!("the tool asks for {asked}");
    }
    if let Some((request, _)) = name.split_once(".response.").or_else(|| name.split_once(".request.")) {
        return format!("it comes from the exchange {request}, which has to be sent first");
    }
    if name.starts_with("$auth.") || name.to_ascii_lowercase().starts_with("$aad") || name.starts_with("$oidc") {
        return format!("the tool gets a token for {{{{{name}}}}} on sending");
    }
    for environment in ["$processEnv", "$dotenv", "$env.", "$env:", "process.env."] {
        if let Some(variable) = rest(environment) {
            return format!("the environment variable {} gives it", variable.trim_start_matches('%'));
        }
    }
    if name.starts_with('$') {
        return format!("the tool makes {{{{{name}}}}} on sending");
    }
    if let Some((store, key)) = name.split_once(':').filter(|(store, key)| !store.is_empty() && !key.is_empty()) {
        return format!("{store} gives {key}");
    }
    format!("the variable {name} has no value yet: the environment, a prompt or a request that sets it will fill it in")
}

/// One word that a store of secrets turns into the value.
fn stored(text: &str) -> Option<(Span, String)> {
    let word = text.trim();
    let is_stored = STORES.iter().any(|store| word.len() > store.len() && word.starts_with(store)) && !word.contains(char::is_whitespace);
    Span::of(text, word).filter(|_| is_stored).map(|span| (span, format!("the store of secrets gives {word}")))
}

/// One word that a shell or a program turns into the value.
fn reference(text: &str) -> Option<(Span, String)> {
    let word = text.trim();
    let span = Span::of(text, word)?;
    let is_name = |t: &str| {
        t.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && t.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':'))
    };
    let in_shell = word.strip_prefix('$').is_some_and(is_name)
        || word.strip_prefix('%').and_then(|t| t.strip_suffix('%')).is_some_and(is_name)
        || word.len() > 2 && word.starts_with('`') && word.ends_with('`') && word.contains(' ');
    if in_shell {
        return Some((span, format!("the shell fills in {word}")));
    }
    let is_bare = word.strip_prefix('{').and_then(|t| t.strip_suffix('}')).is_some_and(|t| is_name(t) && !t.contains(':'));
    is_bare.then(|| (span, format!("the variable {word} is filled in on sending")))
}

/// What a tool makes of an `Authorization` value that names a way to log in: it sends something else.
pub fn made_by_a_tool(value: &str) -> Option<Absent> {
    let mut words = value.split_whitespace();
    let scheme = words.next()?.to_ascii_lowercase();
    let rest: Vec<&str> = words.collect();
    let has_parameters = rest.iter().any(|word| word.contains(['=', ',']));
    let made = |what: &str| Some(Absent::Filled(format!("the tool makes {what} of this on sending")));
    match (scheme.as_str(), rest.as_slice()) {
        ("aws", [_, _, ..]) if !has_parameters => made("an AWS signature"),
        ("cognito", [_, ..]) => made("a token of Amazon Cognito"),
        ("openid" | "oauth2" | "oidc", _) if !has_parameters => made("a token of the authorization server"),
        ("ntlm" | "negotiate" | "kerberos", []) => made("the steps of the login"),
        ("ntlm" | "negotiate" | "kerberos", [first, ..]) if rest.len() > 1 || first.contains([':', '\\']) => made("the steps of the login"),
        ("digest", [_, _]) if !has_parameters => made("the answer to the challenge"),
        ("digest", [login]) if !has_parameters && login.contains(':') => made("the answer to the challenge"),
        ("hawk", [_, _]) if !has_parameters => made("the signature"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_recorders_leave_in_the_place_of_a_secret() {
        for text in [
            "[REDACTED]",
            "<redacted>",
            "REDACTED",
            "redacted-token",
            "***",
            "ghp_********",
            "••••••",
            "██",
            "xxxxx",
            "XXXXXXXX-XXXX-XXXX",
            "[Filtered]",
            "<masked>",
            "(hidden)",
            "[authorization redacted]",
            "{{REDACTED}}",
            "__REMOVED__",
            "Sanitized",
            "eyJhbGciOiJSUzI1NiJ9.[REDACTED].sig",
            "(sensitive value)",
        ] {
            assert!(removed(text).is_some(), "{text}");
        }
        for text in
            ["token", "undefined", "...", "<token>", "YOUR_API_KEY", "sk-xxxxxxxx", "hidden-7f3a91", "a*b*c", "Vq7-redacted9x", "", "xx"]
        {
            assert_eq!(removed(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_filled_in_on_sending_and_by_what() {
        for (text, by) in [
            ("{{token}}", "variable token"),
            ("{{login.response.body.$.token}}", "exchange login"),
            ("{{$auth.token(\"main\")}}", "gets a token"),
            ("{{$aadV2Token}}", "gets a token"),
            ("{{$guid}}", "makes"),
            ("{{$dotenv TOKEN}}", "variable TOKEN"),
            ("{{$processEnv %TOKEN}}", "variable TOKEN"),
            ("{{#password}}", "asks for password"),
            ("{{vault:team-token}}", "vault gives team-token"),
            ("{% response 'body', 'req_1', 'b64' %}", "template"),
            ("${{ secrets.TOKEN }}", "pipeline"),
            ("${TOKEN}", "variable"),
            ("$TOKEN", "shell"),
            ("%TOKEN%", "shell"),
            ("$(gh auth token)", "shell"),
            ("op://team/item/token", "store of secrets"),
            ("<%= token %>", "template"),
        ] {
            let found = filled_on_sending(text, true);
            assert!(matches!(&found, Some((_, Absent::Filled(words))) if words.contains(by)), "{text}: {found:?}");
            assert_eq!(found.map(|(span, _)| span), Some(Span::whole(text)), "{text}");
        }
        for text in ["undefined", "<token>", "p$ss", "YOUR_API_KEY", "100%sure%", "{\"a\":1}", "eyJ.a.b", "$2b$10$abc/def", "ops://x"] {
            assert_eq!(filled_on_sending(text, true), None, "{text}");
        }
    }

    #[test]
    fn a_text_that_no_shell_and_no_program_reads_is_sent_with_the_letters_of_its_variables() {
        for text in ["${TOKEN}", "$TOKEN", "%TOKEN%", "$(gh auth token)", "`gh auth token`", "#{token}", "{token}", "a${TOKEN}b"] {
            assert!(filled_on_sending(text, true).is_some() || text.starts_with('a'), "{text}");
            assert_eq!(filled_on_sending(text, false), None, "{text}");
        }
        for text in ["{{token}}", "{{$processEnv TOKEN}}", "${{ secrets.TOKEN }}", "{% response 'body' %}", "<%= token %>", "op://a/b/c"] {
            assert!(filled_on_sending(text, false).is_some(), "{text}");
        }
    }

    #[test]
    fn forms_of_logging_in_that_tools_know() {
        for value in [
            "AWS AKIAEXAMPLE abcdefghijkl region:eu-west-1 service:execute-api",
            "openid client_credentials app",
            "oauth2 password app",
            "COGNITO user passwd99 eu-west-1 pool1 client1",
            "NTLM",
            "NTLM user passwd99",
            "Negotiate",
            "Digest user passwd99",
            "Digest user:passwd99",
        ] {
            assert!(made_by_a_tool(value).is_some(), "{value}");
        }
        for value in [
            "AWS AKIAEXAMPLE:c2lnbmF0dXJl",
            "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=00",
            "NTLM TlRMTVNTUAABAAAA",
            "Negotiate YIIJvwYGKwYBBQUC",
            "Digest username=\"a\", realm=\"b\"",
            "Bearer abc def",
            "Basic a b",
        ] {
            assert_eq!(made_by_a_tool(value), None, "{value}");
        }
    }
}
