//! A signed address inside a token: `k8s-aws-v1.` and, in base64, the address of a call that tells who the caller is. Clusters take
//! it by the moment of signing (`aws-iam-authenticator`, section "API Authorization from Outside a Cluster").

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use url::Url;

use super::Stamp;
use crate::checks::facts::Facts;
use crate::checks::{Finding, Fix, Strength};
use crate::domain::request::RequestPart;
use crate::domain::signing::field::Field;
use crate::domain::signing::sigv4::basic_time;
use crate::domain::time;

/// How long such a token is taken, in seconds.
const WINDOW: f64 = 15.0 * 60.0;

/// When the address in the token was signed.
pub(super) fn stamp(facts: &Facts) -> Option<Stamp> {
    let a = facts.authorization()?;
    let (_, encoded) = a.credential.rsplit_once('.')?;
    let decoded = BASE64_URL_SAFE_NO_PAD.decode(encoded.trim_end_matches('=')).ok()?;
    let address = Url::parse(std::str::from_utf8(&decoded).ok()?).ok()?;
    let (_, date) = address.query_pairs().find(|(name, _)| name == "X-Amz-Date")?;
    let field =
        Field { raw: a.credential.clone(), value: date.to_string(), part: RequestPart::HeaderValue(a.index), span: a.credential_span };
    Some(Stamp { at: basic_time(&date)?, field, window: WINDOW })
}

/// For `token-expired`: a token that was made too long ago, although the clocks agree.
pub(super) fn ended(facts: &Facts) -> Option<Finding> {
    let stamp = stamp(facts)?;
    let message = format!("the address in the token was signed at {}, and it is taken for {}", time::short(stamp.at), time::human(WINDOW));
    let finding = super::proved(Finding::fail(Strength::Contradiction, message), &stamp.field, format!("X-Amz-Date={}", stamp.field.value));
    Some(finding.fixed_by(Fix::action("Let the client make a new token (kubectl calls the command of its user entry again)")))
}
