//! What annotations of an Ingress for ingress-nginx do to credentials. By its documentation: Annotations (enable-cors, auth-cache-key,
//! configuration-snippet, server-snippet, auth-snippet), and its template of nginx.conf for what each becomes.

use super::cors::{self, AddedHeader};
use super::directive::{Directive, read_nginx};
use super::nginx;
use super::tree::Node;
use crate::domain::server_config::ConfigFinding;

/// How the names of annotations begin.
const PREFIX: &str = "nginx.ingress.kubernetes.io/";

/// True for an Ingress with annotations for nginx.
pub fn is_one(root: &Node) -> bool {
    resources(root).into_iter().any(|resource| annotations(resource).is_some())
}

/// A resource, or those of a list.
fn resources(root: &Node) -> Vec<&Node> {
    match root.text_of("kind") {
        "List" => root.get("items").map(Node::elements).unwrap_or_default().iter().collect(),
        _ => vec![root],
    }
}

/// The annotations of an Ingress, if any is for nginx.
fn annotations(resource: &Node) -> Option<Annotations<'_>> {
    let all = resource.at(&["metadata", "annotations"]).filter(|_| resource.text_of("kind") == "Ingress")?;
    all.members().iter().any(|(name, _)| name.starts_with(PREFIX)).then_some(Annotations { all })
}

/// The findings of the documents of a file.
pub fn examine(source: &str, text: &str, roots: &[Node]) -> Vec<ConfigFinding> {
    let lines: Vec<&str> = text.lines().collect();
    let all = roots.iter().flat_map(resources).filter_map(annotations);
    all.flat_map(|annotations| File { source, lines: &lines, annotations }.findings()).collect()
}

/// The annotations of one Ingress.
#[derive(Clone, Copy)]
struct Annotations<'n> {
    all: &'n Node,
}

impl<'n> Annotations<'n> {
    fn get(self, name: &str) -> Option<&'n Node> {
        self.all.members().iter().find(|(key, _)| key.strip_prefix(PREFIX) == Some(name)).map(|(_, node)| node)
    }

    fn text(self, name: &str) -> &'n str {
        self.get(name).map_or("", Node::text)
    }
}

struct File<'n> {
    source: &'n str,
    lines: &'n [&'n str],
    annotations: Annotations<'n>,
}

impl<'n> File<'n> {
    fn findings(&self) -> Vec<ConfigFinding> {
        let mut found = self.cors();
        found.extend(self.cached());
        let is_guarded = self.annotations.get("auth-url").is_some() || self.annotations.get("auth-type").is_some();
        found.extend(self.snippet("configuration-snippet", is_guarded));
        found.extend(self.snippet("auth-snippet", false));
        found.extend(self.snippet("server-snippet", is_guarded));
        found
    }

    /// What nginx would say of a snippet where the controller puts it.
    fn snippet(&self, name: &str, is_guarded: bool) -> Vec<ConfigFinding> {
        let Some(snippet) = self.annotations.get(name) else { return Vec::new() };
        let synthetic = |name: &str, arg: &str| Directive { name: name.into(), args: vec![arg.into()], ..Directive::default() };
        let mut block = read_nginx(self.source, snippet.text(), &|_| Vec::new());
        self.placed(snippet, &mut block);
        if name != "server-snippet" {
            block.push(synthetic("proxy_pass", "http://upstream_balancer"));
        }
        if is_guarded {
            block.push(synthetic("auth_request", "/auth"));
        }
        let head = if name == "server-snippet" { "server" } else { "location" };
        let tree = [Directive { name: head.into(), args: vec!["/".into()], block: Some(block), ..Directive::default() }];
        // What is said of the lines that the controller adds is not said of the annotation; underscores are let through elsewhere.
        let is_of_snippet = |finding: &ConfigFinding| finding.line > 0 && finding.id != "authorization-misspelled";
        nginx::examine(&tree).into_iter().filter(is_of_snippet).collect()
    }

    /// Gives the directives of a snippet their lines in the file. A text that is folded or quoted has no lines of its own.
    fn placed(&self, snippet: &Node, block: &mut Vec<Directive>) {
        for directive in block {
            let line = snippet.text_line + directive.line.saturating_sub(1);
            let written = self.lines.get(line.saturating_sub(1)).copied().unwrap_or_default().to_ascii_lowercase();
            let is_there = snippet.text_line > snippet.line && written.contains(&directive.name);
            directive.line = if is_there { line } else { snippet.line };
            if directive.name == "more_set_headers"
                && let [header] = directive.args.as_slice()
                && let Some((name, value)) = header.split_once(':')
            {
                directive.args = vec![name.trim().into(), value.trim().into(), "always".into()];
                directive.name = "add_header".into();
            }
            if let Some(inner) = &mut directive.block {
                self.placed(snippet, inner);
            }
        }
    }

    /// The headers that `enable-cors` adds: without an origin `*`, without a list one that has Authorization.
    fn cors(&self) -> Vec<ConfigFinding> {
        let is_on = self.annotations.text("enable-cors").eq_ignore_ascii_case("true");
        let (origin, credentials) = (self.annotations.get("cors-allow-origin"), self.annotations.get("cors-allow-credentials"));
        let mut headers = Vec::new();
        let mut add = |name, node: Option<&'n Node>, value: &'n str| {
            headers.extend(node.map(|node| AddedHeader { name, value, is_always: true, at: node.place(self.source) }));
        };
        let written = origin.map_or("*", Node::text).trim();
        add("Access-Control-Allow-Origin", origin.or(credentials).or(self.annotations.get("enable-cors")), written);
        // Only what is written: requests without cookies need none.
        add("Access-Control-Allow-Credentials", credentials, credentials.map_or("", Node::text));
        let list = self.annotations.get("cors-allow-headers");
        add("Access-Control-Allow-Headers", list, list.map_or("", Node::text));
        let write = |name: &str, value: &str| {
            let name = name.trim_start_matches("Access-Control-").to_ascii_lowercase();
            format!("{PREFIX}cors-{name}: \"{value}\"")
        };
        if is_on { cors::examine(&headers, write) } else { Vec::new() }
    }

    /// Decisions of the server that is asked, kept under a key that has no credential.
    fn cached(&self) -> Option<ConfigFinding> {
        let key = self.annotations.get("auth-cache-key")?;
        self.annotations.get("auth-url")?;
        let text = key.text().to_ascii_lowercase();
        let words = ["authorization", "cookie", "token", "key", "session", "jwt", "user", "$arg_", "$request_id"];
        if text.is_empty() || words.iter().any(|word| text.contains(word)) {
            return None;
        }
        let message = "the decision about one request is given to others: the key has no credential in it, and a 401 is kept for 5 minutes";
        let write = format!("{PREFIX}auth-cache-key: \"{}$http_authorization$http_cookie\"", key.text());
        Some(ConfigFinding::at(key.place(self.source), "response-from-cache", message, write))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Server, read};

    fn found(text: &str) -> Vec<(usize, &'static str)> {
        read(Server::Ingress, "ingress.yaml", text, &|_| Vec::new()).findings.into_iter().map(|one| (one.line, one.id)).collect()
    }

    fn ingress(annotations: &str) -> String {
        let annotations: String = annotations.lines().map(|line| format!("    {line}\n")).collect();
        let annotations = annotations.replace("N/", "nginx.ingress.kubernetes.io/");
        format!("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  annotations:\n{annotations}spec: {{}}\n")
    }

    #[test]
    fn lines_in_snippets_are_found() {
        let snippet = |line: &str| ingress(&format!("N/configuration-snippet: |\n  proxy_set_header X-A b;\n  {line}"));
        assert_eq!(found(&snippet("proxy_set_header Authorization \"\";")), [(7, "header-stripped-by-proxy")]);
        assert_eq!(found(&snippet("proxy_set_header Authorization $http_x_token;")), []);
        assert_eq!(found(&snippet("add_header Access-Control-Allow-Origin https://a.example;")), [(7, "cors-hides-status")]);
        assert_eq!(found(&snippet("more_set_headers \"Access-Control-Allow-Origin: https://a.example\";")), []);
        let guarded = snippet("proxy_set_header Authorization \"\";").replace("metadata:\n", "metadata:\n  name: a\n");
        let guarded = guarded.replace("  annotations:\n", "  annotations:\n    nginx.ingress.kubernetes.io/auth-url: https://auth\n");
        assert_eq!(found(&guarded), []);
        let quoted = ingress("N/configuration-snippet: \"a b;\\nproxy_set_header Authorization '';\"");
        assert_eq!(found(&quoted), [(5, "header-stripped-by-proxy")]);
        let folded = ingress("N/configuration-snippet: >\n  a b;\n  c d;\n\n  proxy_set_header Authorization '';");
        assert!(matches!(found(&folded).as_slice(), [(5 | 9, "header-stripped-by-proxy")]), "{:?}", found(&folded));
        let auth = ingress("N/auth-url: https://auth\nN/auth-snippet: |\n  proxy_set_header Authorization '';");
        assert_eq!(found(&auth), [(7, "header-stripped-by-proxy")]);
    }

    #[test]
    fn headers_for_pages_of_other_origins_are_found() {
        let both = "N/enable-cors: \"true\"\nN/cors-allow-origin: \"*\"\nN/cors-allow-credentials: \"true\"";
        assert_eq!(found(&ingress(both)), [(6, "credentials-with-wildcard")]);
        assert_eq!(found(&ingress(&both.replace("N/cors-allow-origin: \"*\"\n", ""))), [(6, "credentials-with-wildcard")]);
        for fine in [both.replace('*', "https://a.example"), both.replacen("true", "false", 1), "N/enable-cors: \"true\"".to_string()] {
            assert_eq!(found(&ingress(&fine)), [], "{fine}");
        }
        let list = "N/enable-cors: \"true\"\nN/cors-allow-headers: \"Content-Type\"";
        assert_eq!(found(&ingress(list)), [(6, "preflight-omits-authorization")]);
        assert_eq!(found(&ingress(&list.replace("Content-Type", "Content-Type, Authorization"))), []);
    }

    #[test]
    fn decisions_that_are_kept_for_others_are_found() {
        let text = "N/auth-url: https://auth\nN/auth-cache-key: \"$host$request_uri\"";
        assert_eq!(found(&ingress(text)), [(6, "response-from-cache")]);
        assert_eq!(found(&ingress(&text.replace("$host", "$remote_user$http_authorization"))), []);
    }

    #[test]
    fn each_document_is_read() {
        let other = "kind: Service\nmetadata:\n  annotations: {a: b}\n";
        let text = format!("{other}---\n{}", ingress("N/enable-cors: \"true\"\nN/cors-allow-headers: \"X-A\""));
        assert_eq!(found(&text), [(10, "preflight-omits-authorization")]);
    }
}
