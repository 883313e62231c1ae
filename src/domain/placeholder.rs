//! Texts in the place of a credential: variables that were not filled in, examples, stand-ins.

mod examples;
mod files;
mod marked;

use examples::{begins, is_example, plain};
use files::{is_name_of_file, is_path_of_file};
use marked::{AROUND_VALUE, half, holds_value};

/// Words for what kind of placeholder a text is, if it is one. A guess where one brace is missing.
pub fn placeholder(text: &str) -> Option<&'static str> {
    let text = text.trim();
    certain(text)
        .or_else(|| half(text))
        .or_else(|| is_instruction_in_one(text).then_some(EXAMPLE))
        .or_else(|| is_name_of_file(text).then_some(FILE))
        .or_else(|| of_signs(text).map(|_| AROUND_VALUE))
}

/// The same, but for what may as well be a secret, or holds one: that is masked.
pub fn certain(text: &str) -> Option<&'static str> {
    let text = text.trim();
    of_signs(text).filter(|_| !holds_value(text))
}

/// The same by its signs and words alone: a real value may be among them.
fn of_signs(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return None;
    }
    const NOTHING: [&str; 13] = [
        "undefined",
        "null",
        "none",
        "nil",
        "nan",
        "[object object]",
        "[object promise]",
        "(null)",
        "<nil>",
        "<null>",
        "function()",
        "true",
        "false",
    ];
    // Secrets are asked about on every key, by the thousand: what a first letter or a bracket rules out is not searched for.
    let bytes = text.as_bytes();
    let is_object = |at: usize| begins(bytes.get(at..).unwrap_or_default(), "[object ", |b| b.to_ascii_lowercase());
    if NOTHING.iter().any(|word| text.eq_ignore_ascii_case(word)) || memchr::memchr_iter(b'[', bytes).any(is_object) {
        return Some("what a program prints for a variable without a usable value");
    }
    const FORMATS: [&str; 10] = ["%s", "%d", "%v", "%@", "%1$s", "%(token)s", "{}", "{0}", "{:?}", "$1"];
    if FORMATS.contains(&text) {
        return Some("a format text that was not filled in");
    }
    // Nearly all others are told by a sign in them.
    if bytes.iter().all(u8::is_ascii_alphanumeric) { of_letters(text) } else { of_any(text) }
}

/// The rest of them, for any text.
fn of_any(text: &str) -> Option<&'static str> {
    let bytes = text.as_bytes();
    let has_brace = || memchr::memchr(b'{', bytes).is_some();
    // A real token between braces is not a variable.
    let has_variable =
        || (text.contains("{{") && text.contains("}}") || text.contains("${") && text.contains('}')) && !text.contains("{eyJ");
    if text.starts_with("$(") || has_brace() && has_variable() {
        return Some("a variable that was not filled in");
    }
    let is_name = |t: &str| !t.is_empty() && t.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':'));
    if text.strip_prefix('$').is_some_and(|t| is_name(t) && t.chars().any(|c| c.is_ascii_alphabetic()))
        || text.strip_prefix('%').and_then(|t| t.strip_suffix('%')).is_some_and(is_name)
        || text.strip_prefix('{').and_then(|t| t.strip_suffix('}')).is_some_and(|t| is_name(t) && !t.contains(':'))
        || text.starts_with("process.env.")
        || text.starts_with("os.environ")
    {
        return Some("a variable that was not filled in");
    }
    if is_reference(text) {
        return Some(REFERENCE);
    }
    if is_path_of_file(text) {
        return Some(FILE);
    }
    if is_printed_object(text) {
        return Some(PRINTED);
    }
    if is_comment(text) {
        return Some("a comment of a settings file, read as its value");
    }
    // A real token in brackets is not a placeholder.
    if text.starts_with('<') && text.ends_with('>') && text.len() > 2 && !text.contains("<eyJ")
        || text.starts_with('[')
            && text.ends_with(']')
            && is_name(&text[1..text.len() - 1].replace([' ', '-'], "_"))
            && !text.starts_with("[eyJ")
    {
        return Some("a placeholder copied from an example");
    }
    if is_example(bytes) || is_instruction(text) || begins_as_example(text) {
        return Some(EXAMPLE);
    }
    if is_name_of_variable(text) {
        return Some("a variable's name, not its value");
    }
    stand_in(text)
}

/// The same for a text of nothing but letters and digits: only words and fillings are left.
fn of_letters(text: &str) -> Option<&'static str> {
    if is_reference_of_letters(text) {
        return Some(REFERENCE);
    }
    if is_example(text.as_bytes()) || begins_as_example(text) {
        return Some(EXAMPLE);
    }
    stand_in(text)
}

/// True for what begins with the words of an example in one, as documentation writes keys that are to look real: `YourTokenBV3t…`.
fn begins_as_example(text: &str) -> bool {
    const NAMES: [&str; 7] = ["Token", "ApiKey", "APIKey", "AccessToken", "SecretKey", "ClientSecret", "Password"];
    text.strip_prefix("Your").is_some_and(|rest| NAMES.iter().any(|name| rest.starts_with(name)))
}

/// A word, or letters, in the place of a value.
fn stand_in(text: &str) -> Option<&'static str> {
    const STAND_INS: [&str; 11] = ["string", "token", "access-token", "api-key", "apikey", "jwt", "bearer", "todo", "fixme", "tbd", "…"];
    let is_stand_in = STAND_INS.iter().any(|word| text.len() == word.len() && begins(text.as_bytes(), word, plain));
    (is_stand_in || is_called_placeholder(text) || ends_in_filling(text)).then_some("a placeholder, not a real value")
}

const REFERENCE: &str = "the place where a secret is kept, which nothing replaced with the secret";
const FILE: &str = "the path of a file, not what the file holds";
const PRINTED: &str = "what a program prints for an object, not the text in it";
const EXAMPLE: &str = "example text, copied unchanged";

/// The one reference that has no sign in it.
fn is_reference_of_letters(text: &str) -> bool {
    const START: &str = "secretKeyRef";
    text.len() > START.len() && text.starts_with(START)
}

/// True for what names a secret in a store or a pipeline, and is replaced before it is used: `op://vault/item/field`,
/// `@Microsoft.KeyVault(SecretUri=…)`, `secrets.API_KEY`, `#{TOKEN}#`.
fn is_reference(text: &str) -> bool {
    const STARTS: [&str; 14] = [
        "op://",
        "vault:",
        "ref+",
        "secretref:",
        "ssm://",
        "awssm://",
        "gcpsm://",
        "azkv://",
        "doppler://",
        "bws://",
        "keyring:",
        "@Microsoft.KeyVault(",
        "!vault",
        "ENC[",
    ];
    let Some(first) = text.bytes().next() else { return false };
    let is_name = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    let between = |start: &str, end: &str| text.strip_prefix(start).and_then(|t| t.strip_suffix(end)).is_some_and(is_name);
    let is_member = ["secrets.", "vars.", "env.", "env:", "process.env[", "ENV[", "os.getenv(", "System.getenv(", "getenv("];
    let names_variable = |start: &&&str| {
        let name = text[start.len()..].trim_matches(['"', '\'', ')', ']']);
        is_name(name)
            && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
            && !name.bytes().all(|b| b.is_ascii_digit())
    };
    // Secrets are asked about by the thousand: a first letter rules nearly all of these out.
    let begins = |start: &str| start.as_bytes().first() == Some(&first) && text.starts_with(start);
    is_reference_of_letters(text)
        || STARTS.iter().any(|start| text.len() > start.len() && begins(start))
        || is_member.iter().filter(|start| begins(start)).any(|start| names_variable(&start))
        || text.starts_with("projects/") && text.contains("/secrets/")
        || text.starts_with("arn:") && [":secretsmanager:", ":ssm:"].iter().any(|store| text.contains(store))
        || [("#{", "}#"), ("#{", "}"), ("@@", "@@"), ("[[", "]]")].iter().any(|(start, end)| between(start, end))
        || (between("__", "__") || between("!", "!"))
            && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"_!".contains(&b))
}

/// True for groups of the letter x, all of one length, as programs and manuals write a key that is still to come:
/// `XXXXX-XXXXX-XXXXX`. What takes secrets out of recordings keeps the length of the real one, or writes none of its signs.
pub fn is_in_groups(text: &str) -> bool {
    const FEWEST: usize = 3;
    const SHORTEST: usize = 4;
    let groups: Vec<&str> = text.trim().split('-').collect();
    let is_alike = |group: &&str| Some(group.len()) == groups.first().map(|first| first.len());
    let is_of_x = |group: &str| group.len() >= SHORTEST && (group.bytes().all(|b| b == b'X') || group.bytes().all(|b| b == b'x'));
    groups.len() >= FEWEST && groups.iter().all(|group| is_alike(group) && is_of_x(group))
}

/// True for the name of an environment variable: `BILLING_API_KEY`. A secret has digits or small letters.
fn is_name_of_variable(text: &str) -> bool {
    const ENDS: [&str; 6] = ["_TOKEN", "_KEY", "_SECRET", "_PASSWORD", "_PAT", "_CREDENTIALS"];
    text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') && ENDS.iter().any(|end| text.len() > end.len() && text.ends_with(end))
}

/// True for what .NET, the JVM, Python, JavaScript and Ruby print for an object that is no text: `System.Security.SecureString`,
/// `java.lang.String@1b6d3586`, `<function token at 0x7f…>`, `Promise { <pending> }`, `#<Token:0x000…>`.
fn is_printed_object(text: &str) -> bool {
    const ROOTS: [&str; 7] = ["System.", "Microsoft.", "java.", "javax.", "kotlin.", "scala.", "[Ljava."];
    const SHAPES: [&str; 9] =
        ["Promise {", "[Function", "[AsyncFunction", "[class ", "<function ", "<bound method ", "<coroutine object ", "<built-in ", "#<"];
    if text.ends_with(['}', ']', '>']) && SHAPES.iter().any(|shape| text.starts_with(shape)) {
        return true;
    }
    if !ROOTS.iter().any(|root| text.starts_with(root)) {
        return false;
    }
    let (name, hash) = text.split_once('@').map_or((text, None), |(name, hash)| (name, Some(hash)));
    let is_hash = hash.is_none_or(|hash| !hash.is_empty() && hash.len() <= 8 && hash.bytes().all(|b| b.is_ascii_hexdigit()));
    let is_part = |part: &str| {
        let begins = part.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
        begins && part.len() <= 40 && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'`'))
    };
    let name = name.trim_start_matches("[L").trim_end_matches(['[', ']', ';', ',']);
    is_hash && name.split('.').count() > 1 && name.split('.').all(is_part)
}

/// True for a comment in words behind `#`, as follows an empty value in a settings file.
fn is_comment(text: &str) -> bool {
    let Some(words) = text.strip_prefix('#').and_then(|rest| rest.strip_prefix([' ', '\t'])) else { return false };
    let is_word = |word: &&str| word.len() > 1 && word.bytes().all(|b| b.is_ascii_alphabetic() || b",.;:()'".contains(&b));
    words.split_whitespace().filter(is_word).count() >= 2
}

/// True when `placeholder` is one of the words of a text: `sk-placeholder`.
fn is_called_placeholder(text: &str) -> bool {
    const WORD: &str = "placeholder";
    (WORD.len()..=LONGEST_INSTRUCTION).contains(&text.len())
        && text.split(['-', '_', '.', ' ', ':']).any(|word| word.eq_ignore_ascii_case(WORD))
}

/// Longer texts are no instructions, and secrets are asked about on every key.
const LONGEST_INSTRUCTION: usize = 96;
/// What an example tells its reader to do, or whose value it wants.
const VERBS: [&str; 15] =
    ["your", "my", "insert", "enter", "paste", "add", "put", "replace", "change", "set", "some", "the", "example", "dummy", "required"];
/// What it wants there.
const NOUNS: [&str; 14] =
    ["key", "apikey", "token", "accesstoken", "secret", "password", "passwd", "pat", "jwt", "credential", "credentials", "id", "me", "it"];

/// True for words, and nothing but words, that ask for a value: `your-openai-api-key`, `insert_token_here`, `sk-your-key`. One
/// word alone may be somebody's password.
fn is_instruction(text: &str) -> bool {
    // Most secrets are told apart by a letter: they are asked about by the thousand.
    let may_be = |b: u8| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_' | b'.' | b' ' | b':' | b'/');
    if text.len() > LONGEST_INSTRUCTION || !text.bytes().all(may_be) {
        return false;
    }
    let text = text.to_ascii_lowercase();
    let words: Vec<&str> = text.split(['-', '_', '.', ' ', ':', '/']).filter(|word| !word.is_empty()).collect();
    let is_words = words.len() > 1 && words.iter().all(|word| word.len() < 16 && word.bytes().all(|b| b.is_ascii_alphabetic()));
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let ends_here = words.last().is_some_and(|word| matches!(*word, "here" | "goes"));
    is_words && has(&NOUNS) && (has(&VERBS) || ends_here)
}

/// The same in one word, as programs write names: `RequiredApiKey`, `myAppId`. Somebody's password may look like it.
fn is_instruction_in_one(text: &str) -> bool {
    const SHORTEST: usize = 6;
    const MOST_WORDS: usize = 4;
    if !(SHORTEST..=LONGEST_INSTRUCTION).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_alphabetic()) {
        return false;
    }
    let mut spaced = String::new();
    for (i, c) in text.char_indices() {
        if c.is_ascii_uppercase() && i > 0 && !spaced.ends_with(|before: char| before.is_ascii_uppercase()) {
            spaced.push(' ');
        }
        spaced.push(c);
    }
    let words = spaced.split(' ');
    words.clone().count() <= MOST_WORDS && words.clone().all(|word| word.len() > 1) && is_instruction(&spaced)
}

/// True when stars, dots or the letter x are in the place of what is secret: `****`, `...`, `sk-xxxx`, `ghp_***`, `sk-...`. Before
/// them only a short beginning may stand.
fn ends_in_filling(text: &str) -> bool {
    let is_filling = |c: char| matches!(c, '*' | '•' | '…' | 'x' | 'X' | '.' | '-');
    let head = text.trim_end_matches(is_filling);
    let filling = &text[head.len()..];
    let many = |c: char| {
        filling.chars().filter(|f| f.eq_ignore_ascii_case(&c)).count() >= if head.is_empty() || head.ends_with('_') { 3 } else { 4 }
    };
    let is_head = head.is_empty()
        || (head.len() <= 12
            && head.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            && filling.starts_with(['-', '*', '•', '…', '.'])
            || head.ends_with('_') && head.len() <= 12);
    is_head && (['*', '•', 'x'].into_iter().any(many) || filling.contains('…') || filling.contains("..."))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{certain, of_any, of_letters, placeholder};

    fn letters() -> impl Strategy<Value = String> {
        let known = vec![
            "secretKeyRef",
            "changeme",
            "ChangeMe",
            "placeholder",
            "PLACEHOLDER",
            "token",
            "jwt",
            "apikey",
            "bearer",
            "todo",
            "string",
            "your",
            "key",
            "here",
            "insert",
            "projects",
            "secrets",
            "arn",
            "env",
            "ENC",
            "System",
            "java",
            "eyJ",
            "TOKEN",
        ];
        let word = prop_oneof!["[a-zA-Z0-9]{1,6}", "[xX]{1,6}", prop::sample::select(known).prop_map(String::from)];
        prop::collection::vec(word, 1..4).prop_map(|words| words.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn letters_alone_are_told_as_any_text_is(text in letters()) {
            prop_assert_eq!(of_letters(&text), of_any(&text));
        }
    }

    #[test]
    fn whatever_is_known_of_letters_alone_is_known_as_any_text_is() {
        for text in ["secretKeyRefA", "secretKeyRef", "changeme", "placeholder", "TODO", "token", "xxx", "xx", "abcxxxx", "x", "a1"] {
            assert_eq!(of_letters(text), of_any(text), "{text}");
        }
        assert!(of_letters("secretKeyRefA").is_some() && of_letters("secretKeyRef").is_none());
    }

    #[test]
    fn every_example_is_known_anywhere() {
        for (first, rest) in super::examples::EXAMPLES {
            let example = format!("{first}_{}", rest.replace('-', "_"));
            assert!(placeholder(&format!("abc.{}1", example.to_uppercase())).is_some(), "{example}");
            assert!(placeholder(&example.replace('_', " ")).is_some(), "{example}");
        }
    }

    #[test]
    fn what_is_and_what_is_not() {
        for text in [
            "undefined",
            "null",
            "[object Object]",
            "$TOKEN",
            "${TOKEN}",
            "{{token}}",
            "<token>",
            "YOUR_API_KEY",
            "your-access-token",
            "%TOKEN%",
            "$(cat t)",
            "****",
            "/run/secrets/billing",
            "@/home/ana/token.txt",
            "C:\\keys\\billing.pem",
            "~/.config/billing/token",
            "XXXXX-XXXXX-XXXXX-XXXXX",
            "...",
            "your-openai-api-key",
            "YOUR_CLIENT_SECRET",
            "insert-api-token-here",
            "paste your key here",
            "sk-your-key",
            "sk-...",
            "sk-proj-xxxxxxxxxxxx",
            "ghp_xxxxxxxxxxxxxxxx",
            "test_xxx",
            "glpat-****************",
            "TODO",
            "my_secret_token",
            "BILLING_API_KEY",
            "System.Security.SecureString",
            "System.Object[]",
            "System.Collections.Generic.List`1",
            "java.lang.String@1b6d3586",
            "[Ljava.lang.String;@6d06d69c",
            "<function token at 0x7f1c2a>",
            "<coroutine object token at 0x7f1c2a>",
            "Promise { <pending> }",
            "[Function: token]",
            "#<Token:0x000055d1>",
            "# leave empty for a local server",
            "sk-placeholder",
            "PLACEHOLDER",
            "op://ops/billing/credential",
            "@Microsoft.KeyVault(SecretUri=https://v.vault.example/secrets/a)",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:billing-a1b2c3",
            "projects/shop/secrets/billing/versions/latest",
            "vault:secret/data/billing#key",
            "ref+vault://billing/key",
            "secretref:billing-key",
            "ssm://billing/key",
            "awssm://billing",
            "gcpsm://billing",
            "azkv://billing/key",
            "doppler://billing",
            "bws://billing",
            "keyring:billing",
            "!vault | $ANSIBLE_VAULT",
            "ENC[AES256_GCM,data:abc]",
            "secretKeyRefBilling",
            "vars.BILLING_KEY",
            "env.BILLING_KEY",
            "ENV['BILLING_KEY']",
            "os.getenv('BILLING_KEY')",
            "System.getenv(\"BILLING_KEY\")",
            "getenv('BILLING_KEY')",
            "secrets.BILLING_KEY",
            "env:BILLING_KEY",
            "process.env['BILLING_KEY']",
            "#{BillingKey}#",
            "__BILLING_KEY__",
            "!BILLING_KEY!",
            "string",
            "YourToken",
        ] {
            assert!(certain(text).is_some(), "{text}");
        }
        for text in ["{{token", "${TOKEN", "{token", "token}}", "service-account.json", "@key.pem"] {
            assert!(placeholder(text).is_some() && certain(text).is_none(), "{text}");
        }
        for text in [
            "the-lemon-tree",
            "/k7Qm2x/Wvb4mQ+gHk9",
            "/lemon",
            "eyJhbGci.x.json",
            "7lemon.json",
            "tokenx",
            "box",
            "Ab-c.x",
            "sk-live-7f3axx",
            "my-dog-4-key",
            "Vq7-lemon",
            "abc",
            "k@te pw",
            "p$ss",
            "$2b$10$abc/def",
            "secret",
            "password",
            "A_LEMON_TREE",
            "ABC_KEY7",
            "_KEY",
            "System.d0Qz9+/x",
            "System.x@lemon",
            "java",
            "#lemon tree",
            "# 7f3a",
            "#<lemon",
            "placeholders1",
            "correct horse battery staple",
            "env.lemonade7",
            "__token__",
            "strings",
            "secrets.of.the.sea",
            "!lemon",
            "{\"a\":1}",
            "{{eyJhbGciOi.a.b}}",
            "{{eyJhbGciOi.a.b",
            "{7f3a9c0d1e2b4f5a6c7d8e9f0",
            "100%sure%",
            "eyJhbGciOi.a.b",
        ] {
            assert!(placeholder(text).is_none(), "{text}");
        }
    }
}
