//! How people write what they tried: expressions for sentences of notes. Each has the sentence that it is for.

use std::sync::LazyLock;

use regex_lite::Regex;

/// Words for a request that was accepted.
const WORKS_SO: &str = r"\b(works?|succeeds?|is fine|is (taken|accepted)|(gets?|got|gives?|gave|returns?|returned) 20\d|answer(s|ed) 20\d|((the answer|it) )?is 20\d)\b";

/// How lines of a log show that they are from one: a level, the word itself, or a moment at the beginning.
pub(super) static OF_LOG: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let level = r"\b(WARN(ING)?|ERROR|INFO|DEBUG|FATAL|SEVERE)\b|\[(?i:warn(ing)?|error|info|debug|notice)\]";
    let named = r"(?i:\blogs? ?(file|line)? ?(says?|shows?|has|reads)?:|\blogs? (says?|shows?)\b|\w+exception\b)";
    // Kubernetes writes the level as a letter before day and time.
    let moment = r"^\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d|\b[EWIF]\d{4} \d\d:\d\d:\d\d\.\d+";
    Regex::new(&format!("{level}|{named}|{moment}")).ok()
});

/// "The same key works with curl": the credential itself is right.
pub(super) static WORKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let what = "(key|token|password|passphrase|credentials?|secret|header|value|login)s?";
    let works = "(works?|(the answer|it) is 20\\d|is (taken|accepted)|are (taken|accepted)|logs? in|(gets?|got|gives?|gave|returns?|returned) 20\\d|answer(s|ed) 20\\d|succeeds?|is fine|are fine|opens? (the|my) (web )?(page|site|interface|ui))";
    let after = format!(r"\b(the |with the |this )?same [^.;\n]{{0,40}}\b{what}\b[^.;\n]{{0,60}}\b{works}\b");
    let pair = r"\b(user|name|account|login)?[^.;\n]{0,20}\band (its|the|this|her|his) password (works?|are fine|logs? in)\b";
    let before = format!(
        r"\b(works?|succeeds?|is fine|logs in|answers) (well |fine )?with (the|this) same [^.;\n]{{0,20}}\b{what}\b|\bstill works? with (the|this) {what}\b"
    );
    Regex::new(&format!("(?i){after}|{before}|{pair}")).ok()
});

/// "One request in four", "at random": what people write of a request that is accepted and refused by turns.
pub(super) static BY_TURNS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let number = "(one|two|three|four|five|half|some|[0-9]+)";
    let share = format!(
        "{number} (time|request|call|attempt|tr[yi])?(s|es)? ?(in|out of|of) (the |every )?([0-9]+|two|three|four|five|six|ten|requests|calls)"
    );
    let before = "same (request|call|cookie|token) (was|is|gets?|got|had) [^.;\\n]{0,30}(20\\d|accepted|fine)[^.;\\n]{0,30}(before|after|earlier|later)";
    let turns = "from (call|request|time|try|attempt) to (call|request|time|try|attempt)|alternately";
    let one = "(replica|pod|instance|node|worker|server|process)";
    let alone = format!(
        "with (one|a single) {one}\\b[^.;\\n]{{0,20}}\\b(works|is fine|always)|on (either|each|any|every)( one)?( of [^.;\\n]{{0,20}})? ?{one}s? (alone|by itself|on its own)\\b[^.;\\n]{{0,60}}\\b(works?|is fine)"
    );
    Regex::new(&format!("(?i)\\b({share}|{before}|{turns}|{alone}|intermittent(ly)?|randomly|at random|by turns|on and off|off and on|every (other|second|third) (time|request|call)|[2-5]\\d\\d,? (and )?then (a )?[2-5]\\d\\d[,;]? ((and )?then|it goes on|and so on|again and again)|sometimes\\b.{{0,80}}\\bsometimes)\\b")).ok()
});

/// "Without the token it works", "deleting the key makes the same command work".
pub(super) static WITHOUT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let removed = "(without|(deleting|removing|unsetting|leaving out|logging out of|clearing))";
    let what = "(any |the |a |my |this |that |its |all )?(authorization|auth|authentication|credentials?|token|api key|key|login|password|both)( header| variable)?s?";
    let works = "(works?|(gets?|got|gives?|gave|returns?|returned) 20\\d|answer(s|ed) 20\\d|succeeds|is fine)";
    let before = format!(r"\b{removed} {what}\b[^.;\n]{{0,40}}\b{works}\b");
    let thing = "(entry|authorization|auth|authentication|credentials?|token|api key|key|login)s?";
    let gone = "(gone|removed|deleted|taken out|left out|unset|cleared|commented out)";
    let behind = format!(
        r"\b(with|once|after|when) (the |my |that |its )?[^;\n]{{0,30}}\b{thing} (is |was |are )?{gone}\b[^;\n]{{0,40}}\b{works}\b"
    );
    // `export API_TOKEN=""`, `unset API_TOKEN`, `$env:API_TOKEN = ''`.
    let variable = r"\w*(token|key|password|passwd|secret|auth|credentials?)\w*";
    let emptied = format!(r#"\b(unset {variable}|(export |set |env:)?{variable} ?= ?(""|'')?)(\s|$)[^.;\n]{{0,40}}\b{works}\b"#);
    Regex::new(&format!("(?i)({before}|{behind}|{emptied})")).ok()
});

/// "In a private window, not signed in, the same address shows the JSON".
pub(super) static SIGNED_OUT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let out = r"\b(not (signed|logged) in|(signed|logged) out|anonymously|incognito|private (browser )?window)\b";
    Regex::new(&format!(r"(?i){out}[^.;\n]{{0,40}}\b(works|shows|loads|opens|is fine|is 20\d|(gets|got|answers|answered) 20\d)\b")).ok()
});

/// "This nginx listens on port 80, TLS ends in front of it": it is asked over http.
pub(super) static INNER_PROXY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let port = r"(listens|listening|runs|is) on (port )?(80|8080)\b";
    let ends = r"\b(tls|ssl|https|(the )?certificates?)\b[^.;\n]{0,30}\b(ends?|terminat\w+|stops?|is|are|sits?|lives?)\b[^.;\n]{0,30}\b(in front|before|edge|load.?balancer|other proxy|upstream proxy|router)\b";
    let front = r"\b(edge|front|outer|first) (proxy|nginx|server|load.?balancer)\b[^.;\n]{0,40}\b(tls|ssl|https|certificates?)\b";
    Regex::new(&format!("(?i)({port}|{ends}|{front})")).ok()
});

/// "Restarting the API helps", "works again after a restart of the gateway".
pub(super) static RESTART: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let start = r"(re-?start(ing|ed|s)?|re-?deploy(ing|ed|ment)?|bounc(ing|ed))";
    let helps = r"(helps?|works?|does|is fine|fixes|fixed|cures?|solves?|brings it back|(gets?|got|gives?|gave|returns?|returned) 20\d)";
    let before = format!(r"\b{start}\b[^.;\n]{{0,80}}\b{helps}\b");
    let behind = format!(r"\b(works?|is fine|accepted)( again)? (after|once|when) [^.;\n]{{0,40}}\b{start}\b");
    Regex::new(&format!("(?i)({before}|{behind})")).ok()
});

/// "Works when I open the page by its IP address": the server goes by the name under which it is called.
pub(super) static BY_ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let by = r"(by|with|under|at|on|via|through|using) (its |the |an? )?(ip|numeric)\b( address)?";
    Regex::new(&format!(r"(?i)(\b(works?|is fine|loads|saves)\b[^.;\n]{{0,60}}\b{by}|\b{by}[^.;\n]{{0,40}}\b(works?|is fine)\b)")).ok()
});

/// "With a browser's User-Agent the same request answers 200."
pub(super) static AGENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let agent = "(with|under) [^.;\\n]{0,30}user.?agent\\b[^.;\\n]{0,40}(works?\\b|20\\d|accepted|succeeds|is fine)";
    Regex::new(&format!("(?i)\\b{agent}")).ok()
});

/// "curl with the logged URL gets the forecast."
pub(super) static CLIENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let client = r"\b(curl|wget|firefox|chrome|safari|(a|the|my|another) (web )?(browser|client))\b";
    let works = r"\b(works?|gets? (the|an?|20\d)|answer(s|ed) 20\d|loads|is fine|succeeds|shows (the|it))\b";
    Regex::new(&format!("(?i){client}[^.;\\n]{{0,80}}{works}")).ok()
});

/// "I can sign in on the web page with this e-mail": the account and its password are right.
pub(super) static LOGS_IN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let with = "with (this|the same|these|that|my) (e-?mail|user|name|login|account|password|credentials)";
    Regex::new(&format!(r"(?i)[^.;\n]{{0,20}}\b(sign|log)(s|ged)? ?in\b[^.;\n]{{0,60}}\b{with}")).ok()
});

/// "Typed into the address bar the same address works": it matters from which page the request comes.
pub(super) static TYPED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let typed = r"\b(typed|typing|paste[ds]?|pasting|enter(ed|ing)?|open(ed|ing)?|copied)\b[^.;\n]{0,40}\b(address bar|url bar|location bar|new tab)";
    let works = r"[^.;\n]{0,40}\b(works?|loads?|opens|logs in|is fine|(gets?|got|gives?|gave|returns?|returned) 20\d|answer(s|ed) 20\d)\b";
    Regex::new(&format!("(?i){typed}{works}")).ok()
});

/// "With that cookie copied it works": the session is in a cookie.
pub(super) static WITH_COOKIE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)\bwith [^;\n]{0,40}\bcookie\b[^;\n]{0,80}\b(works?|(gets?|got|gives?|gave|returns?|returned) 20\d|answers? (is )?20\d|is 20\d|gets in|is fine|succeeds)"#)
        .ok()
});

/// "It has the privilege for one page, and not for the other": the account is known, and may not do this.
pub(super) static LACKS_RIGHT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let right = "(privileges?|permissions?|rights?|roles?|scopes?)";
    let lacks = format!(r"(has no|lacks|does not have|doesn't have|is missing|misses) (the |this |that |any )?([\w:.-]+ )?{right}\b");
    let others = format!(r"\bhas (only )?(the )?{right} [^.;\n]{{0,60}}\bnot\b");
    let none = r"\bno access to\b";
    Regex::new(&format!("(?i)({lacks}|{others}|{none})")).ok()
});

/// "A token with the audience X gets in".
pub(super) static OF_AUDIENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\baudience (?:of |is )?[`'\x22]?([^\s`'\x22,;]+)[`'\x22]? (?:gets in|works|is accepted|is taken|gets 20\d)").ok()
});

/// "Token fetched at 09:02 UTC, expires_in 3600": since when, and for how long.
pub(super) static LIFE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let got = "(fetched|issued|obtained|received|requested|got|created|made) (it )?at (\\d{4}-\\d\\d-\\d\\d[T ])?";
    let time = "(?P<hour>[01]\\d|2[0-3]):(?P<minute>[0-5]\\d)(:[0-5]\\d)?( ?(UTC|Z))";
    let life = r"(expires?[_ ]in|good for|valid for|lives?)[ :=]*";
    Regex::new(&format!(r"(?i)\btoken\b[^.;\n]{{0,20}}\b{got}{time}[^.;\n]{{0,40}}\b{life}(?P<number>\d{{1,6}}) ?(?P<unit>s|sec|seconds|min|minutes|h|hours?)?\b")).ok()
});

/// "With the same token as ?token=… it is 200".
pub(super) static IN_ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let same = "same (token|key|value|credentials?|secret)";
    let place = r"(\?[\w.-]+=\S*|(a |the )?(query( parameter)?|url|address)\b)";
    let works = r"(works?|(the answer|it) is 20\d|is (taken|accepted)|(gets?|got|gives?|gave|returns?|returned) 20\d|answer(s|ed) 20\d|succeeds?|is fine)";
    Regex::new(&format!(r"(?i)\b{same}\b[^.;\n]{{0,20}}\b(as|in|by) {place}[^.;\n]{{0,40}}\b{works}\b")).ok()
});

/// "The same id sent as cookie works": where it is read.
pub(super) static IN_PLACE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let what = "(id|session|sid|key|token|value|secret|credentials?|password)";
    let place = "(cookie|header|authorization|query|url|address|body|form|parameter)";
    let works = "(works?|is (taken|accepted)|(gets?|got|gives?|gave|returns?|returned) 20\\d|answer(s|ed) 20\\d|succeeds?|is fine)";
    Regex::new(&format!(r"(?i)\bsame {what}\b[^.;\n]{{0,20}}\b(as|in|by|through|via) (a |an |the )?{place}\b[^.;\n]{{0,30}}\b{works}\b"))
        .ok()
});

/// "The other call works, it sends the token in a header": in which place it is read.
pub(super) static OTHER_PLACE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let what = "(id|session|sid|key|token|value|secret|credentials?|password)";
    let works = "(works?|is (taken|accepted)|(gets?|got|gives?|gave|returns?|returned) 20\\d|answer(s|ed) 20\\d|succeeds?|is fine)";
    let sends = format!(
        r"\b(sends?|sending|has|with|passes|puts) (it|the {what}|its {what}|a {what})\b[^.;\n]{{0,20}}\b(in|as|by) (a |an |the )?(header|authorization)\b"
    );
    Regex::new(&format!("(?i){works}[^;\\n]{{0,40}}{sends}|{sends}[^;\\n]{{0,40}}{works}")).ok()
});

/// "The time on the camera is 2026-01-01 14:09:52, which is different from the system's, 2026-01-01 10:05:10".
pub(super) static CLOCKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let moment = |name: &str| format!(r"(?P<{name}_day>\d{{4}}-\d\d-\d\d)[T ](?P<{name}_time>\d\d:\d\d:\d\d)");
    let differ = r"\b(differ(s|ent|ence)?|diverges?|drift(s|ed)?|ahead|behind|skew(ed)?|off|not synchroni[sz]ed|out of sync)\b";
    let between = format!(r"[^\n]{{0,60}}{differ}[^\n]{{0,60}}");
    Regex::new(&format!("(?i){}{between}{}", moment("one"), moment("other"))).ok()
});

/// "The token was just given out", "a fresh key": it has had no time to expire or to be revoked.
pub(super) static FRESH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let what = "(token|key|secret|password|credentials?)s?";
    let made = "(given out|issued|created|generated|obtained|fetched|made|got|renewed|requested)";
    let just = "(just( now)?|freshly|newly|only now|(a few )?(seconds|minutes) ago|a (second|minute|moment) ago)";
    let behind = format!(r"\b{what} (was |is |were |are |has been |have been )?({just} {made}|{made} {just})\b");
    let before = format!(r"\b(fresh|brand.?new|{just} {made}) ([\w-]+ )?{what}\b");
    Regex::new(&format!("(?i)({behind}|{before})")).ok()
});

/// "The same call with this token works on staging": it is one of that environment.
pub(super) static OTHER_ENVIRONMENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let what = r"\b(same|this|that) [^.;\n]{0,40}(token|key|secret|credentials?|password|call|request)s?\b";
    let kind = r"(staging|production|prod|live|test(ing)?|dev(elopment)?|sandbox|qa|uat|pre-?prod(uction)?|demo|integration)";
    let place = format!(r"\b(on|in|against|at|with) (the |our |my )?{kind}\b");
    Regex::new(&format!(r"(?i){what}[^.;\n]{{0,60}}{WORKS_SO}[^.;\n]{{0,20}}{place}|{place}[^.;\n]{{0,40}}{what}[^.;\n]{{0,30}}{WORKS_SO}"))
        .ok()
});

/// "GET /flows with the same token works", "the same key works for other calls": the server has read it there.
pub(super) static OTHER_CALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let what = r"\b(same|this) (api[ -]?)?(token|key|login|credentials?|password|session|header)\b";
    let call = r"((?-i:GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE)\b|(all |the |some )?other (calls?|endpoints?|routes?|requests?|methods?|resources?)\b|(reading|listing)\b)";
    Regex::new(&format!(
        r"(?i)\b{call}[^.;\n]{{0,60}}{what}[^.;\n]{{0,30}}{WORKS_SO}|{what}[^.;\n]{{0,40}}{WORKS_SO}[^.;\n]{{0,20}}\b(for|on|at|with|in) {call}"
    ))
    .ok()
});

/// "Mounting and reading work": the account is known.
pub(super) static READING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let reading = "(reading|listing|browsing|downloading|viewing|fetching|pulling)";
    Regex::new(&format!(r"(?i)\b{reading}\b[^.;\n]{{0,30}}\b(works?|succeeds?|is fine|are fine)\b")).ok()
});

/// "With the project web the same works": which tenant the credential is good for.
pub(super) static OTHER_TENANT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let tenant = r"\w*(project|tenant|organi[sz]ation|workspace|subscription|namespace|subdomain)(_?\w*)";
    let named = format!(r"\b(with|in|under|for) (the |an?other |a different )?({tenant}(=| is | )\S+|\S+ as {tenant})");
    let other = format!(r"\b(with|in|under|for) (the other|another|a different) {tenant}");
    Regex::new(&format!(r"(?i)({named}|{other})[^.;\n]{{0,20}}\b(the same|it|this)\b([^.;\n]|\.\S){{0,30}}{WORKS_SO}")).ok()
});

/// "The package is public": whoever asks for it needs no credential.
pub(super) static PUBLIC: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let thing = "(package|image|chart|repo(sitory)?|project|registry|bucket|file|artifact|module|gist|page|resource|endpoint|data ?set)s?";
    Regex::new(&format!(
        r"(?i)\b{thing} (is|are) (all )?(public|publicly (available|readable|visible))\b|\b(it|this|that)( is|['’]s) a public {thing}\b"
    ))
    .ok()
});

/// "curl with -H 'Authorization: Bearer …' works": the scheme under which the credential is taken.
pub(super) static OTHER_SCHEME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r"(?i)\bauthorization: ?(?P<scheme>[a-z][a-z0-9-]{{2,20}}) [^;\n]{{1,80}}{WORKS_SO}")).ok());
