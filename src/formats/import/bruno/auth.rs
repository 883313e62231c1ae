//! The auth of Bruno, by its mode.

use super::bru::Block;
use super::{Auth, pairs};
use crate::formats::import::collection::{KeyPlace, OAuth2};

/// Reads the auth of a mode from its block.
pub(super) fn read(blocks: &[Block], mode: &str) -> Auth {
    let block = format!("auth:{}", if mode == "apiKey" { "apikey" } else { mode });
    let own = pairs(blocks, &block);
    // The exported JSON writes `accessTokenUrl` where the file has `access_token_url`.
    let is = |name: &str, known: &str| name.eq_ignore_ascii_case(known) || name.eq_ignore_ascii_case(&known.replace('_', ""));
    let find = |known: &str| own.iter().find(|pair| is(&pair.name, known)).map(|pair| pair.value.clone());
    let get = |known: &str| find(known).unwrap_or_default();
    match mode {
        "inherit" => Auth::Inherit,
        "" | "none" => Auth::None,
        "bearer" => Auth::Bearer { token: get("token"), prefix: "Bearer".into() },
        "basic" => Auth::Basic { username: get("username"), password: get("password") },
        "digest" => Auth::Digest { username: get("username"), password: get("password") },
        "apikey" | "apiKey" => {
            let place = if get("placement").eq_ignore_ascii_case("queryparams") { KeyPlace::Query } else { KeyPlace::Header };
            Auth::ApiKey { name: get("key"), value: get("value"), place }
        }
        "oauth2" => {
            let placement = get("token_placement");
            let parameter = if placement == "url" { find("token_query_key").filter(|key| !key.is_empty()) } else { None };
            Auth::OAuth2(Box::new(OAuth2 {
                grant: get("grant_type"),
                token_url: get("access_token_url"),
                access_token: String::new(),
                prefix: find("token_header_prefix").unwrap_or_else(|| "Bearer".into()),
                query_parameter: parameter.or_else(|| (placement == "url").then(|| "access_token".to_string())),
            }))
        }
        "awsv4" => Auth::AwsSigV4,
        "wsse" => Auth::Other("WSSE".into()),
        "ntlm" => Auth::Other("NTLM".into()),
        "oauth1" => Auth::Other("OAuth 1".into()),
        "akamai-edgegrid" | "akamaiEdgegrid" | "edgegrid" => Auth::Other("Akamai EdgeGrid".into()),
        other => Auth::Other(other.to_string()),
    }
}
