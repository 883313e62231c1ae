//! What a configuration of Envoy does to credentials. By its API reference (v3): config.route (request_headers_to_remove,
//! request_headers_to_add), jwt_authn, ext_authz, cors, header_mutation.

use super::cors::{self, AddedHeader};
use super::header::{is_authorization, is_cookie};
use super::tree::{Node, Value};
use crate::domain::server_config::ConfigFinding;

/// True for a document of Envoy's, or a filter for it as a resource of Kubernetes.
pub fn is_one(root: &Node) -> bool {
    let names = ["static_resources", "dynamic_resources", "filter_chains", "http_filters", "virtual_hosts", "staticResources"];
    let is_typed = |node: &Node| node.text_of("@type").starts_with("type.googleapis.com/envoy.");
    names.iter().any(|name| root.get(name).is_some())
        || is_typed(root)
        || root.get("resources").is_some_and(|resources| resources.elements().iter().any(is_typed))
        || root.text_of("kind") == "EnvoyFilter" && root.text_of("apiVersion").starts_with("networking.istio.io/")
}

/// The findings of the documents of a file.
pub fn examine(source: &str, roots: &[Node]) -> Vec<ConfigFinding> {
    let mut found = Vec::new();
    for root in roots.iter().filter(|root| is_one(root)) {
        let mut is_guarded = false;
        root.each("", &mut |_, node| is_guarded |= is_guard(node));
        let file = File { source, is_guarded };
        root.each("", &mut |key, node| found.extend(file.findings(key, node)));
    }
    found
}

/// True for a filter that asks for a login, after which the header may be taken off on purpose.
fn is_guard(node: &Node) -> bool {
    let filters = ["ext_authz", "jwt_authn", "basic_auth", "oauth2", "api_key_auth", "ext_proc", "rbac", "wasm", "lua"];
    let name = node.text_of("name");
    name.starts_with("envoy.filters.http.") && filters.iter().any(|filter| name.ends_with(filter))
}

/// A member in the spelling of YAML or of JSON.
fn either<'n>(node: &'n Node, snake: &str, camel: &str) -> Option<&'n Node> {
    node.get(snake).or_else(|| node.get(camel))
}

struct File<'s> {
    source: &'s str,
    is_guarded: bool,
}

impl File<'_> {
    fn findings(&self, key: &str, node: &Node) -> Vec<ConfigFinding> {
        let mut found = Vec::new();
        match key {
            // Without either, requests are made anonymous on purpose.
            "request_headers_to_remove" | "requestHeadersToRemove"
                if node.texts().iter().any(|name| is_authorization(name)) && node.texts().iter().any(|name| is_cookie(name)) => {}
            "request_headers_to_remove" | "requestHeadersToRemove" if !self.is_guarded => {
                found.extend(node.elements().iter().filter_map(|name| self.removed(name, name.text())));
            }
            "request_mutations" | "requestMutations" if !self.is_guarded => {
                found.extend(node.elements().iter().filter_map(|one| one.get("remove")).filter_map(|name| self.removed(name, name.text())));
            }
            "request_headers_to_add" | "requestHeadersToAdd" => {
                found.extend(node.elements().iter().filter_map(|header| self.replaced(header)))
            }
            "http_filters" | "httpFilters" => found.extend(self.order(node)),
            "allow_headers" | "allowHeaders" => found.extend(self.allowed(node)),
            _ => {}
        }
        if node.text_of("@type").ends_with(".jwt_authn.v3.JwtAuthentication")
            || node.text_of("@type").ends_with(".jwt_authn.v2alpha.JwtAuthentication")
        {
            let providers = node.get("providers").map(Node::members).unwrap_or_default();
            found.extend(providers.iter().flat_map(|(_, provider)| self.provider(provider)));
        }
        if node.text_of("@type").ends_with(".ext_authz.v3.ExtAuthz") {
            found.extend(self.kept_back(node));
        }
        found
    }

    fn removed(&self, at: &Node, name: &str) -> Option<ConfigFinding> {
        let what = match () {
            () if is_authorization(name) => "Authorization is removed before the request goes on",
            () if is_cookie(name) => "cookies are removed before the request goes on, that of the session included",
            () => return None,
        };
        Some(ConfigFinding::at(at.place(self.source), "header-stripped-by-proxy", what, ""))
    }

    /// A fixed value in the place of the client's. Without an action the value is put beside it.
    fn replaced(&self, header: &Node) -> Option<ConfigFinding> {
        let (name, value) = (header.at(&["header", "key"])?, header.at(&["header", "value"])?);
        let is_fixed = !value.text().is_empty() && !value.text().contains('%');
        if self.is_guarded || !is_authorization(name.text()) || !is_fixed {
            return None;
        }
        let action = either(header, "append_action", "appendAction").map_or("", Node::text);
        let is_overwritten = action.starts_with("OVERWRITE") || header.text_of("append").eq_ignore_ascii_case("false");
        match (is_overwritten, action) {
            (true, _) => {
                let message = "Authorization is replaced by a fixed value before the request goes on";
                Some(ConfigFinding::at(name.place(self.source), "header-stripped-by-proxy", message, "append_action: ADD_IF_ABSENT"))
            }
            (false, "" | "APPEND_IF_EXISTS_OR_ADD") => {
                let message = "a request that has Authorization reaches the application with two";
                Some(ConfigFinding::at(name.place(self.source), "authorization-duplicated", message, "append_action: ADD_IF_ABSENT"))
            }
            _ => None,
        }
    }

    /// What a provider of keys does with the token that it verified.
    fn provider(&self, provider: &Node) -> Vec<ConfigFinding> {
        let mut found = Vec::new();
        let hands_on = [
            "forward_payload_header",
            "forwardPayloadHeader",
            "claim_to_headers",
            "claimToHeaders",
            "payload_in_metadata",
            "payloadInMetadata",
        ];
        let is_read_elsewhere =
            either(provider, "from_cookies", "fromCookies").is_some() || either(provider, "from_params", "fromParams").is_some();
        if !provider.is_set("forward") && !is_read_elsewhere && !hands_on.iter().any(|name| provider.get(name).is_some()) {
            let message =
                "the token is taken out of the request once it is verified, and nothing of it is handed on: the application sees none";
            found.push(ConfigFinding::at(provider.place(self.source), "header-stripped-by-proxy", message, "forward: true"));
        }
        for header in either(provider, "from_headers", "fromHeaders").map(Node::elements).unwrap_or_default() {
            let prefix = either(header, "value_prefix", "valuePrefix").map_or("", Node::text);
            if is_authorization(header.text_of("name")) && prefix.is_empty() {
                let message = "without a prefix the word Bearer is read as part of the token";
                found.push(ConfigFinding::at(header.place(self.source), "token-malformed", message, "value_prefix: \"Bearer \""));
            }
        }
        found
    }

    /// Lists of headers for the server that decides, which leave out the credential. To one that is asked over HTTP Authorization always
    /// goes.
    fn kept_back(&self, filter: &Node) -> Option<ConfigFinding> {
        let id = "header-stripped-by-proxy";
        if let Some(barred) = either(filter, "disallowed_headers", "disallowedHeaders")
            && let Some(pattern) = patterns(barred).iter().find(|pattern| is_authorization(pattern.text_of("exact")))
        {
            let message = "Authorization does not go to the server that decides: it sees a request without a credential";
            return Some(ConfigFinding::at(pattern.place(self.source), id, message, ""));
        }
        let allowed = either(filter, "allowed_headers", "allowedHeaders")?;
        either(filter, "grpc_service", "grpcService")?;
        let words = ["auth", "cookie", "token", "key", "session", "jwt", "cert"];
        let may_be_credential = |pattern: &Node| {
            let text = pattern.text_of("exact").to_ascii_lowercase();
            text.is_empty() || words.iter().any(|word| text.contains(word))
        };
        if patterns(allowed).is_empty() || patterns(allowed).iter().any(may_be_credential) {
            return None;
        }
        let message = "neither authorization nor cookie goes to the server that decides: it sees a request without any credential";
        Some(ConfigFinding::at(allowed.place(self.source), id, message, "- exact: authorization"))
    }

    /// The filter that answers OPTIONS behind the one that asks for a token: they work in the order of the list.
    fn order(&self, filters: &Node) -> Option<ConfigFinding> {
        let position = |name: &str| filters.elements().iter().position(|filter| filter.text_of("name") == name);
        let (asks, answers) = (position("envoy.filters.http.jwt_authn")?, position("envoy.filters.http.cors")?);
        let filter = filters.elements().get(asks)?;
        let config = either(filter, "typed_config", "typedConfig")?;
        let lets_pass = config.is_set("bypass_cors_preflight") || config.is_set("bypassCorsPreflight");
        let mut names_options = false;
        config.each("", &mut |key, node| {
            names_options |= node.text().eq_ignore_ascii_case("OPTIONS") || matches!(key, "allow_missing" | "allow_missing_or_failed");
        });
        let has_rules = config.get("rules").is_some_and(|rules| rules.elements().iter().any(|rule| rule.get("requires").is_some()));
        let is_so = asks < answers && has_rules && !lets_pass && !names_options;
        is_so.then(|| {
            cors::guarded(filter.place(self.source), "bypass_cors_preflight: true  # or envoy.filters.http.cors before this filter")
        })
    }

    /// The headers that a page may send. Allowed origins are answered with the origin, so that `*` is no fault there.
    fn allowed(&self, list: &Node) -> Vec<ConfigFinding> {
        let Value::Text(names) = &list.value else { return Vec::new() };
        let texts = [("Access-Control-Allow-Origin", "https://a.example"), ("Access-Control-Allow-Headers", names.as_str())];
        let added = texts.map(|(name, value)| AddedHeader { name, value, is_always: true, at: list.place(self.source) });
        cors::examine(&added, |_, value| format!("allow_headers: \"{value}\""))
    }
}

/// The patterns of a list of matchers.
fn patterns(list: &Node) -> &[Node] {
    list.get("patterns").map(Node::elements).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::{Server, read};

    fn found(text: &str) -> Vec<(usize, &'static str)> {
        read(Server::Envoy, "envoy.yaml", text, &|_| Vec::new()).findings.into_iter().map(|one| (one.line, one.id)).collect()
    }

    #[test]
    fn a_header_that_is_removed_or_replaced_is_found() {
        let route = |lines: &str| format!("virtual_hosts:\n- name: a\n  {lines}\n");
        assert_eq!(found(&route("request_headers_to_remove:\n  - x-a\n  - Authorization")), [(5, "header-stripped-by-proxy")]);
        assert_eq!(found(&route("request_headers_to_remove: [x-a]")), []);
        assert_eq!(found(&route("request_headers_to_remove: [cookie, authorization]")), []);
        let guarded = "http_filters:\n- name: envoy.filters.http.ext_authz\nvirtual_hosts:\n- request_headers_to_remove: [authorization]\n";
        assert_eq!(found(guarded), []);
        let add = |value: &str, action: &str| {
            route(&format!(
                "request_headers_to_add:\n  - header:\n      key: authorization\n      value: \"{value}\"\n    append_action: {action}"
            ))
        };
        assert_eq!(found(&add("Basic x", "OVERWRITE_IF_EXISTS_OR_ADD")), [(5, "header-stripped-by-proxy")]);
        assert_eq!(found(&add("Basic x", "APPEND_IF_EXISTS_OR_ADD")), [(5, "authorization-duplicated")]);
        assert_eq!(found(&add("Basic x", "ADD_IF_ABSENT")), []);
        assert_eq!(found(&add("%REQ(x-token)%", "OVERWRITE_IF_EXISTS_OR_ADD")), []);
        let mutation = "http_filters:\n- typed_config:\n    mutations:\n      request_mutations:\n      - remove: authorization\n";
        assert_eq!(found(mutation), [(5, "header-stripped-by-proxy")]);
        assert_eq!(found(&mutation.replace("authorization", "x-a")), []);
    }

    fn jwt(provider: &str) -> String {
        format!(
            "http_filters:\n- name: envoy.filters.http.jwt_authn\n  typed_config:\n    \"@type\": \
             type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication\n    providers:\n      p:\n        issuer: \
             https://i\n{provider}"
        )
    }

    #[test]
    fn a_token_that_is_taken_out_once_verified_is_found() {
        assert_eq!(found(&jwt("")), [(6, "header-stripped-by-proxy")]);
        assert_eq!(found(&jwt("        forward: false\n")), [(6, "header-stripped-by-proxy")]);
        for fine in ["forward: true", "forward_payload_header: x-payload", "from_cookies: [a]", "claim_to_headers: []"] {
            assert_eq!(found(&jwt(&format!("        {fine}\n"))), [], "{fine}");
        }
        let headers = |line: &str| jwt(&format!("        forward: true\n        from_headers:\n        - name: Authorization\n{line}"));
        assert_eq!(found(&headers("")), [(10, "token-malformed")]);
        assert_eq!(found(&headers("          value_prefix: \"Bearer \"\n")), []);
    }

    #[test]
    fn an_order_that_refuses_options_is_found() {
        let both = |more: &str| {
            let rules = "    rules:\n    - match: {prefix: /}\n      requires: {provider_name: p}\n";
            format!("{}{rules}{more}- name: envoy.filters.http.cors\n", jwt("        forward: true\n"))
        };
        assert_eq!(found(&both("")), [(2, "preflight-refused")]);
        assert_eq!(found(&both("    bypass_cors_preflight: true\n")), []);
        let first = both("").replace("http_filters:\n", "http_filters:\n- name: envoy.filters.http.cors\n");
        assert_eq!(found(&first), []);
    }

    #[test]
    fn headers_that_the_deciding_server_never_sees_are_found() {
        let filter = |lines: &str| {
            format!(
                "http_filters:\n- name: envoy.filters.http.ext_authz\n  typed_config:\n    \"@type\": \
                 type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz\n{lines}"
            )
        };
        let grpc = "    grpc_service: {}\n    allowed_headers:\n      patterns:\n      - exact: x-a\n";
        assert_eq!(found(&filter(grpc)), [(6, "header-stripped-by-proxy")]);
        for fine in [grpc.replace("x-a", "authorization"), grpc.replace("exact: x-a", "prefix: x-"), grpc.replace("grpc", "http")] {
            assert_eq!(found(&filter(&fine)), [], "{fine}");
        }
        let barred = "    disallowed_headers:\n      patterns:\n      - exact: authorization\n";
        assert_eq!(found(&filter(barred)), [(7, "header-stripped-by-proxy")]);
        assert_eq!(found(&filter(&barred.replace("authorization", "x-a"))), []);
    }

    #[test]
    fn a_list_without_authorization_is_found() {
        let policy = |names: &str| {
            format!("virtual_hosts:\n- cors:\n    allow_origin_string_match: [{{exact: \"*\"}}]\n    allow_headers: \"{names}\"\n")
        };
        assert_eq!(found(&policy("content-type")), [(4, "preflight-omits-authorization")]);
        assert_eq!(found(&policy("*")), [(4, "preflight-omits-authorization")]);
        assert_eq!(found(&policy("content-type,authorization")), []);
    }
}
