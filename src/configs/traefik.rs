//! What a configuration of Traefik does to credentials. By its documentation: HTTP Middlewares (Headers, BasicAuth, DigestAuth,
//! ForwardAuth, Chain), Routers, and the resources Middleware and IngressRoute of Kubernetes.

use std::collections::HashMap;

use super::cors::{self, AddedHeader};
use super::header::{is_authorization, is_cookie};
use super::tree::{Node, Value};
use crate::domain::server_config::ConfigFinding;

/// Middlewares of one router that are followed, chains included.
const MOST: usize = 64;
/// Chains one inside the other.
const DEEPEST: usize = 4;

/// True for a document of Traefik's.
pub fn is_one(root: &Node) -> bool {
    let has_any = |node: &Node, names: &[&str]| names.iter().any(|name| node.like(name).is_some_and(|found| !found.members().is_empty()));
    let is_resource = root.text_of("apiVersion").starts_with("traefik.") && matches!(root.text_of("kind"), "Middleware" | "IngressRoute");
    is_resource
        || root
            .like("http")
            .is_some_and(|http| has_any(http, &["middlewares", "routers"]) || has_any(http, &["services"]) && http.members().len() == 1)
        || root.like("entryPoints").is_some_and(|points| !points.members().is_empty()) && root.members().len() > 1
}

/// The findings of the documents of a file.
pub fn examine(source: &str, roots: &[Node]) -> Vec<ConfigFinding> {
    let mut file = File { source, middlewares: HashMap::new(), order: Vec::new(), routers: Vec::new() };
    roots.iter().filter(|root| is_one(root)).for_each(|root| file.add(root));
    let uses = Uses::of(&file);
    let mut found = Vec::new();
    for name in &file.order {
        found.extend(file.middlewares.get(name).into_iter().flat_map(|middleware| file.of_middleware(name, middleware, &uses)));
    }
    found.extend(file.routers.iter().zip(&uses.lists).filter_map(|(router, used)| file.order_of(router, used)));
    found
}

/// What routes a request.
struct Router<'n> {
    /// The list of its middlewares.
    list: Option<&'n Node>,
    names: Vec<&'n str>,
    /// It is served by Traefik itself.
    is_internal: bool,
}

/// The middlewares and routers of a file.
struct File<'n> {
    source: &'n str,
    middlewares: HashMap<&'n str, &'n Node>,
    order: Vec<&'n str>,
    routers: Vec<Router<'n>>,
}

/// Which middlewares the routers use.
struct Uses<'n> {
    /// Those of each router, in their order.
    lists: Vec<Vec<&'n str>>,
    /// The first routers that use each of them.
    users: HashMap<&'n str, Vec<usize>>,
    /// Whether any middleware of the file asks for a login.
    has_guard: bool,
}

impl<'n> Uses<'n> {
    fn of(file: &File<'n>) -> Self {
        let lists: Vec<Vec<&str>> = file.routers.iter().map(|router| file.followed(router)).collect();
        let mut users: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, name) in (0..).zip(&lists).flat_map(|(at, list)| list.iter().map(move |name| (at, *name))) {
            let of_one = users.entry(name).or_default();
            if of_one.len() < MOST && of_one.last() != Some(&at) {
                of_one.push(at);
            }
        }
        Self { has_guard: file.order.iter().any(|name| file.is_guard(name)), lists, users }
    }
}

/// The name of a middleware without its provider.
fn plain(name: &str) -> &str {
    name.split('@').next().unwrap_or_default()
}

impl<'n> File<'n> {
    fn add(&mut self, root: &'n Node) {
        if let Some(http) = root.like("http") {
            for (name, middleware) in http.like("middlewares").map(Node::members).unwrap_or_default() {
                self.add_middleware(name, middleware);
            }
            for (_, router) in http.like("routers").map(Node::members).unwrap_or_default() {
                let list = router.like("middlewares");
                let names = list.map(Node::texts).unwrap_or_default().into_iter().map(plain).collect();
                let is_internal = router.like("service").is_some_and(|service| service.text().ends_with("@internal"));
                self.routers.push(Router { list, names, is_internal });
            }
        }
        let name = root.at(&["metadata", "name"]).map_or("", Node::text);
        let Some(spec) = root.get("spec") else { return };
        if root.text_of("kind") == "Middleware" {
            self.add_middleware(name, spec);
        }
        for route in spec.get("routes").map(Node::elements).unwrap_or_default() {
            let list = route.get("middlewares");
            let names = list.map(Node::elements).unwrap_or_default().iter().map(|one| one.text_of("name")).collect();
            let services = route.get("services").map(Node::elements).unwrap_or_default();
            let is_internal = services.iter().any(|service| service.text_of("name").ends_with("@internal"));
            self.routers.push(Router { list, names, is_internal });
        }
    }

    fn add_middleware(&mut self, name: &'n str, middleware: &'n Node) {
        if self.middlewares.insert(name, middleware).is_none() {
            self.order.push(name);
        }
    }

    /// The middlewares of a router in their order, those of chains in their place.
    fn followed(&self, router: &Router<'n>) -> Vec<&'n str> {
        fn follow<'n>(file: &File<'n>, names: &[&'n str], depth: usize, all: &mut Vec<&'n str>) {
            for name in names {
                if all.len() >= MOST {
                    return;
                }
                let chain =
                    file.middlewares.get(name).and_then(|middleware| middleware.like("chain")).and_then(|chain| chain.like("middlewares"));
                match chain {
                    Some(chain) if depth < DEEPEST => {
                        let text = |one: &'n Node| plain(if one.text().is_empty() { one.text_of("name") } else { one.text() });
                        follow(file, &chain.elements().iter().take(MOST).map(text).collect::<Vec<_>>(), depth + 1, all);
                    }
                    _ => all.push(name),
                }
            }
        }
        let mut all = Vec::new();
        follow(self, &router.names, 0, &mut all);
        all
    }

    /// True for a middleware that asks for a login, or whose kind is not known here.
    fn is_guard(&self, name: &str) -> bool {
        let known = ["basicAuth", "digestAuth", "forwardAuth", "plugin", "jwt", "oidc"];
        self.middlewares.get(name).is_none_or(|middleware| known.iter().any(|kind| middleware.like(kind).is_some()))
    }

    fn of_middleware(&self, name: &str, middleware: &'n Node, uses: &Uses<'n>) -> Vec<ConfigFinding> {
        let users = uses.users.get(name).map_or(&[][..], Vec::as_slice);
        let mut found = Vec::new();
        if let Some(headers) = middleware.like("headers") {
            let others_guard =
                |at: &usize| uses.lists.get(*at).is_some_and(|used| used.iter().any(|other| *other != name && self.is_guard(other)));
            // Where no router is seen, a login in the file may be the reason.
            let is_on_purpose = match users {
                [] => uses.has_guard,
                users => users.iter().all(others_guard),
            };
            if !is_on_purpose {
                found.extend(self.lost(headers));
            }
            found.extend(self.cors(headers));
        }
        let reaches_application = users.iter().any(|at| self.routers.get(*at).is_some_and(|router| !router.is_internal));
        if reaches_application {
            found.extend(self.two_layers(middleware));
        }
        found.extend(middleware.like("forwardAuth").and_then(|auth| self.kept_back(auth)));
        found
    }

    /// Headers that are emptied or replaced: an empty value removes one.
    fn lost(&self, headers: &'n Node) -> Vec<ConfigFinding> {
        let id = "header-stripped-by-proxy";
        let custom = headers.like("customRequestHeaders").map(Node::members).unwrap_or_default();
        let removes = |is: fn(&str) -> bool| {
            custom.iter().any(|(name, value)| is(name) && matches!(&value.value, Value::Text(text) if text.is_empty()))
        };
        // Without either, requests are made anonymous on purpose.
        if removes(is_authorization) && removes(is_cookie) {
            return Vec::new();
        }
        let found = |(name, value): &'n (String, Node)| {
            let at = value.place(self.source);
            match &value.value {
                Value::Text(text) if text.is_empty() && is_authorization(name) => Some(ConfigFinding::at(
                    at,
                    id,
                    "Authorization is removed before the request goes on: an empty value takes the header off",
                    "",
                )),
                Value::Text(text) if text.is_empty() && is_cookie(name) => {
                    let message = "cookies are removed before the request goes on, that of the session included";
                    Some(ConfigFinding::at(at, id, message, ""))
                }
                Value::Text(_) if is_authorization(name) => {
                    Some(ConfigFinding::at(at, id, "Authorization is replaced by a fixed value before the request goes on", ""))
                }
                _ => None,
            }
        };
        custom.iter().filter_map(found).collect()
    }

    /// Traefik asks for a login by the header that the application reads too.
    fn two_layers(&self, middleware: &'n Node) -> Option<ConfigFinding> {
        let (kind, auth) = ["basicAuth", "digestAuth"].into_iter().find_map(|kind| Some((kind, middleware.like(kind)?)))?;
        let is_removed = auth.like("removeHeader").is_some_and(|remove| remove.text().eq_ignore_ascii_case("true"));
        let scheme = if kind == "basicAuth" { "Basic" } else { "Digest" };
        let message = format!(
            "Traefik asks for {scheme} here and hands the same Authorization on: if the application has a login of its own, its Bearer token can never arrive"
        );
        let write = if self.is_toml() { "removeHeader = true" } else { "removeHeader: true" };
        (!is_removed).then(|| ConfigFinding::at(auth.place(self.source), "two-layers-share-authorization", message, write))
    }

    /// A list of headers for the server that decides, which leaves out every credential.
    fn kept_back(&self, auth: &'n Node) -> Option<ConfigFinding> {
        let list = auth.like("authRequestHeaders")?;
        let names = list.texts();
        let may_be_credential = |name: &&str| {
            ["auth", "cookie", "token", "key", "session", "jwt", "cert"].iter().any(|word| name.to_ascii_lowercase().contains(word))
        };
        if names.is_empty() || names.iter().any(may_be_credential) {
            return None;
        }
        let message = "neither Authorization nor Cookie goes to the server that decides: it sees a request without any credential";
        let quoted: Vec<String> = names.iter().chain(&["Authorization", "Cookie"]).map(|name| format!("\"{name}\"")).collect();
        let write = format!("authRequestHeaders{} [{}]", if self.is_toml() { " =" } else { ":" }, quoted.join(", "));
        Some(ConfigFinding::at(list.place(self.source), "header-stripped-by-proxy", message, write))
    }

    /// Headers for pages of other origins. Together with credentials Traefik answers `*` with the origin and the names that are asked for
    /// (pkg/middlewares/headers), so that only lists are judged.
    fn cors(&self, headers: &'n Node) -> Vec<ConfigFinding> {
        let mut found = Vec::new();
        let is_shared =
            headers.like("accessControlAllowOriginList").is_some() || headers.like("accessControlAllowOriginListRegex").is_some();
        let has_credentials = headers.like("accessControlAllowCredentials").is_some_and(|flag| flag.text().eq_ignore_ascii_case("true"));
        if let Some(allowed) = headers.like("accessControlAllowHeaders").filter(|_| is_shared) {
            let names = allowed.texts().join(", ");
            let is_open = names.contains('*') && has_credentials;
            let texts = [("Access-Control-Allow-Origin", "https://a.example"), ("Access-Control-Allow-Headers", names.as_str())];
            let added = texts.map(|(name, value)| AddedHeader { name, value, is_always: true, at: allowed.place(self.source) });
            if !is_open && !names.is_empty() {
                found.extend(cors::examine(&added, |_, value| match self.is_toml() {
                    true => format!("accessControlAllowHeaders = [{}]", quoted(value)),
                    false => format!("accessControlAllowHeaders: [{}]", quoted(value)),
                }));
            }
        }
        let custom = headers.like("customResponseHeaders").map(Node::members).unwrap_or_default();
        let added =
            |(name, value): &'n (String, Node)| AddedHeader { name, value: value.text(), is_always: true, at: value.place(self.source) };
        let added: Vec<AddedHeader> = custom.iter().map(added).filter(|header| !header.value.is_empty()).collect();
        found.extend(cors::examine(&added, |name, value| match self.is_toml() {
            true => format!("{name} = \"{value}\""),
            false => format!("{name}: \"{value}\""),
        }));
        found
    }

    /// A login before the middleware that answers OPTIONS: they work in the order of the list.
    fn order_of(&self, router: &Router<'n>, used: &[&'n str]) -> Option<ConfigFinding> {
        let asks = |name: &str| {
            let middleware = self.middlewares.get(name);
            middleware.is_some_and(|middleware| middleware.like("basicAuth").is_some() || middleware.like("digestAuth").is_some())
        };
        let answers = |name: &str| {
            let headers = self.middlewares.get(name).and_then(|middleware| middleware.like("headers"));
            headers.is_some_and(|headers| headers.like("accessControlAllowOriginList").is_some_and(|list| !list.texts().is_empty()))
        };
        let (login, shared) = (used.iter().position(|name| asks(name))?, used.iter().position(|name| answers(name))?);
        let (list, first) = (router.list?, *used.get(shared)?);
        if login > shared {
            return None;
        }
        let rest = used.iter().filter(|name| **name != first);
        let write =
            format!("middlewares with {first} first: {}", std::iter::once(&first).chain(rest).copied().collect::<Vec<_>>().join(", "));
        Some(cors::guarded(list.place(self.source), &write))
    }

    fn is_toml(&self) -> bool {
        self.source.to_ascii_lowercase().ends_with(".toml")
    }
}

fn quoted(names: &str) -> String {
    names.split(',').map(|name| format!("\"{}\"", name.trim())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::{Server, read};

    fn found(text: &str) -> Vec<(usize, &'static str)> {
        read(Server::Traefik, "dynamic.yml", text, &|_| Vec::new()).findings.into_iter().map(|one| (one.line, one.id)).collect()
    }

    fn dynamic(middlewares: &str, used: &str) -> String {
        format!(
            "http:\n  middlewares:\n{middlewares}\n  routers:\n    r:\n      rule: Host(`a`)\n      middlewares: [{used}]\n      service: app\n"
        )
    }

    #[test]
    fn a_header_that_is_emptied_or_replaced_is_found() {
        for (value, is_found) in
            [("Authorization: \"\"", true), ("authorization: \"Basic x\"", true), ("Cookie: \"\"", true), ("X-A: \"\"", false)]
        {
            let expected = if is_found { vec![(6, "header-stripped-by-proxy")] } else { Vec::new() };
            let text = dynamic(&format!("    m:\n      headers:\n        customRequestHeaders:\n          {value}"), "m@file");
            assert_eq!(found(&text), expected, "{value}");
        }
        let anonymous = "    m:\n      headers:\n        customRequestHeaders:\n          Cookie: \"\"\n          Authorization: \"\"";
        assert_eq!(found(&dynamic(anonymous, "m")), []);
        let guarded = "    login:\n      forwardAuth:\n        address: http://auth\n    m:\n      headers:\n        customRequestHeaders:\n          \
                       Authorization: \"\"";
        assert_eq!(found(&dynamic(guarded, "login, m")), []);
        assert_eq!(found(&dynamic(guarded, "m")), [(9, "header-stripped-by-proxy")]);
        let resource = "apiVersion: traefik.io/v1alpha1\nkind: Middleware\nmetadata:\n  name: m\nspec:\n  headers:\n    customRequestHeaders:\n      \
                        Authorization: ''\n";
        assert_eq!(found(&format!("---\n{resource}")), [(9, "header-stripped-by-proxy")]);
    }

    #[test]
    fn two_logins_are_found() {
        let basic = "    login:\n      basicAuth:\n        users: [\"a:b\"]";
        assert_eq!(found(&dynamic(basic, "login")), [(4, "two-layers-share-authorization")]);
        assert_eq!(
            found(&dynamic(&format!("{basic}\n    c:\n      chain:\n        middlewares: [login]"), "c")),
            [(4, "two-layers-share-authorization")]
        );
        assert_eq!(found(&dynamic(&format!("{basic}\n        removeHeader: true"), "login")), []);
        assert_eq!(found(&dynamic(basic, "")), []);
        assert_eq!(found(&dynamic(basic, "login").replace("service: app", "service: api@internal")), []);
        let toml =
            "[http.middlewares.login.basicAuth]\nusers = [\"a:b\"]\n[http.routers.r]\nmiddlewares = [\"login\"]\nservice = \"app\"\n";
        let of = |text: &str| read(Server::Traefik, "a.toml", text, &|_| Vec::new()).findings;
        assert_eq!((of(toml)[0].line, of(toml)[0].write.as_str()), (1, "removeHeader = true"));
        assert_eq!(of(&toml.replace("users", "removeHeader = true\nusers")), []);
    }

    #[test]
    fn headers_that_the_deciding_server_never_sees_are_found() {
        let forward = |list: &str| dynamic(&format!("    m:\n      forwardAuth:\n        address: http://auth\n        {list}"), "m");
        assert_eq!(found(&forward("authRequestHeaders: [Accept]")), [(6, "header-stripped-by-proxy")]);
        for fine in [
            "authRequestHeaders: [Accept, Cookie]",
            "authRequestHeaders: [X-Api-Key]",
            "authRequestHeaders: []",
            "trustForwardHeader: true",
        ] {
            assert_eq!(found(&forward(fine)), [], "{fine}");
        }
    }

    #[test]
    fn headers_for_pages_of_other_origins_are_found() {
        let cors = |lines: &str| {
            dynamic(&format!("    c:\n      headers:\n        accessControlAllowOriginList: [\"https://a\"]\n        {lines}"), "c")
        };
        assert_eq!(found(&cors("accessControlAllowHeaders: [Content-Type]")), [(6, "preflight-omits-authorization")]);
        assert_eq!(found(&cors("accessControlAllowHeaders: [\"*\"]")), [(6, "preflight-omits-authorization")]);
        for fine in [
            "accessControlAllowHeaders: [authorization]",
            "accessControlAllowHeaders: [\"*\"]\n        accessControlAllowCredentials: true",
            "accessControlAllowMethods: [GET]",
        ] {
            assert_eq!(found(&cors(fine)), [], "{fine}");
        }
        let custom = dynamic(
            "    c:\n      headers:\n        customResponseHeaders:\n          Access-Control-Allow-Origin: \"*\"\n          \
             Access-Control-Allow-Credentials: \"true\"",
            "c",
        );
        assert_eq!(found(&custom), [(6, "credentials-with-wildcard")]);
    }

    #[test]
    fn a_login_before_the_answer_to_options_is_found() {
        let both = "    login:\n      basicAuth:\n        removeHeader: true\n    c:\n      headers:\n        accessControlAllowOriginList: [\"https://a\"]";
        assert_eq!(found(&dynamic(both, "login, c")), [(12, "preflight-refused")]);
        assert_eq!(found(&dynamic(both, "c, login")), []);
        assert_eq!(found(&dynamic(both, "login")), []);
    }
}
