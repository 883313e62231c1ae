//! Exchanges as a page of Markdown: for each request what it needs, then the request itself.

use std::borrow::Cow;

use super::Provision;
use crate::domain::exchange::Exchange;
use crate::domain::oauth::{ClientAuth, OAuthConfig};
use crate::domain::origin::is_credential;
use crate::domain::request::pictured;
use crate::formats::auth_config::ReadConfig;
use crate::formats::markup::plain;
use crate::formats::mask::{MASK, masked};
use crate::formats::variables::placeholders;

/// The page. Of requests without a provision nothing is known but what they say themselves.
pub(super) fn write(exchanges: &[Cow<Exchange>], provisions: &[Provision], note: Option<&str>) -> String {
    let mut page = note.map(|note| format!("> {note}\n\n")).unwrap_or_default();
    let none = Provision::default();
    for (index, exchange) in exchanges.iter().enumerate() {
        let request = &exchange.request;
        let mut text = format!("{} {}\n", request.method, pictured(&request.url));
        for (_, header) in request.headers.iter() {
            text.push_str(&format!("{}: {}\n", pictured(&header.name), pictured(&header.value)));
        }
        if !request.body.is_empty() {
            text.push_str(&format!("\n{}\n", request.body.as_str()));
        }
        // A fence longer than any in the text.
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
        let fence = "`".repeat(longest.max(2) + 1);
        page.push_str(&format!("## {}\n\n{}{fence}http\n{text}{fence}\n", plain(&exchange.title()), {
            table(&needs(exchange, provisions.get(index).unwrap_or(&none)))
        }));
        if let Some(answer) = &exchange.answer {
            page.push_str(&format!("\nAnswered {}\n", plain(&format!("{} {}", answer.status, answer.reason))));
        }
        page.push('\n');
    }
    page.trim_end().to_string() + "\n"
}

fn table(rows: &[(&str, String)]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let rows: String = rows.iter().map(|(what, said)| format!("| {what} | {} |\n", said.replace('|', "\\|").replace('\n', " "))).collect();
    format!("| it needs | |\n|---|---|\n{rows}\n")
}

/// What a request needs, row by row, without secrets.
fn needs(exchange: &Exchange, provision: &Provision) -> Vec<(&'static str, String)> {
    let context = &exchange.context;
    let credentials = credentials(exchange);
    let token = provision.token.as_ref();
    let list = |values: &[String]| values.iter().map(|value| code(value)).collect::<Vec<_>>().join(" or ");
    let mut variables = provision.variables.clone();
    variables.extend(token.into_iter().flat_map(|read| read.unresolved.iter().map(|(name, _)| name.clone())));
    variables.dedup();
    let rows = [
        ("credential", credentials.join("; ")),
        ("audience", list(&context.audience)),
        ("issuer", list(&context.issuer)),
        ("scopes", context.scope.iter().map(|scope| code(scope)).collect::<Vec<_>>().join(" ")),
        ("token", token.map(obtained).unwrap_or_default()),
        ("variables", variables.iter().map(|name| code(name)).collect::<Vec<_>>().join(", ")),
        ("status", list(&context.expect_status)),
    ];
    rows.into_iter().filter(|(_, said)| !said.is_empty()).collect()
}

/// Where the request has its credentials, and of which kind they are.
fn credentials(exchange: &Exchange) -> Vec<String> {
    let request = masked(&exchange.request);
    let mut found: Vec<String> = Vec::new();
    for (_, header) in exchange.request.headers.iter().filter(|(_, header)| is_credential(header)) {
        found.push(if header.is("authorization") {
            let scheme = header.value.split_whitespace().next().filter(|_| header.value.trim().contains(' '));
            scheme.map_or_else(|| "a key in `Authorization`".into(), |scheme| format!("{} in `Authorization`", plain(scheme)))
        } else if header.is("cookie") {
            let names = header.value.split(';').filter_map(|pair| pair.split('=').next()).map(|name| code(name.trim()));
            format!("cookies {}", names.collect::<Vec<_>>().join(", "))
        } else {
            format!("{} in the header", code(&header.name))
        });
    }
    let query = request.url.split_once('?').map_or("", |(_, query)| query);
    let hidden = query.split(['&', '#']).filter_map(|pair| pair.split_once('=')).filter(|(_, value)| *value == MASK);
    found.extend(hidden.map(|(name, _)| format!("{} in the query", code(name))));
    found
}

/// How the token is obtained.
fn obtained(read: &ReadConfig) -> String {
    let OAuthConfig { grant, token_url, auth_url, client_id, client_auth, scope, parameters, .. } = &read.config;
    let mut said = format!("by {} from {}", grant.title(), code(token_url));
    if !auth_url.is_empty() {
        said.push_str(&format!(", after a login at {}", code(auth_url)));
    }
    if !client_id.is_empty() {
        let proof = match client_auth {
            ClientAuth::Basic | ClientAuth::Body if read.config.client_secret.is_empty() => "",
            ClientAuth::Basic | ClientAuth::Body => " with its secret",
            ClientAuth::PrivateKeyJwt => " with an assertion of its private key",
            ClientAuth::Certificate => " with its certificate",
            ClientAuth::None => "",
        };
        said.push_str(&format!(", as the client {}{proof}", code(client_id)));
    }
    if !scope.is_empty() {
        said.push_str(&format!(", for the scopes {}", code(scope)));
    }
    for parameter in parameters.iter().filter(|parameter| matches!(parameter.name.as_str(), "audience" | "resource")) {
        said.push_str(&format!(", {} {}", plain(&parameter.name), code(&parameter.value)));
    }
    said
}

/// A text as code.
fn code(text: &str) -> String {
    let text = pictured(text).replace('`', "'");
    // A variable is named as it is written.
    if text.is_empty() || placeholders(&text).count() > 1 { plain(&text) } else { format!("`{text}`") }
}
