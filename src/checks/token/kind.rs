//! `token-kind-wrong`

use crate::checks::check::check;
use crate::checks::credentials::of_service::{named, source, strength};
use crate::checks::credentials::settings;
use crate::checks::facts::service::Sent;
use crate::checks::facts::words::Topic;
use crate::checks::facts::{Facts, Token};
use crate::checks::services::schema::{Kind, Limited, Service, Usage};
use crate::checks::services::{self, Known, KnownBy};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::span::Span;
use crate::domain::token::claims::values;
use crate::domain::token::token_use::{TokenUse, token_use};
use crate::domain::token::{kind, opaque};
use url::Url;

check! {
    /// The token is of the wrong kind: an ID or refresh token, or another service's key.
    ///
    /// # What it looks at
    /// Claims that show the kind of token: `nonce` or `at_hash` (an ID token), `typ` or `token_use` (refresh or ID token).
    /// For a token that is not a JWT, its first characters, which show the vendor; what the table of services says that a service
    /// does not take; and whether it is the value of another setting: an address, an e-mail, or the other one of two tokens that the
    /// settings name.
    ///
    /// # Why a server answers 401 to it
    /// An API accepts access tokens. An ID token only tells an application who logged in. A refresh token is only for the
    /// authorization server. Another vendor's key is unknown here.
    ///
    /// # How to prove it
    /// Look at `aud`: in an ID token it names the application, in an access token the API.
    ///
    /// # How to fix it
    /// Send the `access_token` from the login's answer, not the `id_token` or the `refresh_token`.
    ///
    /// # Example
    /// A token with `nonce` and the client's id as `aud`.
    ///
    /// # References
    /// OpenID Connect Core section 2; RFC 9068 section 2.1; RFC 8725 section 3.12.
    KIND = "token-kind-wrong", Token,
    stage: ClaimForm, topics: [TokenKind], explains: ["token-rejected"],
    decided_by: [Expectations],
    run: look
}

/// Words for what a token that is no JWT is.
pub fn described(text: &str) -> String {
    match opaque::known(text) {
        Some(known) => {
            let head = known.what.split([',', ':', ';', '(']).next().unwrap_or(known.what).trim_end();
            format!("{head} of {}", known.vendor)
        }
        None => match kind::read(text).what.split_once(": ") {
            Some((head, shape)) => format!("{head} ({shape})"),
            None => kind::read(text).what,
        },
    }
}

/// The place of a member that [`token_use`] names as `header.typ` or `claims.nonce`.
fn place_of(token: &Token, path: &str) -> Option<(Place, Span)> {
    let (part, name) = path.split_once('.')?;
    let (object, place) = if part == "header" { (&token.jws.header, Place::TokenHeader) } else { (&token.jws.claims, Place::Claims) };
    Some((place, object.member(name)?.value_span))
}

/// How surely the members show that it is no access token: a member of its own is proof, an issuer's habit is a hint.
fn certainty(proof: &[&str]) -> Strength {
    match proof.first() {
        Some(&"claims.iss") => Strength::Unlikely,
        Some(&"claims.aud") => Strength::Plausible,
        _ => Strength::Contradiction,
    }
}

fn look(facts: &Facts) -> Finding {
    if facts.is_token_request() {
        return Finding::not_applicable();
    }
    let by_settings = || settings::another_meant(facts);
    if let Some(finding) = never_here(facts).or_else(|| off_its_routes(facts)).or_else(by_settings) {
        return finding;
    }
    let Some(token) = &facts.token else { return in_basic(facts).unwrap_or_else(Finding::not_applicable) };
    let fix = Fix::action("Send the access token from the login's answer");
    let plain = facts.says_plainly(Topic::TokenKind);
    let from_words = |finding: Finding| {
        facts.word(Topic::TokenKind).map(|w| (w.place, w.span, facts.quote(w))).into_iter().fold(finding, |f, (p, s, t)| f.proof(p, s, t))
    };
    if !token.is_jwt {
        return where_tokens_are_managed(facts).unwrap_or_else(|| other_vendor(facts, token));
    }
    let found = token_use(&token.jws);
    let with_proofs = |finding: Finding| {
        let proofs = found.proof.iter().filter_map(|path| Some((place_of(token, path)?, *path)));
        proofs.fold(finding, |f, ((place, span), path)| f.proof(place, span, format!("{path} shows it")))
    };
    let of_application = || of_an_application(facts, token);
    if let Some(finding) = taken_for_a_key(facts, token).or_else(|| where_tokens_are_managed(facts)).or_else(of_application) {
        return finding;
    }
    if matches!(found.token_use, TokenUse::Id | TokenUse::Refresh | TokenUse::Logout) && facts.is_refused() {
        let what = found.token_use.words().split(':').next().unwrap_or_default();
        if found.token_use == TokenUse::Id && facts.service().is_some_and(|known| known.by != KnownBy::Hint && known.service.id_tokens) {
            return Finding::pass("it is an ID token, which this service takes");
        }
        // OpenID Connect hands it to the client in the form of a log-in (Form Post Response Mode).
        if found.token_use == TokenUse::Id && token.place == Place::RequestBody && token.carrier.as_deref() == Some("id_token") {
            return Finding::pass("the form of a login brings an ID token");
        }
        // What a client makes for a service by itself may have the members of an ID token.
        let is_of_service = || {
            let wanted = facts.service().filter(|known| known.by == KnownBy::Host).and_then(|known| known.service.jwt.as_ref());
            let have = token.jws.claims.member("aud").map(|member| values(&member.value)).unwrap_or_default();
            wanted.is_some_and(|jwt| have.iter().any(|aud| jwt.audience.contains(aud)))
        };
        if found.token_use == TokenUse::Id && is_of_service() {
            return Finding::pass("its audience is the one that this service documents");
        }
        let is_expected = || {
            let have = token.jws.claims.member("aud").map(|member| values(&member.value)).unwrap_or_default();
            have.iter().any(|aud| facts.context.audience.contains(aud))
        };
        if found.token_use == TokenUse::Id && !plain && is_expected() {
            return Finding::pass("it is an ID token, and its audience is the one that the API is said to expect");
        }
        // Where tokens are renewed a refresh token is right.
        let renews = found.token_use == TokenUse::Refresh && facts.request.path().contains("refresh");
        let strength = match plain {
            true => Strength::Stated,
            // Who says what is wrong with its claims has read it as a token of the right kind.
            false if facts.judges_a_claim() => Strength::Unlikely,
            false => certainty(&found.proof),
        };
        if plain || !renews {
            let finding = Finding::suspect(strength, format!("{what} was sent, but an API accepts access tokens"));
            return from_words(with_proofs(finding)).fixed_by(fix);
        }
    }
    if let Some(finding) = without_user(facts, token) {
        return finding;
    }
    let takes_id_tokens = || facts.service().is_some_and(|known| known.by == KnownBy::Host && known.service.id_tokens);
    let says_otherwise = || facts.words.iter().any(|word| word.specific && word.topic != Topic::TokenKind);
    if found.token_use == TokenUse::Access && facts.status() == 401 && facts.answer.is_some() && takes_id_tokens() && !says_otherwise() {
        let message = "an access token was sent; this service takes ID tokens, and access tokens only where scopes are set for the route";
        let finding = with_proofs(Finding::suspect(Strength::Plausible, message));
        return finding.fixed_by(Fix::action("Send the id_token of the same login, or set the scopes that the route accepts"));
    }
    if plain && facts.is_refused() {
        return from_words(Finding::fail(Strength::Stated, "the server wants another kind of token than the one sent"))
            .fixed_by(Fix::action("Send the kind of token that the server names (access or refresh token)"));
    }
    // A JWT at a server that speaks of opaque tokens: it was made by someone else.
    if !facts.expects_jwt()
        && facts.says(Topic::Token)
        && facts.is_refused()
        && facts.challenge("bearer").is_some_and(|c| c.get("error").is_some())
        && !facts.words.iter().any(|w| w.specific)
    {
        return Finding::warn(Strength::Unlikely, "a JWT was sent, but nothing shows that this server accepts JWTs").proof(
            token.place,
            token.span,
            "a JWT",
        );
    }
    match facts.standing {
        crate::checks::facts::Standing::Accepted => Finding::pass("the server accepted the token"),
        _ => Finding::pass("nothing shows that this is an ID or refresh token"),
    }
}

/// A vendor's token as the password of Basic, at another vendor's address.
fn in_basic(facts: &Facts) -> Option<Finding> {
    let (_, password) = facts.basic.as_ref()?.text()?;
    let known = opaque::known(password).filter(|known| known.prefix.len() > 3 && facts.is_refused() && facts.answer.is_some())?;
    let (a, host) = (facts.authorization()?, facts.host()?);
    let service = facts.service().filter(|service| service.by != KnownBy::Hint);
    let is_of_vendor = service.is_some_and(|service| first_word(&service.service.name) == first_word(known.vendor));
    let takes_it = service.is_some_and(|service| service.service.kinds.iter().any(|kind| kind.usage != Usage::Never && kind.is(password)));
    if is_of_vendor || takes_it || host.to_ascii_lowercase().contains(&known.vendor.to_ascii_lowercase()) {
        return None;
    }
    // A host that nobody knows may be one of the vendor's; one that is recognized as another product's is none.
    let strength = if service.is_some() { Strength::Likely } else { Strength::Possible };
    Some(
        Finding::suspect(strength, format!("the password is {}, and {host} is not known as one of its hosts", described(password)))
            .proof(a.place(), a.credential_span, known.prefix)
            .fixed_by(Fix::action("Send a token that this service issued, or none where none is needed")),
    )
}

/// A token that an application got for itself, on a route about the user who is logged in: nobody is.
fn without_user(facts: &Facts, token: &Token) -> Option<Finding> {
    let path = facts.request.path().split(['?', '#']).next()?;
    let own = path.split('/').find(|part| matches!(*part, "me" | "userinfo"))?;
    if !matches!(facts.status(), 400 | 401 | 403) || !facts.is_refused() || facts.answer.is_none() {
        return None;
    }
    let claims = &token.jws.claims;
    let (name, strength) = match () {
        () if claims.str("idtyp") == Some("app") => ("idtyp", Strength::Contradiction),
        () if claims.str("gty") == Some("client-credentials") => ("gty", Strength::Contradiction),
        // RFC 9068 section 2.2: without a user the subject is the client.
        () if claims.str("sub").is_some_and(|sub| claims.str("client_id") == Some(sub) || claims.str("azp") == Some(sub)) => {
            ("sub", Strength::Likely)
        }
        () if claims.get("roles").is_some()
            && claims.get("scp").is_none()
            && claims.get("oid").is_some_and(|oid| claims.get("sub") == Some(oid)) =>
        {
            ("roles", Strength::Likely)
        }
        () => return None,
    };
    let (place, span) = place_of(token, &format!("claims.{name}"))?;
    Some(
        Finding::fail(strength, "the token is an application's own, without a user, and this route is about the user who is logged in")
            .proof(place, span, format!("{name} shows it"))
            .proof(Place::RequestLine, Span::of(&facts.request.url, own).map(|span| span.shifted(facts.request.method.len() + 1)), own)
            .fixed_by(Fix::action("Log a user in and send that token, or ask for the user by name or id (/users/…)")),
    )
}

/// The server judges what it got as an API key, and it is a token of an authorization server.
fn taken_for_a_key(facts: &Facts, token: &Token) -> Option<Finding> {
    let body = facts.lower_body();
    let name = ["api key", "apikey", "api-key"].into_iter().find(|name| body.contains(name))?;
    let is_of_tokens = ["token", "jwt", "bearer"].iter().any(|word| body.contains(word));
    let a = facts.authorization().filter(|a| facts.is_refused() && !is_of_tokens && token.place == a.place())?;
    let issuer = token.jws.claims.str("iss").filter(|iss| iss.contains("://"))?;
    let span = facts.body().to_ascii_lowercase().find(name).map(|at| Span::new(at, at + name.len()));
    Some(
        Finding::fail(Strength::Likely, format!("the server takes what it got for an API key, and this is a token of {issuer}"))
            .proof(Place::ResponseBody, span, name)
            .proof(a.place(), a.credential_span, "a JWT")
            .fixed_by(Fix::action("Send an API key of this service, or let whoever adds this token on the way leave it out")),
    )
}

/// A token of an application alone, which was accepted for another call: this one may want that of a user.
fn of_an_application(facts: &Facts, token: &Token) -> Option<Finding> {
    const OF_USERS: [&str; 9] = ["sub", "user_name", "username", "preferred_username", "user_id", "uid", "email", "upn", "unique_name"];
    let claims = &token.jws.claims;
    let client = ["client_id", "azp", "cid"].iter().find_map(|name| Some((*name, claims.member(name)?)));
    let url = facts.url.as_ref().filter(|_| matches!(facts.status(), 401 | 403) && facts.answer.is_some())?;
    let is_plain = !facts.words.iter().any(|word| word.specific);
    let (name, member) = client.filter(|_| is_plain && !OF_USERS.iter().any(|name| claims.member(name).is_some()))?;
    let accepted = facts.accepted_before().find(|before| before.origin() == url.origin() && before.path() != url.path())?;
    let message = format!(
        "the token is one of an application ({name}) and names no user: it was accepted for {}, and this call may be one for users",
        accepted.path()
    );
    Some(
        Finding::suspect(Strength::Possible, message)
            .proof(Place::Claims, member.value_span, name)
            .context(format!("accepted before: {accepted}"))
            .fixed_by(Fix::action(
                "Get a token in the name of a user: with the authorization code or device flow instead of client credentials",
            )),
    )
}

/// The token works elsewhere on the server, and is refused where tokens are listed and made.
fn where_tokens_are_managed(facts: &Facts) -> Option<Finding> {
    const NAMES: [&str; 8] =
        ["tokens", "access_tokens", "access-tokens", "accesstokens", "personal_access_tokens", "api-keys", "api_keys", "apikeys"];
    let a = facts.authorization().filter(|_| facts.status() == 401 && facts.answer.is_some() && facts.basic.is_none())?;
    let url = facts.url.as_ref()?;
    let last = |path: &str| path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let name = last(url.path());
    let works = |before: &Url| before.origin() == url.origin() && !NAMES.contains(&last(before.path()).as_str());
    let accepted = facts.accepted_before().find(works).filter(|_| NAMES.contains(&name.as_str()))?;
    if facts.words.iter().any(|word| word.specific) {
        return None;
    }
    let message = format!(
        "the token works at {}, and is refused where {name} are managed: many servers want user and password there",
        accepted.path()
    );
    let span = Span::of(&facts.request.url, url.path()).map(|span| span.shifted(facts.request.method.len() + 1));
    Some(
        Finding::suspect(Strength::Plausible, message)
            .proof(Place::RequestLine, span, url.path())
            .proof(a.place(), a.scheme_span, "a token")
            .context(format!("accepted before: {accepted}"))
            .fixed_by(Fix::action("Send user name and password there (Basic), or manage the tokens in the web page")),
    )
}

/// A credential that the service documents as one that is not for it.
fn never_here(facts: &Facts) -> Option<Finding> {
    let known = facts.service().filter(|_| facts.is_refused())?;
    let (sent, kind) = facts.sent_credentials().into_iter().find_map(|sent| {
        let kind = known.service.kinds.iter().find(|kind| kind.is(sent.text))?;
        (kind.usage == Usage::Never || in_the_place_of_another(facts, &known, &sent, kind)).then_some((sent, kind))
    })?;
    let place = kind.belongs_to.as_ref().or(kind.place.as_ref());
    // What begins as only this vendor's tokens do, at a server with several of its marks.
    let is_named = kind.usage == Usage::Never && kind.prefix.is_some() && known.by >= KnownBy::Marks;
    let strength = if is_named { strength(&known).max(Strength::Plausible) } else { strength(&known) };
    let belongs = place.map_or_else(String::new, |place| format!("; it is for {place}"));
    Some(
        Finding::suspect(strength, format!("{} does not accept this credential ({}){belongs}", named(&known), kind.what))
            .proof(sent.place, sent.span, kind.what.clone())
            .context(source(known.service))
            .fixed_by(Fix::action(format!("Send a credential that {} issued for this use", known.service.name))),
    )
}

/// A kind that goes beside the usual one, as its companion, stands in the header of the usual one.
fn in_the_place_of_another(facts: &Facts, known: &Known, sent: &Sent, kind: &Kind) -> bool {
    let Place::RequestHeader(index) = sent.place else { return false };
    let header = facts.request.headers.0.get(index);
    let is_first = known.service.header.first().zip(header).is_some_and(|(first, header)| header.is(first));
    let goes_beside = |place: &String| known.service.companions.iter().any(|companion| companion.header.eq_ignore_ascii_case(place));
    kind.place.as_ref().is_some_and(|place| goes_beside(place) && !facts.request.headers.has(place)) && is_first
}

/// What a text is that no service issues as a credential, but that belongs in another setting.
pub fn another_setting(text: &str) -> Option<&'static str> {
    let begins = |prefixes: &[&str]| prefixes.iter().any(|p| text.starts_with(p));
    if begins(&["https://", "http://"]) && !text.contains('@') {
        return Some("an address (URL)");
    }
    if text.starts_with("-----BEGIN") {
        return Some("a key or certificate in PEM form");
    }
    let is_host = |host: &str| {
        let labels = host.split('.').collect::<Vec<_>>();
        labels.len() >= 2 && labels.iter().all(|l| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
    };
    let (user, host) = text.split_once('@')?;
    let is_user =
        !user.is_empty() && user.len() <= 64 && user.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'+'));
    (is_user && is_host(host)).then_some("an e-mail address")
}

/// A credential in a header that the service takes on some routes, and this is none of them.
pub fn off_its_routes(facts: &Facts) -> Option<Finding> {
    let known =
        facts.service().filter(|known| known.by != KnownBy::Hint && matches!(facts.status(), 401 | 403 | 404) && facts.answer.is_some())?;
    let path = facts.request.path();
    // Under Bearer a service knows a token by its beginning.
    let of_bearer = |header: &str| {
        known
            .service
            .kinds
            .iter()
            .find(|kind| kind.place.as_deref() == Some(header) && facts.token.as_ref().is_some_and(|t| kind.is(&t.jws.text)))
    };
    let is_here = |limited: &&Limited| facts.request.headers.has(&limited.header) || of_bearer(&limited.header).is_some();
    let limited = known.service.limited.iter().find(is_here)?;
    let is_named = |part: &String| {
        let rest = path.split_once(part.as_str()).map(|(_, rest)| rest);
        rest.is_some_and(|rest| part.ends_with('/') || rest.is_empty() || rest.starts_with(['/', '?']))
    };
    if limited.paths.iter().any(is_named) || facts.words.iter().any(|word| word.specific) {
        return None;
    }
    let (place, span, name) = match (facts.request.headers.all(&limited.header).next(), &facts.token) {
        (Some((index, header)), _) => (Place::RequestHeader(index), Span::whole(&header.value), header.name.clone()),
        (None, Some(token)) => (token.place, token.span, limited.what.clone()),
        (None, None) => return None,
    };
    let message = format!("{} takes {} on some routes only, and this is none of them", known.service.name, limited.what);
    Some(
        Finding::fail(Strength::Likely, message)
            .proof(place, span, name)
            .context(known.service.docs.clone().unwrap_or_default())
            .fixed_by(Fix::action("Send a token of an account or a project that may call this route")),
    )
}

/// A vendor's token at another vendor's address.
fn other_vendor(facts: &Facts, token: &Token) -> Finding {
    let text = &token.jws.text;
    if let Some(what) = another_setting(text).filter(|_| facts.is_refused()) {
        return Finding::fail(Strength::Contradiction, format!("{what} was sent instead of the token: the value of another setting"))
            .proof(token.place, token.span, what)
            .fixed_by(Fix::action("Put the token or key itself into the setting that is sent here"));
    }
    let what = described(text);
    let word = facts.word(Topic::TokenKind).filter(|word| word.specific && facts.is_refused());
    if let Some(word) = word.filter(|_| facts.documented_refusal().is_none()) {
        return Finding::fail(Strength::Stated, format!("the server says that it is the wrong kind of token ({what})"))
            .proof(word.place, word.span, facts.quote(word))
            .proof(token.place, token.span, what)
            .fixed_by(Fix::action("Send a token of the kind that the server names"));
    }
    let owners = services::of_credential(text);
    let (vendor, prefix, self_hosted) = match opaque::known(text) {
        Some(known) => (known.vendor, known.prefix, known.self_hosted),
        None => {
            let owner = owners.first();
            // A length that another service's keys have as well says less than a beginning that none of this one's have.
            if let Some(finding) = of_no_kind(facts, token).filter(|_| owner.is_none_or(|(_, kind)| kind.prefix.is_none())) {
                return finding;
            }
            match owner {
                Some((service, kind)) => (first_word(&service.name), kind.prefix.as_deref().unwrap_or_default(), service.self_hosted),
                None => return Finding::unknown("the token is not a JWT: which kind it is, only its issuer can tell"),
            }
        }
    };
    let Some(host) = facts.host() else { return Finding::pass(format!("it is {what}")) };
    let letters = |s: &str| s.to_ascii_lowercase().replace([' ', '-', '.'], "");
    // A vendor's services take each other's tokens, or say themselves which they do not take.
    let is_of_vendor =
        |name: &str| first_word(name) == first_word(vendor) || owners.iter().any(|(owner, _)| first_word(&owner.name) == first_word(name));
    let lists_it = |service: &Service| service.kinds.iter().any(|kind| kind.usage != Usage::Never && kind.is(text));
    let known = facts.service();
    let at_home = letters(host).contains(&letters(vendor))
        || known.is_some_and(|known| is_of_vendor(&known.service.name) || lists_it(known.service))
        || owners.iter().any(|(owner, _)| facts.url.as_ref().is_some_and(|url| owner.has_host(url)));
    let is_local = host.parse::<std::net::IpAddr>().is_ok() || host == "localhost" || host.starts_with('[');
    if !facts.is_refused() || at_home {
        return Finding::pass(format!("it is {what}"));
    }
    let span = Span::new(token.span.start, token.span.start + prefix.len().min(token.span.len()));
    // Many services copy the short beginnings, some vendors' servers run anywhere, and an address of this machine may lead to any.
    let is_common = prefix.len() <= 3 || self_hosted || owners.iter().any(|(owner, _)| owner.self_hosted);
    let strength = if is_local || is_common { Strength::Possible } else { Strength::Likely };
    Finding::suspect(strength, format!("{what} was sent to {host}, which is not known as one of its hosts"))
        .proof(token.place, span, prefix)
        .fixed_by(Fix::action("Send the key or token that this service issued"))
}

/// A token that begins as none of the service's does, where all of them begin in a way of their own.
fn of_no_kind(facts: &Facts, token: &Token) -> Option<Finding> {
    const SHORTEST: usize = 16;
    let known = facts.service().filter(|known| known.by == KnownBy::Host && known.decides() && facts.is_refused())?;
    let kinds = &known.service.kinds;
    let taken: Vec<&str> =
        kinds.iter().filter(|kind| kind.usage != Usage::Never).map(|kind| kind.prefix.as_deref()).collect::<Option<_>>()?;
    let text = &token.jws.text;
    if taken.is_empty() || text.len() < SHORTEST || kinds.iter().any(|kind| kind.is(text)) {
        return None;
    }
    let name = &known.service.name;
    let message = format!("what {name} issues begins with {}; this does not: it may be another service's", taken.join(", "));
    // With 403 a service may have recognized the caller.
    let strength = if facts.status() == 401 { Strength::Likely } else { Strength::Plausible };
    Some(
        Finding::suspect(strength, message)
            .proof(token.place, Span::new(token.span.start, token.span.start + 4.min(token.span.len())), "its beginning")
            .context(source(known.service))
            .fixed_by(Fix::action(format!("Send a key that {name} issued, or send this one to the service that issued it"))),
    )
}

fn first_word(name: &str) -> &str {
    name.split([' ', '(', ',']).next().unwrap_or(name)
}
