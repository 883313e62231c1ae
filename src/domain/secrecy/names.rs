//! Names: what the name of a header, parameter, field, member or element says about its value.
//!
//! A name is cut into words (`clientSecret`, `client-secret`, `client_secret[]` and `pass%77ord` read alike), and the words
//! decide. A name without any of [`ROOTS`] in it, which most are, is not cut at all.

use std::sync::{LazyLock, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind};
use unicode_security::skeleton;

use super::header_words::{CHALLENGES, HEADER_KEYS, IDENTIFIERS, PUBLIC_HEADERS};
use super::nested;
use super::words::{
    BODY_KEYS, CLAIMS, DESCRIBES, FOREIGN_KEYS, FOREIGN_PARTS, FOREIGN_SECRETS, GLUED, OPEN_CODE, OPEN_KEY, OTHER_PASSES, OTHER_WORDS,
    PAGE_TOKEN, ROOTS, SECRET_CODE, SECRET_KEY, SECRET_WORDS, SHORT,
};
use crate::domain::headers::HeaderNames;
use crate::domain::span::start;
use crate::domain::vendors;

/// How secret a value is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Not a secret.
    #[default]
    Open,
    /// It may be a secret: shown, and masked where its value looks random as well.
    Suspect,
    /// A secret, unless its value is plainly a word or a number: then as one that may be.
    Likely,
    /// A secret: masked.
    Secret,
}

/// Where a name was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// In what is sent.
    #[default]
    Request,
    /// In what came back, where a `code` is mostly one of an error.
    Response,
    /// In a token, whose registered claims are what one reads.
    Claims,
}

/// The name of a header.
pub fn of_header(name: &str) -> Grade {
    if is_public_header(name) || CHALLENGES.iter().any(|open| name.eq_ignore_ascii_case(open)) {
        return Grade::Open;
    }
    // As in `X-Bearer`, the scheme names what is sent.
    if is_near_authorization(name) || ["basic", "x-basic"].iter().any(|scheme| name.eq_ignore_ascii_case(scheme)) {
        return Grade::Secret;
    }
    if vendors::is_key_header(name) {
        return Grade::Secret;
    }
    match of(name, Side::Request) {
        // `X-Auth`, `X-Forwarded-User`: proxies vouch for a user in them.
        Grade::Open if may_name_a_key(name) => Grade::Suspect,
        Grade::Open if ["x-forwarded-user", "x-remote-user", "remote-user"].iter().any(|n| name.eq_ignore_ascii_case(n)) => Grade::Suspect,
        grade => grade,
    }
}

/// True for a header whose name has a word that services use for a key of their own: `X-PAT`, `XAuth`, `X-PSK`.
fn may_name_a_key(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.split(['-', '_', '.']).any(|word| HEADER_KEYS.contains(&word))
        || lower.ends_with("-api")
        || (lower.contains("auth") && !lower.contains("author"))
}

/// True for a header whose last word makes it a description of a secret: `X-Auth-Type`.
pub fn describes(name: &str) -> bool {
    words(name).last().is_some_and(|last| DESCRIBES.contains(&last.as_str()))
}

/// True for a header that is public, whatever its value.
pub fn is_public_header(name: &str) -> bool {
    static PUBLIC: LazyLock<HeaderNames> = LazyLock::new(|| PUBLIC_HEADERS.into_iter().collect());
    PUBLIC.has(name)
}

/// True for a header that names a request, a build or a place: trace and request ids, revisions, hosts. Its value may look
/// random and is not a credential.
pub fn is_identifier(name: &str) -> bool {
    let words = words(name);
    words.iter().any(|word| word.ends_with("id") || IDENTIFIERS.contains(&word.as_str()))
}

/// True for a parameter of a challenge that says where and how to log in.
pub fn is_challenge_parameter(name: &str) -> bool {
    const NAMES: [&str; 10] = [
        "realm",
        "scope",
        "error",
        "error_description",
        "error_uri",
        "authorization_uri",
        "resource_metadata",
        "resource_id",
        "client_id",
        "trusted_issuers",
    ];
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// True for a name that only a header has.
pub fn is_of_header(name: &str) -> bool {
    let name = name.trim();
    name.contains('-') || is_near_authorization(name) || name.eq_ignore_ascii_case("cookie")
}

/// True for `Authorization`, and for misspellings of it: `Autorization`, `Athorization`.
pub fn is_near_authorization(name: &str) -> bool {
    let name = name.trim();
    if name.eq_ignore_ascii_case("authorization") || name.eq_ignore_ascii_case("proxy-authorization") {
        return true;
    }
    if !(10..=16).contains(&name.len()) || !name.as_bytes().first().is_some_and(|b| b.eq_ignore_ascii_case(&b'a')) {
        return false;
    }
    let lower = name.to_ascii_lowercase();
    !lower.starts_with("authentication-") && strsim::osa_distance(&lower, "authorization") <= 2 || lower == "authentication"
}

/// Of a longer name only so much is looked at: it is no name, and it is cut into words on every key.
const LONGEST: usize = 512;

/// Names that the user's configuration adds, folded. Set once, before anything is looked at.
static OWN: OnceLock<Vec<String>> = OnceLock::new();

/// Adds names whose values are secrets, in any case and with `-` for `_`. Only the first call counts.
pub fn redact(names: &[String]) {
    let _ = OWN.set(names.iter().map(|name| folded(name.trim())).filter(|name| !name.is_empty()).collect());
}

/// True for a name that the user's configuration adds.
pub fn is_redacted(name: &str) -> bool {
    OWN.get().is_some_and(|own| !own.is_empty() && own.contains(&folded(name)))
}

fn folded(name: &str) -> String {
    name.to_ascii_lowercase().replace('-', "_")
}

/// The name of a parameter, field, member or element.
pub fn of(name: &str, side: Side) -> Grade {
    let name = start(name, LONGEST);
    if is_redacted(name) {
        return Grade::Secret;
    }
    if name.len() <= 2 && SHORT.iter().any(|short| name.eq_ignore_ascii_case(short)) {
        return match name.to_ascii_lowercase().as_str() {
            "sk" | "pw" => Grade::Secret,
            "ak" if side == Side::Request => Grade::Likely,
            _ => Grade::Suspect,
        };
    }
    if side == Side::Claims && CLAIMS.contains(&name) {
        return Grade::Open;
    }
    let decoded = nested::name(name);
    let looks = if decoded.is_ascii() { Grade::Open } else { of_spelled(&in_ascii(&decoded), side) };
    let decoded = if decoded.is_ascii() { decoded } else { decoded.to_lowercase().into() };
    respelled(&decoded).map(|name| of_spelled(&name, side)).fold(of_spelled(&decoded, side), Grade::max).max(looks)
}

/// A name with letters of other scripts read as the ones of ASCII that they look like: `pаssword` with a Cyrillic `а`.
fn in_ascii(name: &str) -> String {
    let letter = |c: char| match skeleton(c.encode_utf8(&mut [0; 4])).next() {
        _ if c.is_ascii() => c,
        // The letter that a small `l` and a large `I` look like.
        Some('l') if c.is_uppercase() => 'I',
        Some(like) if like.is_ascii() => like,
        _ => c,
    };
    name.chars().map(letter).collect()
}

fn of_spelled(name: &str, side: Side) -> Grade {
    if !roots().is_some_and(|roots| roots.is_match(name)) {
        return Grade::Open;
    }
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    of_words(&words, side)
}

/// Digits that look like letters.
const LETTERLIKE: [char; 6] = ['0', '1', '3', '4', '5', '7'];

/// A name with digits read as the letters that they look like, for each reading of a `1`. One with more digits than letters is a number.
fn respelled(name: &str) -> impl Iterator<Item = String> {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let letters = name.bytes().filter(u8::is_ascii_alphabetic).count();
    let readings: &[char] = match () {
        () if digits > letters || !name.contains(LETTERLIKE) => &[],
        () if name.contains('1') => &['i', 'l'],
        () => &['i'],
    };
    readings.iter().map(move |one| {
        let letter = |c: char| match c {
            '0' => 'o',
            '1' => *one,
            '3' => 'e',
            '4' => 'a',
            '5' => 's',
            '7' => 't',
            _ => c,
        };
        name.chars().map(letter).collect()
    })
}

fn roots() -> Option<&'static AhoCorasick> {
    static FOUND: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let roots = ROOTS.iter().chain(&FOREIGN_SECRETS).chain(&FOREIGN_KEYS).chain(&FOREIGN_PARTS);
        AhoCorasickBuilder::new().kind(Some(AhoCorasickKind::ContiguousNFA)).ascii_case_insensitive(true).build(roots).ok()
    });
    FOUND.as_ref()
}

fn of_words(words: &[&str], side: Side) -> Grade {
    let Some(last) = words.last() else { return Grade::Open };
    let has = |word: &str| words.contains(&word);
    let alone = words.len() == 1 || words.len() == 2 && words.first() == Some(&"x");
    let asked = if side == Side::Request { Grade::Secret } else { Grade::Suspect };
    if has("otpauth") {
        return Grade::Secret;
    }
    let is_session = has("session") || has("sess");
    let likely = if side == Side::Request { Grade::Likely } else { Grade::Suspect };
    // `secret_id`: half of a login with an identifier for the other one; `auth_req_id`: whoever has it polls for the tokens.
    if matches!(words, [.., "secret", "id"] | [.., "auth", "req", "id"]) {
        return likely;
    }
    if words.len() > 1 && DESCRIBES.contains(last) && !(*last == "id" && is_session) {
        return Grade::Open;
    }
    // Names with capitals in odd places: `DPoP`, `PassWord`.
    let joined = words.concat();
    if ["dpop", "password", "passwd", "passphrase", "samlresponse", "samlart", "motdepasse", "stringdata"]
        .iter()
        .any(|whole| joined.contains(whole))
    {
        return Grade::Secret;
    }
    let grades = words.iter().enumerate().map(|(i, word)| {
        let before = i.checked_sub(1).and_then(|i| words.get(i)).copied().unwrap_or_default();
        let after = words.get(i + 1).copied().unwrap_or_default();
        match *word {
            "password" | "passwords" | "passwd" | "pwd" | "pword" | "psw" | "pswd" | "passphrase" | "passcode" | "passcodes" | "secret"
            | "secrets" | "jwt" | "bearer" | "otp" | "totp" | "hotp" | "csrf" | "xsrf" | "credential" | "credentials" | "creds"
            | "cred" | "hmac" | "assertion" | "wsse" | "dpop" | "sid" | "connectionstring" | "verifier" | "sessid" => Grade::Secret,
            "connection" if after == "string" => Grade::Secret,
            "passkey" | "passkeys" | "mnemonic" | "mnemonics" | "memorable" | "xprv" | "xpriv" | "puk" => Grade::Secret,
            "factor" if matches!(before, "two" | "second" | "multi") && i + 1 == words.len() => Grade::Secret,
            "twofactor" | "secondfactor" | "multifactor" if i + 1 == words.len() => Grade::Secret,
            // The type of a field of 1Password.
            "concealed" if alone => Grade::Secret,
            "phrase" if alone => Grade::Suspect,
            "psk" | "hdnts" | "hdnea" | "hdntl" if i + 1 == words.len() => Grade::Secret,
            word if BODY_KEYS.contains(&word) && i + 1 == words.len() => likely,
            word if is_near_password(word) => Grade::Secret,
            "fa" | "tfa" if alone => Grade::Secret,
            "fa" | "tfa" if i + 1 == words.len() => Grade::Suspect,
            "answer" | "answers" | "phrase" | "words" if SECRET_WORDS.contains(&before) => Grade::Secret,
            "answer" | "answers" if before == "question" && has("security") => Grade::Secret,
            word if ends_with_password(word) => Grade::Secret,
            "passw" | "pass" | "pin" | "cvv" | "cvc" | "pw" | "sig" | "signature" | "sas" if i + 1 == words.len() => Grade::Secret,
            "signature" | "signatures" => Grade::Suspect,
            "token" | "tokens" | "tok" if PAGE_TOKEN.contains(&before) => Grade::Open,
            "token" | "tokens" | "tok" => Grade::Secret,
            "key" | "keys" if alone && *word == "key" => asked,
            "key" | "keys" if SECRET_KEY.contains(&before) => Grade::Secret,
            "key" | "keys" if OPEN_KEY.contains(&before) => Grade::Open,
            "key" | "keys" => Grade::Suspect,
            "code" | "codes" if after == "challenge" => Grade::Open,
            "code" | "codes" if alone => asked,
            "code" | "codes" if SECRET_CODE.contains(&before) => Grade::Secret,
            "code" | "codes" if OPEN_CODE.contains(&before) => Grade::Open,
            "code" | "codes" => Grade::Suspect,
            "saml" if matches!(after, "response" | "art" | "assertion") => Grade::Secret,
            "samlresponse" | "samlart" => Grade::Secret,
            "session" | "sess" if i + 1 == words.len() || matches!(after, "id" | "ids" | "cookie") => Grade::Secret,
            "auth" if alone => asked,
            "authorization" | "authorisation" | "auth" if i + 1 == words.len() => Grade::Secret,
            "cookie" | "cookies" if i + 1 == words.len() => Grade::Secret,
            "mfa" | "appid" if alone => Grade::Secret,
            word if FOREIGN_SECRETS.contains(&word) => Grade::Secret,
            word if FOREIGN_KEYS.contains(&word) => {
                if alone {
                    asked
                } else {
                    Grade::Suspect
                }
            }
            word if is_suspect_word(word) => Grade::Suspect,
            _ => Grade::Open,
        }
    });
    grades.max().unwrap_or_default()
}

/// True for a misspelling of `password` by one letter.
fn is_near_password(word: &str) -> bool {
    (7..=9).contains(&word.len()) && word.starts_with('p') && strsim::osa_distance(word, "password") <= 1
}

/// True for `dbpass`, `userpwd` and `smtppw`.
fn ends_with_password(word: &str) -> bool {
    let ends = word.ends_with("pwd") || word.ends_with("pw") || word.ends_with("pass");
    ends && word.len() > 4 && !OTHER_PASSES.contains(&word)
}

fn is_suspect_word(word: &str) -> bool {
    let words = [
        "access",
        "accessor",
        "sess",
        "session",
        "vault",
        "state",
        "nonce",
        "hash",
        "seed",
        "license",
        "licence",
        "magic",
        "invite",
        "ticket",
        "request",
        "cert",
        "certificate",
        "userinfo",
        "identity",
        "private",
        "mac",
        "digest",
        "mfa",
        "cookie",
        "saml",
        "hmac",
    ];
    let starts = ["key", "auth", "oauth", "passw", "token", "secret", "session", "signature", "credential"];
    // `password1` loses its digit, `httpcookie` and `myapikey` keep their prefix.
    let holds = ["password", "passwd", "secret", "token", "cookie", "credential", "apikey", "sessid"];
    let holds = || holds.iter().chain(&FOREIGN_PARTS);
    !OTHER_WORDS.contains(&word)
        && (words.contains(&word) || starts.iter().any(|s| word.starts_with(s)) || holds().any(|h| word.contains(h)))
}

/// The words of a name, in lower case and without digits.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut before = ' ';
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        let next_is_lower = chars.peek().is_some_and(|next| next.is_lowercase());
        let begins = c.is_uppercase() && (before.is_lowercase() || before.is_uppercase() && next_is_lower);
        if (begins || !c.is_alphabetic()) && !word.is_empty() {
            unglue(std::mem::take(&mut word), &mut words);
        }
        if c.is_alphabetic() {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    if !word.is_empty() {
        unglue(word, &mut words);
    }
    words
}

/// True where a word ends with another one: `apikey` with `key`, and `monkey` not.
fn is_glued(start: &str, end: &str) -> bool {
    match end {
        "answer" | "phrase" => SECRET_WORDS.contains(&start) && start != "pass",
        "key" => SECRET_KEY.iter().any(|word| start.ends_with(word)) || OPEN_KEY.contains(&start),
        "code" => start != "pass" && (SECRET_CODE.contains(&start) || OPEN_CODE.contains(&start)),
        _ => !start.is_empty(),
    }
}

/// Adds a word, as two where it is two written together: `accesstoken`, `apikey`, `authcode`, `phpsessionid`.
fn unglue(word: String, words: &mut Vec<String>) {
    if word == "sessionid" {
        words.push("sid".into());
        return;
    }
    let found =
        GLUED.iter().find_map(|(end, counts_as)| Some((word.strip_suffix(end)?, *counts_as))).filter(|(start, end)| is_glued(start, end));
    match found {
        Some((start, end)) => {
            // Of what comes before, only the end counts: `myapikey`.
            let known = SECRET_KEY.iter().chain(&SECRET_CODE).copied().find(|known| start.ends_with(known));
            words.push(known.unwrap_or(start).to_string());
            words.push(end.to_string());
        }
        None => words.push(word),
    }
}
