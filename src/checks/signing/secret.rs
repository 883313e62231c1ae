//! The signature computed with the secret at hand, and the line of the text that makes the one that was sent.

use super::{families, proved, sign_again};
use crate::checks::facts::Facts;
use crate::checks::{Finding, Fix, Strength};
use crate::domain::signing::Signed;
use crate::domain::signing::encoding::{EMPTY_SHA256, hex, sha256};
use crate::domain::signing::field::{self, Field};
use crate::domain::signing::oauth1::OAuth1;
use crate::domain::signing::parameters::Scheme;
use crate::domain::signing::shared_key::SharedKey;
use crate::domain::signing::sigv4::SigV4;
use crate::domain::signing::sigv4::canonical::Canonical;
use crate::domain::signing::uri;
use crate::domain::token::keys::Material;

/// What the secrets at hand make of a signature.
pub(super) enum Verified {
    /// One of them gives it.
    Fits,
    /// None does; why, as far as it is known.
    Differs(Box<Finding>),
    /// No secret is at hand, or what is signed is not known.
    Unknown,
}

/// Computes the signature of a request.
pub(super) fn verify(facts: &Facts, signed: Option<&Signed>) -> Verified {
    let secrets = secrets(facts, signed);
    let mut differs = None;
    for secret in &secrets {
        for text in [secret.as_str(), secret.trim()] {
            let computed = match signed {
                Some(Signed::Aws(aws)) => with_aws(facts, aws, text),
                Some(Signed::SharedKey(key)) => with_shared_key(facts, key, text),
                Some(Signed::OAuth1(oauth)) => with_oauth(facts, oauth, text),
                Some(Signed::Parameters(hawk)) if hawk.scheme == Scheme::Hawk => {
                    hawk.signature().zip(hawk.hawk_with(text, facts.request)).map(|(field, mac)| plain(field, &mac))
                }
                None => families::of(facts)
                    .and_then(|family| families::with_secret(facts, family, text))
                    .map(|(field, mac)| plain(&field, &mac)),
                Some(Signed::Sas(_) | Signed::Parameters(_)) => None,
            };
            match computed {
                Some(Computed::Fits) => return Verified::Fits,
                Some(Computed::Differs(finding)) => differs = differs.or(Some(finding)),
                None => {}
            }
        }
    }
    differs.map_or(Verified::Unknown, Verified::Differs)
}

enum Computed {
    Fits,
    Differs(Box<Finding>),
}

/// The secrets at hand: the password of the expectations, unless it belongs to another user, and the secret file.
fn secrets(facts: &Facts, signed: Option<&Signed>) -> Vec<String> {
    let id = signed.and_then(Signed::key_id).map(|id| id.value);
    let is_of_another = facts.context.username.as_deref().is_some_and(|user| id.as_deref().is_some_and(|id| id != user));
    let password = facts.context.password.clone().filter(|_| !is_of_another);
    let of_file = facts.context.keys.iter().flat_map(|keys| &keys.keys).filter_map(|key| match &key.material {
        Material::Secret(secret) | Material::SecretText(secret) => String::from_utf8(secret.bytes().to_vec()).ok(),
        _ => None,
    });
    password.into_iter().chain(of_file).filter(|secret| !secret.trim().is_empty()).collect()
}

/// The fix that signs the request again at the server's moment, where the secret is at hand.
pub(super) fn signed_again(facts: &Facts) -> Option<Fix> {
    let query = field::query(facts.request);
    let aws = SigV4::read(facts.request, &query)?;
    let key = aws.scope().map(|scope| scope.key_id.to_string());
    let secret = secrets(facts, Some(&Signed::Aws(Box::new(aws.clone())))).into_iter().next()?;
    let signed = aws.renewed(facts.request, secret.trim(), facts.clock.server_now)?;
    let edits = facts.request.edits_to(&signed);
    (!edits.is_empty()).then(|| Fix::edit(format!("Sign it again with the secret of {}", key.unwrap_or_default()), edits))
}

/// The verdict where no line can be tried.
fn plain(field: &Field, mac: &str) -> Computed {
    if field.value == mac { Computed::Fits } else { other(field) }
}

fn other(field: &Field) -> Computed {
    let message =
        "the secret at hand gives another signature for what is sent: the secret is another, or the request was changed after signing";
    let finding = proved(Finding::fail(Strength::Contradiction, message), field, "the signature");
    Computed::Differs(Box::new(finding.fixed_by(sign_again("Check the secret"))))
}

/// The signature fits once one line is another: that line is what was signed and is not what was sent.
fn other_line(facts: &Facts, field: &Field, name: &str, was: &str, is: &str) -> Computed {
    let message = format!("what was signed differs in the {name}: {was:?} was signed, and {is:?} is sent");
    let finding = proved(Finding::fail(Strength::Contradiction, message), field, "the signature fits with the other line");
    let fix = signed_again(facts).unwrap_or_else(|| sign_again(&format!("Sign the {name} that is sent")));
    Computed::Differs(Box::new(finding.fixed_by(fix)))
}

fn with_aws(facts: &Facts, aws: &SigV4, secret: &str) -> Option<Computed> {
    let field = aws.signature.as_ref().filter(|_| aws.has_region())?;
    let base = aws.canonical(facts.request)?;
    let fits = |canonical: &Canonical| aws.signature_with(secret, &canonical.text()).as_deref() == Some(field.value.as_str());
    if fits(&base) {
        return Some(Computed::Fits);
    }
    let found = readings(facts, aws, &base).into_iter().find(fits);
    let Some(found) = found else { return Some(other(field)) };
    let is_other = |((_, one), (_, two)): &((String, String), (String, String))| one != two;
    let ((name, was), (_, is)) = found.lines().into_iter().zip(base.lines()).find(is_other)?;
    Some(other_line(facts, field, &name, &was, &is))
}

/// What clients sign instead, one line at a time.
fn readings(facts: &Facts, aws: &SigV4, base: &Canonical) -> Vec<Canonical> {
    let request = facts.request;
    let mut all = Vec::new();
    let mut with = |change: &dyn Fn(&mut Canonical)| {
        let mut other = base.clone();
        change(&mut other);
        if other != *base {
            all.push(other);
        }
    };
    let path = uri::path(request);
    let once = uri::encode_path(&uri::decode(path));
    for other in [path.to_string(), once.clone(), uri::encode_path(path), uri::encode_path(&once), uri::decode(path), "/".to_string()] {
        with(&|canonical| canonical.path.clone_from(&other));
    }
    let query = uri::query(request);
    for other in [query.to_string(), aws.canonical_query(&query.replace('+', "%2B")), String::new()] {
        with(&|canonical| canonical.query.clone_from(&other));
    }
    for other in ["GET", "POST", "PUT", "HEAD", "DELETE", "PATCH"] {
        with(&|canonical| canonical.method = other.to_string());
    }
    for other in [EMPTY_SHA256.to_string(), "UNSIGNED-PAYLOAD".to_string(), hex(&sha256(request.body.as_bytes()))] {
        with(&|canonical| canonical.payload.clone_from(&other));
    }
    let authority = uri::authority(request).unwrap_or_default();
    let name = authority.split(':').next().unwrap_or_default();
    for other in [authority.to_string(), name.to_string(), format!("{name}:443"), format!("{name}:80")] {
        with(&|canonical| {
            canonical.headers.iter_mut().filter(|(name, _)| name == "host").for_each(|(_, value)| value.clone_from(&other));
        });
    }
    all
}

fn with_shared_key(facts: &Facts, key: &SharedKey, secret: &str) -> Option<Computed> {
    let field = key.signature.as_ref()?;
    let lines = key.string_to_sign(facts.request);
    let text = |lines: &[(String, String)]| lines.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>().join("\n");
    let fits = |lines: &[(String, String)]| Some(SharedKey::signature_with(secret, &text(lines))? == field.value);
    if fits(&lines)? {
        return Some(Computed::Fits);
    }
    for at in 0..lines.len() {
        let (name, is) = &lines[at];
        let others: &[&str] = match name.as_str() {
            "content-length" => &["0", ""],
            "content-type" => &["", "application/x-www-form-urlencoded", "application/json", "application/octet-stream"],
            "method" => &["GET", "PUT", "POST", "HEAD", "DELETE"],
            _ if is.is_empty() => &[],
            _ => &[""],
        };
        for other in others.iter().filter(|other| **other != is.as_str()) {
            let mut changed = lines.clone();
            changed[at].1 = (*other).to_string();
            if fits(&changed)? {
                return Some(other_line(facts, field, name, other, is));
            }
        }
    }
    Some(other(field))
}

/// The secret of the consumer, with that of the token behind an `&`.
fn with_oauth(facts: &Facts, oauth: &OAuth1, secret: &str) -> Option<Computed> {
    let field = oauth.get("oauth_signature")?;
    let (consumer, token) = secret.split_once('&').unwrap_or((secret, ""));
    let sign = |base: &str| oauth.signature_with(consumer, token, base);
    let base = oauth.base_string(facts.request);
    if sign(&base)? == field.value {
        return Some(Computed::Fits);
    }
    let other_request = |url: &str, method: &str| {
        let mut request = facts.request.clone();
        (request.url, request.method) = (url.to_string(), method.to_string());
        oauth.base_string(&request)
    };
    let (url, method) = (facts.request.url.as_str(), facts.request.method.as_str());
    let bare = url.split('?').next().unwrap_or_default();
    let swapped = match url.split_once("://") {
        Some(("https", rest)) => format!("http://{rest}"),
        Some((_, rest)) => format!("https://{rest}"),
        None => url.to_string(),
    };
    let slash = bare.strip_suffix('/').map_or_else(|| format!("{bare}/"), str::to_string);
    let slashed = url.replacen(bare, &slash, 1);
    let others = [("scheme", swapped.as_str(), method), ("query", bare, method), ("path", slashed.as_str(), method)];
    let methods = ["GET", "POST", "PUT", "DELETE"].map(|method| ("method", url, method));
    for (name, other_url, other_method) in others.into_iter().chain(methods) {
        if sign(&other_request(other_url, other_method))? == field.value {
            let (was, is) = if name == "method" { (other_method, method) } else { (other_url, url) };
            return Some(other_line(facts, field, name, was, is));
        }
    }
    Some(other(field))
}

/// What to do when the secret shows that the signature is right.
pub(super) fn fits() -> Finding {
    Finding::pass("the secret at hand gives the signature that is sent")
}

/// The fix when nothing else is known.
pub(super) fn compare_texts() -> Fix {
    Fix::action(
        "Log the string that the client signs and compare it with the request line by line; give the secret as password to do it here",
    )
}
