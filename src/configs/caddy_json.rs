//! Reads Caddy's JSON into the directives that a Caddyfile would have. By its documentation: JSON Config Structure (apps.http.servers,
//! routes, handlers reverse_proxy, headers, authentication, subroute).

use super::directive::{Directive, MOST};
use super::tree::Node;

/// Routes one inside the other; deeper ones are passed over.
const DEEPEST: usize = 32;

/// True for a configuration of Caddy.
pub fn is_one(root: &Node) -> bool {
    root.at(&["apps", "http", "servers"]).is_some_and(|servers| !servers.members().is_empty())
}

/// A block for each server.
pub fn read(source: &str, root: &Node) -> Vec<Directive> {
    let servers = root.at(&["apps", "http", "servers"]).map(Node::members).unwrap_or_default();
    let mut reader = Reader { source, budget: MOST };
    let server = |(name, server): &(String, Node)| {
        let block = server.get("routes").map(|routes| reader.routes(routes, 0)).unwrap_or_default();
        Directive { source: source.into(), line: server.line, name: name.to_ascii_lowercase(), args: Vec::new(), block: Some(block) }
    };
    servers.iter().map(server).collect()
}

struct Reader<'s> {
    source: &'s str,
    budget: usize,
}

impl Reader<'_> {
    fn directive(&mut self, node: &Node, name: &str, args: Vec<String>) -> Directive {
        self.budget = self.budget.saturating_sub(1);
        Directive { source: self.source.into(), line: node.line, name: name.into(), args, block: None }
    }

    /// Routes without a matcher go on in the block that they are in, as the directives of a Caddyfile do.
    fn routes(&mut self, routes: &Node, depth: usize) -> Vec<Directive> {
        let mut all = Vec::new();
        for route in routes.elements() {
            if self.budget == 0 || depth > DEEPEST {
                break;
            }
            let matcher = route.get("match").map(|matched| self.directive(matched, "@matched", words(matched)));
            let handlers: Vec<Directive> = route
                .get("handle")
                .map(Node::elements)
                .unwrap_or_default()
                .iter()
                .flat_map(|handler| self.handler(handler, depth))
                .collect();
            let ends =
                handlers.iter().any(|handler| matches!(handler.name.as_str(), "reverse_proxy" | "file_server" | "respond" | "handle"));
            match matcher {
                None => all.extend(handlers),
                Some(matcher) if ends => {
                    let handle = self.directive(route, "handle", Vec::new());
                    all.push(Directive { block: Some(std::iter::once(matcher).chain(handlers).collect()), ..handle });
                }
                Some(matcher) => {
                    // What goes on to the next route counts here for some requests alone.
                    all.extend(handlers.into_iter().map(|mut handler| {
                        handler.args.insert(0, format!("@{}", matcher.line));
                        handler
                    }));
                    all.push(matcher);
                }
            }
        }
        all
    }

    fn handler(&mut self, handler: &Node, depth: usize) -> Vec<Directive> {
        match handler.text_of("handler") {
            "subroute" => handler.get("routes").map(|routes| self.routes(routes, depth + 1)).unwrap_or_default(),
            "reverse_proxy" => {
                // forward_auth is written as a question whose answer is treated by routes of its own.
                let is_question = handler.get("handle_response").is_some() && handler.at(&["rewrite", "method"]).is_some();
                let dials = handler.get("upstreams").map(Node::elements).unwrap_or_default();
                let dials = dials.iter().map(|upstream| upstream.text_of("dial").to_string()).collect();
                let proxy = self.directive(handler, if is_question { "forward_auth" } else { "reverse_proxy" }, dials);
                let mut block = handler.at(&["headers", "request"]).map(|ops| self.headers(ops, "header_up")).unwrap_or_default();
                block.extend(handler.at(&["headers", "response"]).map(|ops| self.headers(ops, "header_down")).unwrap_or_default());
                vec![Directive { block: Some(block), ..proxy }]
            }
            "headers" => {
                let mut all = handler.get("request").map(|ops| self.headers(ops, "request_header")).unwrap_or_default();
                all.extend(handler.get("response").map(|ops| self.headers(ops, "header")).unwrap_or_default());
                all
            }
            "authentication" => {
                let is_basic = handler.at(&["providers", "http_basic"]).is_some();
                vec![self.directive(handler, if is_basic { "basic_auth" } else { "authenticate" }, Vec::new())]
            }
            "file_server" => vec![self.directive(handler, "file_server", Vec::new())],
            "static_response" => vec![self.directive(handler, "respond", Vec::new())],
            _ => Vec::new(),
        }
    }

    fn headers(&mut self, ops: &Node, name: &str) -> Vec<Directive> {
        let mut all = Vec::new();
        for deleted in ops.get("delete").map(Node::elements).unwrap_or_default() {
            all.push(self.directive(deleted, name, vec![format!("-{}", deleted.text())]));
        }
        for (kind, mark) in [("set", ""), ("add", "+")] {
            for (header, values) in ops.get(kind).map(Node::members).unwrap_or_default() {
                let value = values.texts().join(", ");
                all.push(self.directive(values, name, vec![format!("{mark}{header}"), value]));
            }
        }
        all
    }
}

/// The texts in a value, as the words of a matcher.
fn words(node: &Node) -> Vec<String> {
    let mut all = Vec::new();
    node.each("", &mut |key, node| {
        all.extend([key, node.text()].into_iter().filter(|text| !text.is_empty()).map(str::to_string));
    });
    all
}

#[cfg(test)]
mod tests {
    use super::super::{Server, read};

    fn found(text: &str) -> Vec<(usize, &'static str)> {
        read(Server::CaddyJson, "caddy.json", text, &|_| Vec::new()).findings.into_iter().map(|one| (one.line, one.id)).collect()
    }

    fn server(handlers: &str) -> String {
        format!("{{\"apps\": {{\"http\": {{\"servers\": {{\"srv0\": {{\"routes\": [{{\"handle\": [\n{handlers}\n]}}]}}}}}}}}}}\n")
    }

    const PROXY: &str = "{\"handler\": \"reverse_proxy\", \"upstreams\": [{\"dial\": \"app:80\"}]}";

    #[test]
    fn handlers_are_read_as_directives() {
        let proxy =
            |headers: &str| server(&format!("{{\"handler\": \"reverse_proxy\",\n \"headers\": {{\"request\": {{\n{headers}\n}}}}}}"));
        assert_eq!(found(&proxy("\"delete\": [\"Authorization\"]")), [(4, "header-stripped-by-proxy")]);
        assert_eq!(found(&proxy("\"set\": {\"Authorization\": [\"Basic x\"]}")), [(4, "header-stripped-by-proxy")]);
        assert_eq!(found(&proxy("\"set\": {\"Authorization\": [\"{http.request.header.X}\"]}")), []);
        let cors = "{\"handler\": \"headers\", \"response\": {\"set\": {\n\"Access-Control-Allow-Origin\": [\"*\"],\n\
                    \"Access-Control-Allow-Credentials\": [\"true\"]}}}";
        assert_eq!(found(&server(cors)), [(3, "credentials-with-wildcard")]);
        let basic = "{\"handler\": \"authentication\", \"providers\": {\"http_basic\": {\"accounts\": []}}}";
        assert_eq!(found(&server(&format!("{basic},\n{PROXY}"))), [(2, "two-layers-share-authorization")]);
        assert_eq!(found(&server(PROXY)), []);
    }

    #[test]
    fn what_is_said_of_some_requests_is_not_said_of_all() {
        let basic = "{\"handler\": \"authentication\", \"providers\": {\"http_basic\": {\"accounts\": []}}}";
        let routes = format!(
            "{{\"apps\": {{\"http\": {{\"servers\": {{\"srv0\": {{\"routes\": [\n{{\"match\": [{{\"path\": [\"/a\"]}}], \"handle\": [{basic}, \
             {{\"handler\": \"file_server\"}}]}},\n{{\"handle\": [{PROXY}]}}]}}}}}}}}}}\n"
        );
        assert_eq!(found(&routes), []);
    }
}
