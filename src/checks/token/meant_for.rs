//! Whether an audience names another API than the one that is called, though nobody said which audience this API expects.

use url::Url;

use crate::checks::facts::{Facts, Token};
use crate::checks::services;
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::site::{is_address, registrable_domain};
use crate::domain::token::claims::values;
use crate::domain::token::resource::{self, Resource};

/// The audience, or a member of the token's head, names an API that is known, and the request goes to another.
pub fn known_api(facts: &Facts, token: &Token) -> Option<Finding> {
    let host = host(facts)?;
    let member = token.jws.claims.member("aud");
    let audiences = member.map(|m| values(&m.value)).unwrap_or_default();
    let named: Vec<(&String, &Resource)> = audiences.iter().filter_map(|aud| Some((aud, resource::by_audience(aud)?))).collect();
    // One audience that is not known may be this API.
    if named.len() < audiences.len() || named.iter().any(|(_, resource)| resource.has_host(host)) {
        return None;
    }
    if let Some((aud, resource)) = named.first() {
        let message = format!("the token is for {} (aud {aud}), and it was sent to {host}", resource.name);
        let span = member.map(|m| m.value_span);
        let finding = Finding::fail(Strength::Contradiction, message).proof(Place::Claims, span, format!("aud {aud}"));
        return Some(finding.context(format!("{}: {}", resource.name, resource.docs)).fixed_by(fix()));
    }
    None
}

/// Only the tokens of one API have such a member in their head.
pub fn by_header(facts: &Facts, token: &Token) -> Option<Finding> {
    let host = host(facts)?;
    let (resource, name) = resource::by_header(&token.jws).filter(|(resource, _)| !resource.has_host(host))?;
    let member = token.jws.header.member(name)?;
    let message = format!(
        "the token's head has {name}, as only tokens for {} have: no other API can verify it, and it was sent to {host}",
        resource.name
    );
    let finding = Finding::fail(Strength::Contradiction, message).proof(Place::TokenHeader, member.value_span, name);
    Some(finding.context(format!("{}: {}", resource.name, resource.docs)).fixed_by(fix()))
}

/// The audience is the address of another resource of the same host than the one whose metadata the challenge names: RFC 9728
/// section 3.1 puts `/.well-known/oauth-protected-resource` between host and path of the resource.
pub fn other_resource(facts: &Facts, token: &Token) -> Option<Finding> {
    const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";
    let (challenge, param) = facts.challenges.iter().find_map(|c| Some((c, c.params.iter().find(|p| p.name == "resource_metadata")?)))?;
    let metadata = Url::parse(&param.value).ok().filter(|_| challenge.get("error") == Some("invalid_token"))?;
    let resource = metadata.join(metadata.path().strip_prefix(WELL_KNOWN)?).ok()?;
    let member = token.jws.claims.member("aud")?;
    let audiences: Vec<Url> = values(&member.value).iter().map(|aud| Url::parse(aud).ok()).collect::<Option<_>>()?;
    let path = |url: &Url| url.path().trim_end_matches('/').to_string();
    let is_other = |aud: &Url| aud.origin() == resource.origin() && path(aud) != path(&resource);
    let first = audiences.first().filter(|_| resource.has_host() && audiences.iter().all(is_other))?;
    let message = format!("the token is for {first}, and the server is the resource {resource}");
    let finding = Finding::fail(Strength::Likely, message).proof(Place::Claims, member.value_span, format!("aud {first}"));
    let finding = finding.proof(Place::ResponseHeader(challenge.header), None, param.value.clone());
    Some(finding.fixed_by(Fix::action(format!("Get a token for the resource {resource} (resource= of RFC 8707)"))))
}

/// Every audience is the address of a host of somebody else than the one that is called and the one that issued the token.
pub fn other_host(facts: &Facts, token: &Token) -> Option<Finding> {
    let host = host(facts).filter(|host| !is_address(host))?;
    let here = registrable_domain(host).filter(|domain| domain.contains('.') && !is_inside(domain))?;
    let member = token.jws.claims.member("aud")?;
    let audiences = values(&member.value);
    let issuer = token.jws.claims.str("iss").and_then(|iss| Url::parse(iss).ok());
    let issuer = issuer.as_ref().and_then(|url| registrable_domain(url.host_str()?));
    let hosts: Vec<Named> = audiences.iter().map(|aud| Named::of(aud)).collect::<Option<_>>()?;
    let is_other = |named: &Named| registrable_domain(&named.host).is_some_and(|domain| domain != here && Some(domain) != issuer);
    let first = hosts.first().filter(|_| hosts.iter().all(is_other))?;
    let message = format!("the token's audience is the host {}, and it was sent to {host}", first.host);
    // A name that was chosen once may outlive the host; one that names a service of others is no name of this API.
    let strength = if first.is_service { Strength::Likely } else { Strength::Possible };
    let finding = Finding::suspect(strength, message).proof(Place::Claims, member.value_span, format!("aud {}", audiences.join(", ")));
    Some(finding.fixed_by(fix()))
}

/// The audience is the issuer itself: the token is for the authorization server's own endpoints, and was sent to an API elsewhere.
pub fn own_issuer(facts: &Facts, token: &Token) -> Option<Finding> {
    let host = host(facts).filter(|_| !facts.words.iter().any(|word| word.specific))?;
    let claims = &token.jws.claims;
    let member = claims.member("aud")?;
    let issuer = Url::parse(claims.str("iss")?).ok().filter(Url::has_host)?;
    let plain = |text: &str| text.trim_end_matches('/').to_string();
    let is_own = |aud: &String| plain(aud) == plain(issuer.as_str());
    let audiences = values(&member.value);
    let is_public = |of: &str| !is_address(of) && of.contains('.') && !registrable_domain(of).is_none_or(is_inside);
    let is_elsewhere = issuer.host_str() != Some(host) && issuer.host_str().is_some_and(is_public);
    if audiences.is_empty() || !audiences.iter().all(is_own) || !is_elsewhere {
        return None;
    }
    let message =
        format!("the token's audience is its issuer, {}: it is for the authorization server's own endpoints", plain(issuer.as_str()));
    Some(
        Finding::suspect(Strength::Plausible, message)
            .proof(Place::Claims, member.value_span, format!("aud {}", audiences.join(", ")))
            .fixed_by(fix()),
    )
}

/// A host that an audience names.
struct Named {
    host: String,
    /// True when the audience is the name of a service, and not only of an API that somebody called so.
    is_service: bool,
}

impl Named {
    fn of(audience: &str) -> Option<Self> {
        // did:web writes a port as %3A, a path behind colons, a service behind #.
        if let Some(name) = audience.strip_prefix("did:web:") {
            let host = name.split([':', '#', '?', '/']).next()?.to_ascii_lowercase();
            return host.split("%3a").next().map(|host| Self { host: host.into(), is_service: true });
        }
        let url = Url::parse(audience).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let is_service = services::is_known_host(&url);
        Some(Self { host: url.host_str()?.to_string(), is_service })
    }
}

fn host<'f>(facts: &'f Facts) -> Option<&'f str> {
    facts.host().filter(|_| facts.is_refused() && facts.answer.is_some() && !facts.is_token_request())
}

/// True for names that are known inside a network only: whose API it is, they do not show.
fn is_inside(domain: &str) -> bool {
    domain.rsplit('.').next().is_some_and(|end| ["local", "internal", "lan", "svc", "localhost", "home", "corp"].contains(&end))
}

fn fix() -> Fix {
    Fix::action("Request a token for this API: name the API as audience or scope")
}
