//! A request of Bruno from its blocks.

use super::bru::{Block, Pair};
use super::{Reading, auth, fields, pairs, text, value};
use crate::formats::import::collection::{Body, FormPart, PartContent, SavedRequest};

const METHODS: [&str; 9] = ["get", "post", "put", "delete", "patch", "options", "head", "connect", "trace"];

/// Reads a request; `None` for a file that holds none, or one of another protocol, which is listed.
pub(super) fn read(reading: &mut Reading, blocks: &[Block], stem: &str) -> Option<SavedRequest> {
    let name = value(blocks, "meta", "name").filter(|name| !name.is_empty()).unwrap_or(stem).to_string();
    let Some(http) = blocks.iter().find(|block| block.name == "http" || METHODS.contains(&block.name.as_str())) else {
        let other = blocks.iter().find(|block| matches!(block.name.as_str(), "grpc" | "ws"));
        match other {
            Some(other) => {
                reading.lose(other.line, format!("“{name}” is a request of another protocol ({}): only HTTP is sent here", other.name))
            }
            None => reading.lose(1, format!("“{name}” has no request")),
        }
        return None;
    };
    reading.scripts(blocks, &format!("“{name}”"));
    let of_http = |member: &str| value(blocks, &http.name, member);
    let method = if http.name == "http" { of_http("method").unwrap_or("GET").to_string() } else { http.name.to_ascii_uppercase() };
    let query = pairs(blocks, "params:query").iter().chain(pairs(blocks, "query")).filter(|pair| !pair.is_on);
    // The address holds the parameters that are on.
    let off: Vec<Pair> = query.cloned().collect();
    let mode = of_http("body").unwrap_or("none");
    let mut saved = SavedRequest {
        description: text(blocks, "docs").unwrap_or_default().to_string(),
        method,
        url: of_http("url").unwrap_or_default().to_string(),
        query: fields(&off),
        path: fields(pairs(blocks, "params:path")),
        headers: fields(pairs(blocks, "headers")),
        auth: auth::read(blocks, of_http("auth").unwrap_or("none")),
        variables: reading.variables(blocks, "vars:pre-request"),
        shows_redirects: value(blocks, "settings", "followRedirects") == Some("false"),
        source: reading.source.to_string(),
        line: http.line,
        name,
        ..SavedRequest::default()
    };
    match body(blocks, mode) {
        Some(body) => saved.body = body,
        None => {
            reading.lose(http.line, format!("the body of “{}” is not carried over: its mode is {mode}, which is not known", saved.name))
        }
    }
    Some(saved)
}

fn body(blocks: &[Block], mode: &str) -> Option<Body> {
    let of = |block: &str, media_type: &str| match text(blocks, block).or_else(|| text(blocks, "body")) {
        Some(text) if !text.is_empty() => Body::Text { text: text.to_string(), media_type: media_type.into() },
        _ => Body::Empty,
    };
    Some(match mode {
        "none" | "" => Body::Empty,
        "json" => of("body:json", "application/json"),
        "text" => of("body:text", "text/plain"),
        "xml" => of("body:xml", "application/xml"),
        "sparql" => of("body:sparql", "application/sparql-query"),
        "form-urlencoded" | "formUrlEncoded" => Body::Form(fields(pairs(blocks, "body:form-urlencoded"))),
        "multipart-form" | "multipartForm" => Body::Multipart(pairs(blocks, "body:multipart-form").iter().map(part).collect()),
        "graphql" => Body::GraphQl {
            query: text(blocks, "body:graphql").unwrap_or_default().to_string(),
            variables: text(blocks, "body:graphql:vars").unwrap_or_default().to_string(),
            operation: String::new(),
        },
        "file" => {
            let pair = pairs(blocks, "body:file").iter().find(|pair| pair.is_on);
            let part = pair.map(part).unwrap_or_default();
            match part.content {
                PartContent::Files(paths) => Body::File { path: paths.into_iter().next().unwrap_or_default(), media_type: part.media_type },
                PartContent::Text(_) => Body::Empty,
            }
        }
        _ => return None,
    })
}

/// `name: text @contentType(a/b)`, `name: @file(path|path) @contentType(a/b)`.
fn part(pair: &Pair) -> FormPart {
    let (value, media_type) = match pair.value.rsplit_once("@contentType(") {
        Some((value, kind)) => (value.trim_end(), kind.trim_end().trim_end_matches(')')),
        None => (pair.value.as_str(), ""),
    };
    let content = match value.strip_prefix("@file(") {
        Some(paths) => {
            let paths = paths.trim_end().trim_end_matches(')').split('|').map(str::trim);
            PartContent::Files(paths.filter(|path| !path.is_empty()).map(str::to_string).collect())
        }
        None => PartContent::Text(value.to_string()),
    };
    FormPart { name: pair.name.clone(), content, media_type: media_type.into(), is_on: pair.is_on }
}
