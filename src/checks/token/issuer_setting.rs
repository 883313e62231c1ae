//! The issuer that a line of configuration, or a note, nearly names.

use url::Url;

use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Token};
use crate::checks::{Finding, Fix, Place, Strength};

/// An address in the configuration or the notes that is `iss` but for a slash, the scheme, the port, the case, or the end of the
/// path.
pub fn near_miss(facts: &Facts, token: &Token) -> Option<Finding> {
    let iss = token.jws.claims.str("iss").filter(|_| facts.is_refused() && facts.answer.is_some())?;
    let texts = || [&facts.context.config, &facts.context.notes].into_iter().flatten().map(String::as_str);
    let is_named = facts.says_plainly(Topic::Issuer);
    if texts().flat_map(addresses).any(|address| address == iss) {
        return None;
    }
    let (address, difference) =
        texts().flat_map(addresses).find_map(|address| Some((address, difference(iss, address, is_named || facts.says(Topic::Key))?)))?;
    // The address may be another setting than the issuer, unless the answer is about the issuer.
    let strength = if is_named { Strength::Contradiction } else { Strength::Likely };
    let span = token.jws.claims.member("iss").map(|m| m.value_span);
    let message = format!("the token's issuer is {iss}, but the configuration says {address} ({difference})");
    Some(
        Finding::fail(strength, message)
            .proof(Place::Claims, span, format!("iss {iss}"))
            .context(format!("configured: {address}"))
            .fixed_by(Fix::action(format!("Write {iss} in the server's configuration, letter by letter"))),
    )
}

/// An endpoint of the token's own issuer, asked under another name than the issuer has: `iss` holds the address at which the token was
/// made, and many authorization servers take theirs from the request.
pub fn asked_under_another_name(facts: &Facts, token: &Token) -> Option<Finding> {
    let is_judged = || facts.says(Topic::Token) || facts.challenge("bearer").is_some_and(|challenge| challenge.get("error").is_some());
    let iss = token.jws.claims.str("iss").filter(|_| facts.is_refused() && facts.answer.is_some() && is_judged())?;
    let (issuer, asked) = (Url::parse(iss).ok()?, facts.url.as_ref()?);
    let path = issuer.path().trim_end_matches('/');
    let is_its_own = path.len() > 1 && asked.path().strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
    if !is_its_own || issuer.origin() == asked.origin() {
        return None;
    }
    let here = asked.origin().ascii_serialization();
    let message =
        format!("the token's issuer is {iss}, and this endpoint of the same issuer is asked at {here}: it may take that for its name");
    let span = token.jws.claims.member("iss").map(|m| m.value_span);
    Some(
        Finding::fail(Strength::Likely, message)
            .proof(Place::Claims, span, format!("iss {iss}"))
            .context(format!("asked at {here}"))
            .fixed_by(Fix::action("Ask at the address of the issuer, or give the authorization server a fixed public address")),
    )
}

/// A line of the server's log that names the issuer it expected and the one it got, where the request shows no token: the server
/// fetched one itself.
pub fn logged(facts: &Facts) -> Option<Finding> {
    let notes = facts.context.notes.as_deref().filter(|_| facts.is_refused() && facts.answer.is_some() && facts.token.is_none())?;
    notes.lines().find_map(|line| {
        let lower = line.to_ascii_lowercase();
        let is_about = ["issuer", "issued by", "\"iss\"", "iss claim"].iter().any(|word| lower.contains(word));
        let expected = lower.find("expected").filter(|_| is_about)?;
        let got =
            ["got", "but was", "received", "found"].iter().find_map(|word| lower.get(expected..)?.find(word)).map(|at| expected + at)?;
        let (due, sent) = (addresses(line.get(expected..got)?).next()?, addresses(line.get(got..)?).next()?);
        (due != sent).then(|| {
            let message = format!("the server expects the issuer {due}, and by its log the token's is {sent}");
            Finding::fail(Strength::Stated, message)
                .context(line.trim())
                .fixed_by(Fix::action(format!("Write {sent} in the server's configuration, letter by letter")))
        })
    })
}

/// The addresses in a text.
fn addresses(text: &str) -> impl Iterator<Item = &str> {
    let is_end =
        |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}' | '|');
    text.split(is_end).filter_map(|word| {
        let at = word.find("https://").or_else(|| word.find("http://"))?;
        Some(word.get(at..)?.trim_end_matches(['.', ':']))
    })
}

/// In what an address differs from an issuer on the same host, where that is little.
fn difference(iss: &str, address: &str, by_path: bool) -> Option<&'static str> {
    let (of_token, of_setting) = (Url::parse(iss).ok()?, Url::parse(address).ok()?);
    if of_token.host_str()? != of_setting.host_str()? || of_token.query() != of_setting.query() {
        return None;
    }
    let (long, short) = (of_token.path().trim_end_matches('/'), of_setting.path().trim_end_matches('/'));
    let is_below = |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with('/'));
    match () {
        () if long == short && of_token.scheme() != of_setting.scheme() => Some("they differ in http and https"),
        () if long == short && of_token.port() != of_setting.port() => Some("they differ in the port"),
        () if long == short => Some("they differ in a slash at the end"),
        () if long.eq_ignore_ascii_case(short) => Some("they differ in upper and lower case"),
        // Endpoints of the issuer lie below its address: only where the answer is about issuer or key is a longer one meant as it.
        () if by_path && is_below(long, short) => Some("the token's has a longer path"),
        () if by_path && is_below(short, long) && !is_endpoint(short) => Some("the token's has a shorter path"),
        () => None,
    }
}

/// True for the addresses of an issuer's endpoints.
fn is_endpoint(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    ["/.well-known/", "jwk", "/keys", "/certs", "/token", "/authorize", "/auth", "/userinfo", "/introspect", "/protocol/"]
        .iter()
        .any(|part| lower.contains(part))
}

#[cfg(test)]
mod tests {
    use super::{addresses, difference};

    #[test]
    fn addresses_are_read_out_of_a_line() {
        let found: Vec<&str> = addresses("issuer: \"https://a.example/x\", keys=https://a.example/y. -k").collect();
        assert_eq!(found, ["https://a.example/x", "https://a.example/y"]);
    }

    #[test]
    fn little_differences_are_named() {
        let say = |a, b, by_path| difference(a, b, by_path).unwrap_or_default();
        assert!(say("https://a.example", "https://a.example/", false).contains("slash"));
        assert!(say("http://a.example/x", "https://a.example/x", false).contains("https"));
        assert!(say("https://a.example/realms/Shop", "https://a.example/realms/shop", false).contains("case"));
        assert!(say("https://a.example:8443/x", "https://a.example/x", false).contains("port"));
        assert!(say("https://a.example/x/y", "https://a.example/x", true).contains("longer"));
        assert!(say("https://a.example/x", "https://a.example/x/v2.0", true).contains("shorter"));
        for (iss, address, by_path) in [
            ("https://a.example/x/y", "https://a.example/x", false),
            ("https://a.example/x", "https://a.example/x/.well-known/jwks.json", true),
            ("https://a.example/x", "https://b.example/x/", true),
            ("https://a.example/x", "https://a.example/y", true),
            ("shop", "https://a.example/", true),
        ] {
            assert_eq!(say(iss, address, by_path), "", "{iss} {address}");
        }
    }
}
