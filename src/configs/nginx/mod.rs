//! What a configuration of nginx does to credentials. By its documentation: ngx_http_proxy_module, ngx_http_headers_module,
//! ngx_http_auth_basic_module, ngx_http_fastcgi_module.

mod cookies;
mod facts;
mod forwarded;
mod locations;
mod logins;

use facts::Facts;

use crate::configs::block::{Block, count_within, each_block, location};
use crate::configs::cors::{self, AddedHeader, ORIGIN};
use crate::configs::directive::Directive;
use crate::domain::server_config::ConfigFinding;

/// Directives that hand a request on.
const PASSES: [&str; 5] = ["proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass"];

/// Headers whose loss an application notices.
const NOTICED: [&str; 5] = ["Host", "Authorization", "Cookie", "X-Forwarded-Proto", "X-Forwarded-Host"];

/// The findings of a tree.
pub fn examine(tree: &[Directive]) -> Vec<ConfigFinding> {
    let mut found = Vec::new();
    let file = Directive::default();
    let facts = Facts::of(tree);
    let mut see = |head: &Directive, around: &[Block]| {
        let place = Place { head, around };
        let own = place.own();
        let known = found.len();
        if let Some(pass) = own.iter().find(|directive| PASSES.contains(&directive.name.as_str())) {
            found.extend(place.passed_headers(&facts));
            found.extend(place.lost_headers());
            found.extend(place.two_layers(pass));
            found.extend(place.cached());
            found.extend(place.underscores(&facts));
            found.extend(cookies::examine(&place));
            found.extend(forwarded::examine(&place, pass));
        }
        found.extend(logins::examine(&place, &facts));
        found.extend(locations::slash_added(&place));
        found.extend(forwarded::redirects(&place));
        found.extend(locations::shadowed(&place));
        if matches!(head.name.as_str(), "server" | "location" | "") {
            found.extend(place.cors());
        }
        if head.name == "if" {
            found.extend(place.lost_for_options());
        }
        count_within(found.get_mut(known..).unwrap_or_default(), around);
    };
    each_block(&file, tree, &mut see);
    found
}

/// A block with those around it, the outermost first.
struct Place<'p, 't> {
    head: &'p Directive,
    around: &'p [Block<'t>],
}

impl<'t> Place<'_, 't> {
    fn own(&self) -> &'t [Directive] {
        self.around.last().map(|block| block.own).unwrap_or_default()
    }

    /// The directives of a name that count here: those of the innermost block that has any.
    fn effective(&self, name: &str) -> Vec<&'t Directive> {
        self.around.iter().rev().map(|block| block.named(name)).find(|own| !own.is_empty()).unwrap_or_default().to_vec()
    }

    /// Those that would count if this block had none of its own.
    fn outer(&self, name: &str) -> Vec<&'t Directive> {
        let outer = self.around.split_last().map_or(&[][..], |(_, outer)| outer);
        Place { head: self.head, around: outer }.effective(name)
    }

    /// The value of a directive that is there once.
    fn value(&self, name: &str) -> Option<&'t Directive> {
        self.effective(name).pop()
    }

    /// True for a location that `auth_request` asks, which is behind no login itself.
    fn is_asked(&self, facts: &Facts) -> bool {
        self.head.name == "location" && location(self.head).is_some_and(|path| facts.asked.contains(path))
    }

    /// A header for a credential whose name has an underscore: nginx leaves those out.
    fn underscores(&self, facts: &Facts) -> Option<ConfigFinding> {
        let lists = self.effective("add_header").into_iter().filter(|set| set.arg(0).eq_ignore_ascii_case("Access-Control-Allow-Headers"));
        let is_dropped = |name: &&str| {
            let name = name.to_ascii_lowercase();
            name.contains('_') && !name.contains('$') && ["key", "token", "auth"].iter().any(|word| name.contains(word))
        };
        let find = |list: &'t Directive| Some((list, list.arg(1).split(',').map(str::trim).find(is_dropped)?));
        let (list, name) = lists.filter(|_| !facts.takes_underscores).find_map(find)?;
        let message = format!("pages may send {name}, and nginx leaves out headers whose names have underscores");
        Some(ConfigFinding::at(list, "authorization-misspelled", message, "underscores_in_headers on;"))
    }

    /// Headers for pages of other origins that an `if` for OPTIONS loses, because it sets some of its own.
    fn lost_for_options(&self) -> Option<ConfigFinding> {
        let own = self.around.last()?.named("add_header");
        let is_origin = |set: &&&Directive| set.arg(0).eq_ignore_ascii_case(ORIGIN);
        let first = own.first().filter(|_| answers_options(self.head) && !own.iter().any(|set| is_origin(&set)))?;
        let outer = self.outer("add_header");
        let lost = outer.iter().find(is_origin)?;
        Some(not_inherited("origin-not-allowed", first, lost, &format!("add_header {} \"{}\" always;", lost.arg(0), lost.arg(1))))
    }

    /// Who asks for a login here.
    fn guard(&self) -> Option<&'t Directive> {
        ["auth_basic", "auth_request", "auth_jwt"].into_iter().find_map(|name| self.value(name).filter(|guard| guard.arg(0) != "off"))
    }

    /// Headers that are emptied or replaced on the way to the application.
    fn passed_headers(&self, facts: &Facts) -> Vec<ConfigFinding> {
        let mut found = Vec::new();
        let passes = ["proxy", "fastcgi", "uwsgi", "scgi"].map(|module| format!("{module}_pass_request_headers"));
        for off in passes.iter().filter_map(|name| self.value(name)).filter(|directive| directive.is(&directive.name, "off")) {
            let message = "no header of the request reaches the application, Authorization and cookies included";
            found.push(ConfigFinding::at(off, "header-stripped-by-proxy", message, format!("{} on;", off.name)));
        }
        let headers =
            ["proxy_set_header", "grpc_set_header", "uwsgi_param", "fastcgi_param"].into_iter().flat_map(|name| self.effective(name));
        for set in headers {
            let is_param = set.name.ends_with("_param");
            let is_authorization = set.arg(0).eq_ignore_ascii_case(if is_param { "HTTP_AUTHORIZATION" } else { "Authorization" });
            // Behind a login of its own nginx keeps the header to itself on purpose.
            let is_behind = self.guard().is_some() && !self.is_asked(facts);
            if !is_authorization || set.arg(1).contains('$') || is_behind {
                continue;
            }
            let write = format!("{} {} $http_authorization;", set.name, set.arg(0));
            let message = match set.arg(1) {
                "" => "Authorization is emptied before the request reaches the application",
                _ => "Authorization is replaced by a fixed value before the request reaches the application",
            };
            found.push(ConfigFinding::at(set, "header-stripped-by-proxy", message, &write));
        }
        found
    }

    /// Headers of an outer block that count no more, because this one sets some of its own.
    fn lost_headers(&self) -> Vec<ConfigFinding> {
        let sets = self.around.last().map(|block| block.named("proxy_set_header")).unwrap_or_default();
        let Some(first) = sets.first() else { return Vec::new() };
        let before = self.outer("proxy_set_header");
        let has = |name: &str| sets.iter().any(|directive| directive.arg(0).eq_ignore_ascii_case(name));
        let is_lost = |directive: &&&Directive| {
            NOTICED.iter().any(|name| directive.arg(0).eq_ignore_ascii_case(name)) && !has(directive.arg(0)) && !directive.arg(1).is_empty()
        };
        let is_credential = |lost: &Directive| ["Authorization", "Cookie"].iter().any(|name| lost.arg(0).eq_ignore_ascii_case(name));
        // Without any directive nginx hands these on as they came.
        let is_as_sent = |lost: &Directive| matches!(lost.arg(1), "$http_authorization" | "$http_cookie");
        let found = |lost: &&Directive| match is_credential(lost) {
            // What is set there is a secret.
            true => {
                let write = format!("proxy_set_header {} …;  # as in line {}", lost.arg(0), lost.line);
                not_inherited("header-stripped-by-proxy", first, lost, &write)
            }
            false => not_inherited("server-address-misread", first, lost, &format!("proxy_set_header {} {};", lost.arg(0), lost.arg(1))),
        };
        before.iter().filter(is_lost).filter(|lost| !is_as_sent(lost)).map(found).collect()
    }

    /// nginx asks for a login by the header that the application reads too.
    fn two_layers(&self, pass: &Directive) -> Option<ConfigFinding> {
        let guard = self.value("auth_basic").filter(|guard| guard.arg(0) != "off")?;
        let is_kept = self.effective("proxy_set_header").iter().any(|set| set.arg(0).eq_ignore_ascii_case("Authorization"));
        let message = "nginx asks for Basic here and hands the same Authorization on: a Bearer token can never arrive";
        let write = "auth_basic off;";
        (pass.name == "proxy_pass" && !is_kept).then(|| ConfigFinding::at(guard, "two-layers-share-authorization", message, write))
    }

    /// Refusals and private answers that are kept for others.
    fn cached(&self) -> Vec<ConfigFinding> {
        ["proxy", "fastcgi", "uwsgi", "scgi"].into_iter().flat_map(|module| self.cached_by(module)).collect()
    }

    /// The same by one module, whose name its directives begin with.
    fn cached_by(&self, module: &str) -> Vec<ConfigFinding> {
        let named = |rest: &str| format!("{module}_{rest}");
        let Some(cache) = self.value(&named("cache")).filter(|cache| cache.arg(0) != "off") else { return Vec::new() };
        let mut found = Vec::new();
        for valid in self.effective(&named("cache_valid")) {
            let (codes, time) = (valid.args.split_last().map_or(&[][..], |(_, codes)| codes), valid.args.last().map_or("", String::as_str));
            if time != "0" && codes.iter().any(|code| matches!(code.as_str(), "any" | "401" | "403")) {
                let message = "a 401 is kept and given to requests with a right credential";
                found.push(ConfigFinding::at(valid, "response-from-cache", message, format!("{} 200 301 302 {time};", valid.name)));
            }
        }
        let passes_by = |name: &str| self.effective(name).iter().any(|directive| directive.args.iter().any(|arg| is_credential(arg)));
        let key = self.value(&named("cache_key"));
        let is_keyed = key.is_some_and(|key| key.args.iter().any(|arg| is_credential(arg)));
        if !passes_by(&named("cache_bypass")) && !passes_by(&named("no_cache")) && !is_keyed && !self.is_public() {
            let message = "answers to requests with a credential are kept and given to others, unless each says that it is private";
            let write = format!("{module}_no_cache $http_authorization; {module}_cache_bypass $http_authorization;");
            found.push(ConfigFinding::at(cache, "private-answer-cacheable", message, write));
        }
        found
    }

    /// True for files that are the same for everybody.
    fn is_public(&self) -> bool {
        let args = self.head.args.join(" ").to_ascii_lowercase();
        ["static", "assets", "css", "js", "png", "img", "public", "fonts"].iter().any(|word| args.contains(word))
    }

    fn cors(&self) -> Vec<ConfigFinding> {
        let headers: Vec<AddedHeader> = self.effective("add_header").into_iter().map(added).collect();
        let mut found = cors::examine(&headers, |name, value| format!("add_header {name} \"{value}\" always;"));
        // Said once, where the headers are added.
        let own = self.own();
        let is_own = |directive: &Directive| directive.name == "add_header";
        if !own.iter().any(is_own) {
            found.clear();
        }
        let is_shared = headers.iter().any(|header| header.name.eq_ignore_ascii_case(ORIGIN));
        let special =
            |block: &Block<'t>| ["if", "limit_except"].iter().any(|name| block.named(name).iter().any(|special| answers_options(special)));
        let answers_options = self.around.iter().any(special);
        if let Some(guard) = self.guard().filter(|_| is_shared && !answers_options) {
            let write =
                "if ($request_method = OPTIONS) { return 204; }  # with the Access-Control headers, in a location without the login";
            found.push(cors::guarded(guard, write));
        }
        if let Some(first) = own.iter().find(|directive| is_own(directive)).filter(|_| !is_shared)
            && let Some(lost) = self.outer("add_header").into_iter().find(|set| set.arg(0).eq_ignore_ascii_case(ORIGIN))
        {
            let write = format!("add_header {} \"{}\" always;", lost.arg(0), lost.arg(1));
            found.push(not_inherited("origin-not-allowed", first, lost, &write));
        }
        found
    }
}

/// Who asks for a login in a block.
fn guard_of<'t>(place: &Place<'_, 't>) -> Option<&'t Directive> {
    place.guard()
}

/// True for a block that treats OPTIONS on its own.
fn answers_options(directive: &Directive) -> bool {
    directive.args.iter().any(|arg| arg.to_ascii_uppercase().contains("OPTIONS"))
}

fn is_credential(arg: &str) -> bool {
    ["$http_authorization", "$cookie_", "$http_cookie", "$http_x_api_key"].iter().any(|name| arg.contains(name))
}

fn added(directive: &Directive) -> AddedHeader<'_> {
    AddedHeader { name: directive.arg(0), value: directive.arg(1), is_always: directive.arg(2) == "always", at: directive.into() }
}

/// A directive of an outer block that counts no more.
fn not_inherited(id: &'static str, at: &Directive, lost: &Directive, write: &str) -> ConfigFinding {
    let (header, line, name) = (lost.arg(0), lost.line, &at.name);
    let message = format!("{header} of line {line} does not count here: a block with {name} of its own inherits none");
    ConfigFinding::at(at, id, message, write)
}

#[cfg(test)]
mod tests {
    use crate::configs::{Server, read};

    fn found(text: &str) -> Vec<(usize, &'static str)> {
        read(Server::Nginx, "nginx.conf", text, &|_| Vec::new()).findings.into_iter().map(|one| (one.line, one.id)).collect()
    }

    #[test]
    fn a_header_that_is_emptied_replaced_or_not_inherited_is_found() {
        let emptied = "location / {\n  proxy_set_header Authorization \"\";\n  proxy_pass http://app;\n}\n";
        assert_eq!(found(emptied), [(2, "header-stripped-by-proxy")]);
        let above = "server {\n  proxy_set_header Authorization \"Basic x\";\n  location / {\n    proxy_pass http://app;\n  }\n}\n";
        assert_eq!(found(above), [(2, "header-stripped-by-proxy")]);
        let lost =
            "server {\n  proxy_set_header Host $host;\n  location / {\n    proxy_set_header X-A b;\n    proxy_pass http://app;\n  }\n}\n";
        assert_eq!(found(lost), [(4, "server-address-misread")]);
        assert_eq!(
            found("location ~ \\.php$ {\n fastcgi_param HTTP_AUTHORIZATION \"\";\n fastcgi_pass php;\n}\n"),
            [(2, "header-stripped-by-proxy")]
        );
        assert_eq!(found("location / {\n uwsgi_pass_request_headers off;\n uwsgi_pass a;\n}\n"), [(2, "header-stripped-by-proxy")]);
        assert_eq!(found("location / {\n proxy_pass_request_headers off;\n proxy_pass http://a;\n}\n"), [(2, "header-stripped-by-proxy")]);
    }

    #[test]
    fn what_is_set_for_the_application_is_not_repeated() {
        let lost = "server {\n proxy_set_header Authorization \"Basic YWRtaW46c3VwZXI=\";\n location / {\n  proxy_set_header X-A b;\n  proxy_pass http://app;\n }\n}\n";
        let found = read(Server::Nginx, "nginx.conf", lost, &|_| Vec::new()).findings;
        assert_eq!((found[0].line, found[0].id), (4, "header-stripped-by-proxy"));
        assert!(found[0].write.contains("as in line 2") && !format!("{found:?}").contains("YWRtaW46"), "{found:?}");
    }

    #[test]
    fn what_is_handed_on_is_not_found() {
        for text in [
            "location / { proxy_pass http://app; }",
            "location / { proxy_set_header Authorization $http_authorization; proxy_pass http://app; }",
            "server { proxy_set_header Host $host; location / { proxy_set_header Host $host; proxy_pass http://app; } }",
            "location / { auth_basic x; proxy_set_header Authorization \"\"; proxy_pass http://app; }",
            "location / { proxy_set_header Authorization \"\"; root /srv; }",
            "server { proxy_set_header Authorization $http_authorization; location / { proxy_set_header X-A b; proxy_pass http://app; } }",
            "# proxy_set_header Authorization \"\";\nlocation / { proxy_pass http://app; }",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn two_logins_and_caches_are_found() {
        assert_eq!(found("location / {\n auth_basic x;\n proxy_pass http://app;\n}\n"), [(2, "two-layers-share-authorization")]);
        assert_eq!(found("server {\n auth_basic x;\n location / {\n auth_basic off;\n proxy_pass http://app;\n }\n}\n"), []);
        let cached = "location /api {\n proxy_cache c;\n proxy_cache_valid any 1m;\n proxy_pass http://app;\n}\n";
        assert_eq!(found(cached), [(2, "private-answer-cacheable"), (3, "response-from-cache")]);
        let careful =
            "location /api { proxy_cache c; proxy_cache_valid 200 1m; proxy_no_cache $http_authorization; proxy_pass http://app; }";
        assert_eq!(found(careful), []);
        assert_eq!(found(&cached.replace("proxy_", "fastcgi_")), [(2, "private-answer-cacheable"), (3, "response-from-cache")]);
        assert_eq!(found("location /static/ { proxy_cache c; proxy_cache_valid 200 1d; proxy_pass http://app; }"), []);
    }

    #[test]
    fn headers_for_pages_of_other_origins_are_found() {
        let head = |headers: &str| format!("location / {{\n{headers}\n proxy_pass http://app;\n}}\n");
        let origin = " add_header Access-Control-Allow-Origin";
        assert_eq!(found(&head(&format!("{origin} https://a.example;"))), [(2, "cors-hides-status")]);
        assert_eq!(found(&head(&format!("{origin} https://a.example always;"))), []);
        let credentials = format!("{origin} * always;\n add_header Access-Control-Allow-Credentials true always;");
        assert_eq!(found(&head(&credentials)), [(2, "credentials-with-wildcard")]);
        let headers = format!("{origin} https://a.example always;\n add_header Access-Control-Allow-Headers \"Content-Type\" always;");
        assert_eq!(found(&head(&headers)), [(3, "preflight-omits-authorization")]);
        let guarded = format!(" auth_request /auth;\n{origin} https://a.example always;");
        assert_eq!(found(&head(&guarded)), [(2, "preflight-refused")]);
        let answered = format!("{guarded}\n if ($request_method = 'OPTIONS') {{ return 204; }}");
        assert_eq!(found(&head(&answered)), []);
        let for_options =
            format!("{origin} https://a.example always;\n if ($request_method = OPTIONS) {{\n  add_header X-A b;\n  return 204;\n }}");
        assert_eq!(found(&head(&for_options)), [(4, "origin-not-allowed")]);
        assert_eq!(found(&head(&for_options.replace("X-A b", "Access-Control-Allow-Origin x"))), []);
        let underscore =
            format!("{origin} https://a.example always;\n add_header Access-Control-Allow-Headers \"Authorization, api_key\" always;");
        assert_eq!(found(&head(&underscore)), [(3, "authorization-misspelled")]);
        assert_eq!(found(&format!("underscores_in_headers on;\n{}", head(&underscore))), []);
        let lost = format!(
            "server {{\n{origin} https://a.example always;\n location / {{\n  add_header X-A b;\n  proxy_pass http://app;\n }}\n}}\n"
        );
        assert_eq!(found(&lost), [(4, "origin-not-allowed")]);
    }

    #[test]
    fn an_included_file_is_named_with_its_own_line() {
        let includes = |_: &str| vec![("proxy.conf".to_string(), "\nproxy_set_header Authorization \"\";\n".to_string())];
        let found = read(Server::Nginx, "nginx.conf", "location / { include proxy.conf; proxy_pass http://app; }", &includes).findings;
        assert_eq!((found[0].source.as_str(), found[0].line), ("proxy.conf", 2));
    }
}
