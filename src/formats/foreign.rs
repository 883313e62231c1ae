//! Texts of other tools that are not read here: named, with the way in.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;

use super::FormatError;
use super::offer::offer;

/// What a text is, and how what it says gets here.
type Known = (&'static str, &'static str);

const COPY: &str = "in the tool, copy the request as cURL, or export what was sent as HAR";
const DESCRIPTION: &str = "it describes requests and holds none: copy one that was sent as cURL, or record a HAR";
const ENVIRONMENT: &str = "it holds values: keep it beside the .http file as http-client.env.json, and open that file";
const BROWSER: &str = "in the browser's network list choose Copy as cURL for the same request";
const WRITE_AS_CURL: &str = "write it as curl: curl -X METHOD -H 'Name: value' https://…";

/// The format of a JSON text that is no HAR.
pub fn of_json(text: &str, source: &str) -> Option<Known> {
    // The name tells more than the shape, which is an object of objects.
    if source.ends_with(".env.json") {
        return Some(("an environment file", ENVIRONMENT));
    }
    let keys: BTreeMap<String, IgnoredAny> = serde_json::from_str(text).ok()?;
    let has = |name: &str| keys.contains_key(name);
    Some(match () {
        () if text.contains("schema.getpostman.com") => ("a part of a Postman collection", COPY),
        () if has("openapi") || has("swagger") => ("an OpenAPI description", DESCRIPTION),
        () if has("__export_format") || has("_type") && has("resources") => ("an Insomnia export", COPY),
        () if has("__meta__") => ("an HTTPie session", "run the command with --offline added, and open what it prints"),
        () if has("clientName") && has("requests") => ("a Thunder Client collection", COPY),
        () if has("folders") && has("requests") => ("a Hoppscotch collection", COPY),
        () if has("paths") && has("info") => ("an OpenAPI description", DESCRIPTION),
        () if has("keys") && text.contains("\"kty\"") => {
            ("a set of keys (JWKS)", "name it in the .http file with `# @jwks FILE`, or with --jwks")
        }
        () if has("kty") => ("a key (JWK)", "name it in the .http file with `# @jwks FILE`, or with --jwks"),
        () if has("access_token") || has("id_token") => ("the answer of a token endpoint", "paste the token in it alone to look at it"),
        () if is_environment(text) => ("an environment file", ENVIRONMENT),
        () => return None,
    })
}

/// Environments by name, each with values by name.
fn is_environment(text: &str) -> bool {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    #[expect(dead_code, reason = "only the shape matters")]
    enum Scalar {
        Text(String),
        Number(f64),
        Flag(bool),
    }
    let environments: Result<BTreeMap<String, BTreeMap<String, Scalar>>, _> = serde_json::from_str(text);
    environments.is_ok_and(|all| !all.is_empty() && all.values().any(|values| !values.is_empty()))
}

/// The format of a text that is no JSON.
pub fn of_text(text: &str) -> Option<Known> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().map(str::trim_end).filter(|line| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with("//") && (!line.starts_with('#') || line.starts_with("#!"))
    });
    let first = lines.next()?;
    let word = first.split_whitespace().next().unwrap_or_default();
    let any = |starts: &[&str]| text.lines().any(|line| starts.iter().any(|start| line.trim_start().starts_with(start)));
    let lower = first.to_ascii_lowercase();
    let calls = |names: &[&str]| names.iter().any(|name| first.contains(name));
    let behind = first.get(word.len()..).unwrap_or_default().trim_start();
    Some(match () {
        () if any(&["openapi:", "swagger:"]) => ("an OpenAPI description", DESCRIPTION),
        () if any(&["type: collection.insomnia.rest", "_type: export"]) => ("an Insomnia export", COPY),
        () if calls(&["fetch("]) && !first.starts_with(|c: char| c.is_ascii_uppercase()) => ("a fetch call of JavaScript", BROWSER),
        () if calls(&["axios.", "axios(", "$.ajax(", "XMLHttpRequest", "require("]) => ("a program in JavaScript", BROWSER),
        () if any(&["Invoke-WebRequest", "Invoke-RestMethod", "iwr ", "irm ", "$session = New-Object"]) => {
            ("a PowerShell command (Invoke-WebRequest)", BROWSER)
        }
        () if matches!(word, "http" | "https" | "xh" | "xhs")
            && (behind.contains("://") || behind.starts_with([':', '-']) || is_method(behind)) =>
        {
            ("an HTTPie command", "run it with --offline added, and paste what it prints; or write it as curl")
        }
        () if word == "wget" => ("a wget command", WRITE_AS_CURL),
        () if any(&["import requests", "import httpx", "import aiohttp", "import urllib", "from requests", "requests.", "httpx."]) => {
            ("a program in Python", WRITE_AS_CURL)
        }
        () if any(&["require 'net/http'", "Net::HTTP"]) => ("a program in Ruby", WRITE_AS_CURL),
        () if word == "package" || any(&["http.NewRequest("]) => ("a program in Go", WRITE_AS_CURL),
        () if first.starts_with("<?php") => ("a program in PHP", WRITE_AS_CURL),
        () if lower.starts_with("<!doctype html") || lower.starts_with("<html") => {
            ("a page of HTML", "record the request that got it as HAR")
        }
        () if first.starts_with("-----BEGIN ") => {
            ("a key or a certificate", "name it in the .http file with `# @jwks FILE`, or with --jwks")
        }
        () if is_jsonp(text) => ("JSONP, which is a program and no data", "take away the call around the JSON"),
        () if first == "---" && any(&["#"]) && text.contains("\n---") => ("Markdown", "paste the request in it alone"),
        () if first == "---" || first.starts_with("%YAML") => ("YAML", "a file of requests is .http, a recording is HAR"),
        () => return None,
    })
}

fn is_method(text: &str) -> bool {
    let word = text.split_whitespace().next().unwrap_or_default();
    ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].contains(&word)
}

/// `name({…})` around JSON.
pub(super) fn is_jsonp(text: &str) -> bool {
    let text = text.trim();
    let Some((name, rest)) = text.split_once('(') else { return false };
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'$' | b'[' | b']'));
    is_name && rest.trim_start().starts_with(['{', '[']) && rest.trim_end_matches([';', ' ']).ends_with(')')
}

/// The refusal of a text that is of no kind that is read.
pub fn refusal(text: &str, known: Option<Known>, expected: &str) -> FormatError {
    let at = text.len() - text.trim_start().len();
    let offer = offer(text).map(|offer| offer.said());
    match known {
        Some((what, way)) => {
            let help = offer.map_or_else(|| way.to_string(), |offer| format!("{way}; {offer}"));
            FormatError::at(text, at, format!("this is {what}, which is not read")).with_help(help)
        }
        None => FormatError::at(text, at, "no request was found in this text").with_help(offer.unwrap_or_else(|| expected.to_string())),
    }
}
