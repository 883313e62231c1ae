//! What somebody wrote down beside the exchange: lines of a server's log, and where the same credential works.

use std::sync::LazyLock;

use regex_lite::Regex;

use super::Facts;
use crate::checks::intermediaries::TABLE;
use crate::domain::secrecy::shapes;
use crate::domain::time;

/// How lines of a log show that they are from one: a level, the word itself, or a moment at the beginning.
static OF_LOG: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let level = r"\b(WARN(ING)?|ERROR|INFO|DEBUG|FATAL|SEVERE)\b|\[(?i:warn(ing)?|error|info|debug|notice)\]";
    let named = r"(?i:\blogs? ?(file|line)? ?(says?|shows?|has|reads)?:|\blogs? (says?|shows?)\b|\w+exception\b)";
    // Kubernetes writes the level as a letter before day and time.
    let moment = r"^\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d|\b[EWIF]\d{4} \d\d:\d\d:\d\d\.\d+";
    Regex::new(&format!("{level}|{named}|{moment}")).ok()
});

/// "The same key works with curl": the credential itself is right.
static WORKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let what = "(key|token|password|passphrase|credentials?|secret|header|value|login)s?";
    let works = "(works?|(the answer|it) is 20\\d|is (taken|accepted)|are (taken|accepted)|logs? in|gets? 20\\d|answers 20\\d|gives 20\\d|succeeds?|is fine|are fine|opens? (the|my) (web )?(page|site|interface|ui))";
    let after = format!(r"\b(the |with the |this )?same [^.;\n]{{0,40}}\b{what}\b[^.;\n]{{0,60}}\b{works}\b");
    let pair = r"\b(user|name|account|login)?[^.;\n]{0,20}\band (its|the|this|her|his) password (works?|are fine|logs? in)\b";
    let before = format!(
        r"\b(works?|succeeds?|is fine|logs in|answers) (well |fine )?with (the|this) same [^.;\n]{{0,20}}\b{what}\b|\bstill works? with (the|this) {what}\b"
    );
    Regex::new(&format!("(?i){after}|{before}|{pair}")).ok()
});

/// "One request in four", "at random": what people write of a request that is accepted and refused by turns.
static BY_TURNS: LazyLock<Option<Regex>> = LazyLock::new(|| {
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
static WITHOUT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let removed = "(without|(deleting|removing|unsetting|leaving out|logging out of|clearing))";
    let what = "(any |the |a |my |this |that |its |all )?(authorization|auth|authentication|credentials?|token|api key|key|login|password|both)( header| variable)?s?";
    let works = "(works?|gets? 20\\d|answers 20\\d|gives 20\\d|succeeds|is fine)";
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

/// "This nginx listens on port 80, TLS ends in front of it": it is asked over http.
static INNER_PROXY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let port = r"(listens|listening|runs|is) on (port )?(80|8080)\b";
    let ends = r"\b(tls|ssl|https|(the )?certificates?)\b[^.;\n]{0,30}\b(ends?|terminat\w+|stops?|is|are|sits?|lives?)\b[^.;\n]{0,30}\b(in front|before|edge|load.?balancer|other proxy|upstream proxy|router)\b";
    let front = r"\b(edge|front|outer|first) (proxy|nginx|server|load.?balancer)\b[^.;\n]{0,40}\b(tls|ssl|https|certificates?)\b";
    Regex::new(&format!("(?i)({port}|{ends}|{front})")).ok()
});

/// "Restarting the API helps", "works again after a restart of the gateway".
static RESTART: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let start = r"(re-?start(ing|ed|s)?|re-?deploy(ing|ed|ment)?|bounc(ing|ed))";
    let helps = r"(helps?|works?|does|is fine|fixes|fixed|cures?|solves?|brings it back|gets? 20\d)";
    let before = format!(r"\b{start}\b[^.;\n]{{0,80}}\b{helps}\b");
    let behind = format!(r"\b(works?|is fine|accepted)( again)? (after|once|when) [^.;\n]{{0,40}}\b{start}\b");
    Regex::new(&format!("(?i)({before}|{behind})")).ok()
});

/// "Works when I open the page by its IP address": the server goes by the name under which it is called.
static BY_ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let by = r"(by|with|under|at|on|via|through|using) (its |the |an? )?(ip|numeric)\b( address)?";
    Regex::new(&format!(r"(?i)(\b(works?|is fine|loads|saves)\b[^.;\n]{{0,60}}\b{by}|\b{by}[^.;\n]{{0,40}}\b(works?|is fine)\b)")).ok()
});

/// "With a browser's User-Agent the same request answers 200."
static AGENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let agent = "(with|under) [^.;\\n]{0,30}user.?agent\\b[^.;\\n]{0,40}(works?\\b|20\\d|accepted|succeeds|is fine)";
    Regex::new(&format!("(?i)\\b{agent}")).ok()
});

/// "curl with the logged URL gets the forecast."
static CLIENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let client = r"\b(curl|wget|firefox|chrome|safari|(a|the|my|another) (web )?(browser|client))\b";
    let works = r"\b(works?|gets? (the|an?|20\d)|answers? 20\d|loads|is fine|succeeds|shows (the|it))\b";
    Regex::new(&format!("(?i){client}[^.;\\n]{{0,80}}{works}")).ok()
});

/// "I can sign in on the web page with this e-mail": the account and its password are right.
static LOGS_IN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let with = "with (this|the same|these|that|my) (e-?mail|user|name|login|account|password|credentials)";
    Regex::new(&format!(r"(?i)[^.;\n]{{0,20}}\b(sign|log)(s|ged)? ?in\b[^.;\n]{{0,60}}\b{with}")).ok()
});

/// "Typed into the address bar the same address works": it matters from which page the request comes.
static TYPED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let typed = r"\b(typed|typing|paste[ds]?|pasting|enter(ed|ing)?|open(ed|ing)?|copied)\b[^.;\n]{0,40}\b(address bar|url bar|location bar|new tab)";
    let works = r"[^.;\n]{0,40}\b(works?|loads?|opens|logs in|is fine|gets? 20\d|answers? 20\d)\b";
    Regex::new(&format!("(?i){typed}{works}")).ok()
});

/// "With that cookie copied it works": the session is in a cookie.
static WITH_COOKIE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)\bwith [^;\n]{0,40}\bcookie\b[^;\n]{0,80}\b(works?|gets? 20\d|answers? (is )?20\d|is 20\d|gets in|is fine|succeeds)"#)
        .ok()
});

/// "It has the privilege for one page, and not for the other": the account is known, and may not do this.
static LACKS_RIGHT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let right = "(privileges?|permissions?|rights?|roles?|scopes?)";
    let lacks = format!(r"(has no|lacks|does not have|doesn't have|is missing|misses) (the |this |that |any )?([\w:.-]+ )?{right}\b");
    let others = format!(r"\bhas (only )?(the )?{right} [^.;\n]{{0,60}}\bnot\b");
    let none = r"\bno access to\b";
    Regex::new(&format!("(?i)({lacks}|{others}|{none})")).ok()
});

/// "A token with the audience X gets in".
static OF_AUDIENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\baudience (?:of |is )?[`'\x22]?([^\s`'\x22,;]+)[`'\x22]? (?:gets in|works|is accepted|is taken|gets 20\d)").ok()
});

/// "Token fetched at 09:02 UTC, expires_in 3600": since when, and for how long.
static LIFE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let got = "(fetched|issued|obtained|received|requested|got|created|made) (it )?at (\\d{4}-\\d\\d-\\d\\d[T ])?";
    let time = "(?P<hour>[01]\\d|2[0-3]):(?P<minute>[0-5]\\d)(:[0-5]\\d)?( ?(UTC|Z))";
    let life = r"(expires?[_ ]in|good for|valid for|lives?)[ :=]*";
    Regex::new(&format!(r"(?i)\btoken\b[^.;\n]{{0,20}}\b{got}{time}[^.;\n]{{0,40}}\b{life}(?P<number>\d{{1,6}}) ?(?P<unit>s|sec|seconds|min|minutes|h|hours?)?\b")).ok()
});

/// "With the same token as ?token=… it is 200".
static IN_ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let same = "same (token|key|value|credentials?|secret)";
    let place = r"(\?[\w.-]+=\S*|(a |the )?(query( parameter)?|url|address)\b)";
    let works = r"(works?|(the answer|it) is 20\d|is (taken|accepted)|gets? 20\d|answers 20\d|succeeds?|is fine)";
    Regex::new(&format!(r"(?i)\b{same}\b[^.;\n]{{0,20}}\b(as|in|by) {place}[^.;\n]{{0,40}}\b{works}\b")).ok()
});

/// "The same id sent as cookie works": where it is read.
static IN_PLACE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let what = "(id|session|sid|key|token|value|secret|credentials?|password)";
    let place = "(cookie|header|authorization|query|url|address|body|form|parameter)";
    let works = "(works?|is (taken|accepted)|gets? 20\\d|answers 20\\d|succeeds?|is fine)";
    Regex::new(&format!(r"(?i)\bsame {what}\b[^.;\n]{{0,20}}\b(as|in|by|through|via) (a |an |the )?{place}\b[^.;\n]{{0,30}}\b{works}\b"))
        .ok()
});

/// "The other call works, it sends the token in a header": in which place it is read.
static OTHER_PLACE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let what = "(id|session|sid|key|token|value|secret|credentials?|password)";
    let works = "(works?|is (taken|accepted)|gets? 20\\d|answers 20\\d|succeeds?|is fine)";
    let sends = format!(
        r"\b(sends?|sending|has|with|passes|puts) (it|the {what}|its {what}|a {what})\b[^.;\n]{{0,20}}\b(in|as|by) (a |an |the )?(header|authorization)\b"
    );
    Regex::new(&format!("(?i){works}[^;\\n]{{0,40}}{sends}|{sends}[^;\\n]{{0,40}}{works}")).ok()
});

/// "The time on the camera is 2026-01-01 14:09:52, which is different from the system's, 2026-01-01 10:05:10".
static CLOCKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let moment = |name: &str| format!(r"(?P<{name}_day>\d{{4}}-\d\d-\d\d)[T ](?P<{name}_time>\d\d:\d\d:\d\d)");
    let differ = r"\b(differ(s|ent|ence)?|diverges?|drift(s|ed)?|ahead|behind|skew(ed)?|off|not synchroni[sz]ed|out of sync)\b";
    let between = format!(r"[^\n]{{0,60}}{differ}[^\n]{{0,60}}");
    Regex::new(&format!("(?i){}{between}{}", moment("one"), moment("other"))).ok()
});

/// "The token was just given out", "a fresh key": it has had no time to expire or to be revoked.
static FRESH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let what = "(token|key|secret|password|credentials?)s?";
    let made = "(given out|issued|created|generated|obtained|fetched|made|got|renewed|requested)";
    let just = "(just( now)?|freshly|newly|only now|(a few )?(seconds|minutes) ago|a (second|minute|moment) ago)";
    let behind = format!(r"\b{what} (was |is |were |are |has been |have been )?({just} {made}|{made} {just})\b");
    let before = format!(r"\b(fresh|brand.?new|{just} {made}) ([\w-]+ )?{what}\b");
    Regex::new(&format!("(?i)({behind}|{before})")).ok()
});

/// "The same call with this token works on staging": it is one of that environment.
static OTHER_ENVIRONMENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let what = r"\b(same|this|that) [^.;\n]{0,40}(token|key|secret|credentials?|password|call|request)s?\b";
    let works = r"\b(works?|succeeds?|is fine|is (taken|accepted)|gets? 20\d|answers 20\d)\b";
    let kind = r"(staging|production|prod|live|test(ing)?|dev(elopment)?|sandbox|qa|uat|pre-?prod(uction)?|demo|integration)";
    let place = format!(r"\b(on|in|against|at|with) (the |our |my )?{kind}\b");
    Regex::new(&format!(r"(?i){what}[^.;\n]{{0,60}}{works}[^.;\n]{{0,20}}{place}|{place}[^.;\n]{{0,40}}{what}[^.;\n]{{0,30}}{works}")).ok()
});

/// "GET /flows with the same token works", "the same key works for other calls": the server has read it there.
static OTHER_CALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let what = r"\b(same|this) (api[ -]?)?(token|key|login|credentials?|password|session|header)\b";
    let works = r"\b(works?|succeeds?|is fine|is (taken|accepted)|gets? 20\d|answers 20\d|is 20\d)\b";
    let call = r"((?-i:GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE)\b|(all |the |some )?other (calls?|endpoints?|routes?|requests?|methods?|resources?)\b|(reading|listing)\b)";
    Regex::new(&format!(
        r"(?i)\b{call}[^.;\n]{{0,60}}{what}[^.;\n]{{0,30}}{works}|{what}[^.;\n]{{0,40}}{works}[^.;\n]{{0,20}}\b(for|on|at|with|in) {call}"
    ))
    .ok()
});

/// "Mounting and reading work": the account is known.
static READING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let reading = "(reading|listing|browsing|downloading|viewing|fetching|pulling)";
    Regex::new(&format!(r"(?i)\b{reading}\b[^.;\n]{{0,30}}\b(works?|succeeds?|is fine|are fine)\b")).ok()
});

/// "With the project web the same works": which tenant the credential is good for.
static OTHER_TENANT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let tenant = r"\w*(project|tenant|organi[sz]ation|workspace|subscription|namespace|subdomain)(_?\w*)";
    let works = r"\b(works?|succeeds?|is fine|is (taken|accepted)|gets? 20\d|answers 20\d)\b";
    let named = format!(r"\b(with|in|under|for) (the |an?other |a different )?({tenant}(=| is | )\S+|\S+ as {tenant})");
    let other = format!(r"\b(with|in|under|for) (the other|another|a different) {tenant}");
    Regex::new(&format!(r"(?i)({named}|{other})[^.;\n]{{0,20}}\b(the same|it|this)\b([^.;\n]|\.\S){{0,30}}{works}")).ok()
});

/// "The package is public": whoever asks for it needs no credential.
static PUBLIC: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let thing = "(package|image|chart|repo(sitory)?|project|registry|bucket|file|artifact|module|gist|page|resource|endpoint|data ?set)s?";
    Regex::new(&format!(r"(?i)\b{thing} (is|are) (all )?(public|publicly (available|readable|visible))\b|\ba public {thing}\b")).ok()
});

/// "curl with -H 'Authorization: Bearer …' works": the scheme under which the credential is taken.
static OTHER_SCHEME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let works = r"(works?|(the answer|it) is 20\d|is (taken|accepted)|gets? 20\d|answers 20\d|succeeds?|is fine)";
    Regex::new(&format!(r"(?i)\bauthorization: ?(?P<scheme>[a-z][a-z0-9-]{{2,20}}) [^;\n]{{1,80}}\b{works}\b")).ok()
});

/// The lines of some notes that are from a log.
pub fn log_lines(notes: &str) -> impl Iterator<Item = &str> {
    notes.lines().filter(|line| OF_LOG.as_ref().is_some_and(|regex| regex.is_match(line)))
}

/// The sentences of some notes or settings.
pub fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', ';']).flat_map(|line| line.split(". "))
}

/// True for notes by which the same credential works elsewhere.
fn says_it_works(notes: &str) -> bool {
    says(&WORKS, notes)
}

/// True for notes that say something, and do not deny it.
fn says(what: &LazyLock<Option<Regex>>, notes: &str) -> bool {
    // Three dots end no sentence: `?token=…`.
    let notes = notes.replace("...", "…");
    what.as_ref().and_then(|regex| regex.find(&notes)).is_some_and(|found| !is_denied(found.as_str()))
}

fn says_it_works_in_an_address(notes: &str) -> bool {
    says(&IN_ADDRESS, notes)
}

/// True for a clause that says the opposite.
fn is_denied(clause: &str) -> bool {
    let clause = clause.to_ascii_lowercase();
    ["not ", "n't ", "no longer", "never", "neither", "nothing"].iter().any(|word| clause.contains(word))
}

impl Facts<'_> {
    /// What the notes say of something, unless they deny it.
    fn noted(&self, said: &LazyLock<Option<Regex>>) -> Option<&str> {
        Some(said.as_ref()?.find(self.context.notes.as_deref()?)?.as_str()).filter(|said| !is_denied(said))
    }

    /// What the notes say of a request that is accepted and refused by turns.
    pub fn noted_by_turns(&self) -> Option<&str> {
        Some(BY_TURNS.as_ref()?.find(self.context.notes.as_deref()?)?.as_str())
    }

    /// What the notes say of the request with another User-Agent, when it works.
    pub fn noted_other_agent(&self) -> Option<&str> {
        self.noted(&AGENT)
    }

    /// What the notes say of another client that gets an answer.
    pub fn noted_other_client(&self) -> Option<&str> {
        self.noted(&CLIENT)
    }

    /// What the notes say of the same address when no page leads to it, when it works.
    pub fn noted_typed(&self) -> Option<&str> {
        self.noted(&TYPED)
    }

    /// What the notes say of the same request with a cookie, when it works.
    pub fn noted_cookie(&self) -> Option<&str> {
        self.noted(&WITH_COOKIE)
    }

    /// What the notes say of the same credential in another place, when it works there, and that place: `cookie`, `header`, …
    pub fn noted_place(&self) -> Option<(&str, String)> {
        let found = IN_PLACE.as_ref()?.captures(self.context.notes.as_deref()?)?;
        let (said, place) = (found.get(0)?.as_str(), found.get(4)?.as_str());
        (!is_denied(said)).then(|| (said, place.to_ascii_lowercase()))
    }

    /// What the notes say of another call that works and has its credential in a header.
    pub fn noted_other_place(&self) -> Option<&str> {
        self.noted(&OTHER_PLACE)
    }

    /// A header line of the notes that the request does not have, beside one that it does: `Authorization: … and Client: …`.
    pub fn noted_header(&self) -> Option<(&str, &str)> {
        const SHORTEST: usize = 4;
        let notes = self.context.notes.as_deref()?;
        let headers = &self.request.headers;
        let is_name = |name: &str| {
            let begins = name.bytes().next().is_some_and(|b| b.is_ascii_uppercase());
            begins && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let lines = |sentence: &'_ str| -> Vec<(usize, usize)> {
            let ends = sentence.match_indices(": ").map(|(at, _)| at);
            ends.map(|at| (sentence.get(..at).and_then(|before| before.rfind([' ', '"', '`', '(', ','])).map_or(0, |start| start + 1), at))
                .collect()
        };
        notes.split(['\n', ';']).flat_map(|line| line.split(". ")).find_map(|sentence| {
            let named: Vec<(&str, &str)> = lines(sentence)
                .into_iter()
                .filter_map(|(start, at)| Some((sentence.get(start..at)?, sentence.get(at + 2..)?)))
                .filter(|(name, value)| is_name(name) && !value.is_empty())
                .collect();
            let is_sent = |(name, rest): &(&str, &str)| {
                headers.get(name).is_some_and(|sent| sent.trim().len() >= SHORTEST && rest.starts_with(sent.trim()))
            };
            named.iter().find(|line| is_sent(line))?;
            named.into_iter().find(|(name, _)| !headers.has(name)).map(|(name, _)| (name, sentence.trim()))
        })
    }

    /// The notes tell when the token was fetched and for how long it is good, and that time is over: how many seconds ago, and what
    /// they say.
    pub fn noted_expiry(&self) -> Option<(f64, &str)> {
        let found = LIFE.as_ref()?.captures(self.context.notes.as_deref()?)?;
        let number = |name: &str| found.name(name)?.as_str().parse::<i64>().ok();
        let unit = match found.name("unit").map_or("s", |unit| unit.as_str()).to_ascii_lowercase().chars().next() {
            Some('h') => 3600,
            Some('m') => 60,
            _ => 1,
        };
        let life = number("number")?.checked_mul(unit)?;
        let now = self.clock.server_now.as_second();
        let day = now.rem_euclid(86_400);
        // A moment later than now was yesterday's.
        let age = (day - (number("hour")? * 3600 + number("minute")? * 60)).rem_euclid(86_400);
        (age > life).then(|| ((age - life) as f64, found.get(0).map_or("", |said| said.as_str())))
    }

    /// The notes tell two clocks that differ: by how many seconds, and what they say.
    pub fn noted_clocks(&self) -> Option<(f64, &str)> {
        let found = CLOCKS.as_ref()?.captures(self.context.notes.as_deref()?)?;
        let moment = |name: &str| {
            let part = |part: &str| found.name(&format!("{name}_{part}")).map(|part| part.as_str());
            time::rfc3339(&format!("{}T{}Z", part("day")?, part("time")?))
        };
        let gap = time::seconds_between(moment("one")?, moment("other")?).abs();
        Some((gap, found.get(0)?.as_str()))
    }

    /// What the notes say of a credential that was made shortly before.
    pub fn noted_fresh(&self) -> Option<&str> {
        self.noted(&FRESH)
    }

    /// What the notes say of the credential in another environment, when it works there.
    pub fn noted_other_environment(&self) -> Option<&str> {
        self.noted(&OTHER_ENVIRONMENT)
    }

    /// What the notes say of the same credential with another call of the same server, when it works.
    pub fn noted_other_call(&self) -> Option<&str> {
        self.noted(&OTHER_CALL)
    }

    /// What the notes say of reading, when it works, beside a request that writes.
    pub fn noted_reading(&self) -> Option<&str> {
        let writes = ["POST", "PUT", "PATCH", "DELETE", "MKCOL", "MOVE", "COPY", "PROPPATCH", "LOCK"];
        self.noted(&READING).filter(|_| writes.contains(&self.request.method.as_str()))
    }

    /// What the notes say of the same request for another tenant, when it works.
    pub fn noted_other_tenant(&self) -> Option<&str> {
        self.noted(&OTHER_TENANT)
    }

    /// What the notes say of a thing that is public.
    pub fn noted_public(&self) -> Option<&str> {
        self.noted(&PUBLIC)
    }

    /// The scheme under which the credential is taken, by the notes, and what they say.
    pub fn noted_scheme(&self) -> Option<(&str, &str)> {
        let found = OTHER_SCHEME.as_ref()?.captures(self.context.notes.as_deref()?)?;
        let said = found.get(0)?.as_str();
        (!is_denied(said)).then_some((found.name("scheme")?.as_str(), said))
    }

    /// True for notes that speak of the cross-origin rules.
    pub fn notes_name_cors(&self) -> bool {
        self.context
            .notes
            .as_deref()
            .is_some_and(|notes| notes.split(|c: char| !c.is_alphanumeric()).any(|word| word.eq_ignore_ascii_case("cors")))
    }

    /// What the notes say of a right that the account does not have.
    pub fn noted_lack(&self) -> Option<&str> {
        Some(LACKS_RIGHT.as_ref()?.find(self.context.notes.as_deref()?)?.as_str())
    }

    /// The audience with which another token is accepted, by the notes.
    pub fn noted_audience(&self) -> Option<&str> {
        Some(OF_AUDIENCE.as_ref()?.captures(self.context.notes.as_deref()?)?.get(1)?.as_str())
    }

    /// What the notes say of a log-in elsewhere with the same account.
    pub fn noted_log_in(&self) -> Option<&str> {
        self.noted(&LOGS_IN)
    }

    /// A sentence of the notes by which another credential of the same form works: as long, with the same separators.
    pub fn noted_other_credential(&self, sent: &str) -> Option<&str> {
        const SHORTEST: usize = 16;
        let form = |text: &str| text.chars().map(|c| if c.is_ascii_alphanumeric() { 'x' } else { c }).collect::<String>();
        let notes = self.context.notes.as_deref().filter(|_| sent.len() >= SHORTEST)?;
        let is_other = |word: &str| word != sent && word.len() == sent.len() && form(word) == form(sent) && shapes::is_random(word);
        let words = |text: &'_ str| text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))).any(is_other);
        let says = |sentence: &&str| {
            let lower = sentence.to_ascii_lowercase();
            ["succeed", "works", "gets 20", "is accepted", "is taken"].iter().any(|word| lower.contains(word)) && !is_denied(&lower)
        };
        if notes.contains(sent) {
            return None;
        }
        sentences(notes).filter(says).find(|sentence| words(sentence))
    }

    /// The filter before the application that notes or settings name as being there.
    pub fn noted_filter(&self) -> Option<&str> {
        let texts = [self.context.notes.as_deref(), self.context.config.as_deref()];
        let is_off = |sentence: &str| is_denied(sentence) || [" off", "disabled", "without"].iter().any(|word| sentence.contains(word));
        texts.into_iter().flatten().flat_map(sentences).filter(|sentence| !is_off(sentence)).find_map(|sentence| TABLE.filter_in(sentence))
    }

    /// What the notes say of a proxy that another one with the certificate asks over http.
    pub fn noted_inner_proxy(&self) -> Option<&str> {
        self.noted(&INNER_PROXY)
    }

    /// What the notes say of a server that takes the request again once it was started anew.
    pub fn noted_restart(&self) -> Option<&str> {
        self.noted(&RESTART)
    }

    /// What the notes say of the page under the server's address instead of its name, when the request works from there.
    pub fn noted_by_address(&self) -> Option<&str> {
        self.noted(&BY_ADDRESS)
    }

    /// What the notes say of the request without the credential, when it works.
    pub fn noted_without(&self) -> Option<&str> {
        self.noted(&WITHOUT)
    }

    /// True when the credential itself is known to be right. Found out once.
    pub fn is_known_good(&self) -> bool {
        // What is good in another environment may be unknown in this one.
        let noted = || self.noted_other_environment().is_none() && self.context.notes.as_deref().is_some_and(says_it_works);
        *self.is_known_good.get_or_init(|| self.context.credential_known_good.unwrap_or_else(|| noted() || self.worked_in_an_address()))
    }

    /// True when an earlier request with the same credential in its address was accepted, or the notes say so.
    pub fn worked_in_an_address(&self) -> bool {
        const SHORTEST: usize = 16;
        if self.context.notes.as_deref().is_some_and(says_it_works_in_an_address) {
            return true;
        }
        let of_basic = self.basic.as_ref().and_then(|basic| basic.text()).into_iter().flat_map(|(user, password)| [user, password]);
        let texts: Vec<&str> = of_basic.chain(self.token.as_ref().map(|token| token.jws.text.as_str())).collect();
        let is_there = |url: &str| texts.iter().any(|text| text.len() >= SHORTEST && url.contains(text));
        self.context.previous.iter().any(|before| (200..300).contains(&before.status) && is_there(&before.url))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::Surroundings;
    use crate::domain::exchange::Exchange;

    #[test]
    fn notes_say_where_the_same_credential_works() {
        for (notes, in_address, known_good) in [
            ("with the same token as ?apiToken=... instead of the header it is 200", true, true),
            ("the same key in the query works", true, true),
            ("the same token in the query does not work", false, false),
            ("with the same token curl works", false, true),
            ("the same token as before", false, false),
        ] {
            assert_eq!((says_it_works_in_an_address(notes), says_it_works(notes)), (in_address, known_good), "{notes}");
        }
    }

    #[test]
    fn lines_of_a_log_are_told_from_what_people_write() {
        let is_log = |line: &str| log_lines(line).next().is_some();
        for line in [
            "log: Forbidden (Origin checking failed - https://a.example does not match any trusted origins.): /login/",
            "2026-07-13T19:54:27Z auth: App password verification failed",
            "the server's log says: jwt expired",
            "WARN req{uri=/webdav/}: bad signature",
            "[error] user \"ana\": password mismatch",
            "E0302 12:32:50.114892       7 handlers.go:37] Unable to authenticate the request: verification error",
            "io.jsonwebtoken.ExpiredJwtException: JWT expired at 2026-01-01",
        ] {
            assert!(is_log(line), "{line}");
        }
        for line in ["the token is not expired", "I log in with the same user", "the key was made in 2024", "an error is shown"] {
            assert!(!is_log(line), "{line}");
        }
    }

    fn read<T>(notes: &str, of: impl Fn(&Facts) -> T) -> T {
        let mut exchange = Exchange::default();
        exchange.context.notes = Some(notes.into());
        of(&Facts::of(&exchange, &Surroundings::alone(jiff::Timestamp::UNIX_EPOCH)))
    }

    #[test]
    fn notes_tell_what_the_credential_is_good_for() {
        for (notes, environment, call, tenant) in [
            ("the same call with this token works on staging", true, false, false),
            ("on the test system the same key works", true, false, false),
            ("GET /flows with the same token works", false, true, false),
            ("the same key works for other endpoints", false, true, false),
            ("with OS_PROJECT_NAME=web the same clouds.yaml works", false, false, true),
            ("in another workspace this works", false, false, true),
            ("the same token does not work on staging", false, false, false),
            ("get the same token working", false, false, false),
        ] {
            let found = read(notes, |facts| {
                (facts.noted_other_environment().is_some(), facts.noted_other_call().is_some(), facts.noted_other_tenant().is_some())
            });
            assert_eq!(found, (environment, call, tenant), "{notes}");
        }
    }

    #[test]
    fn notes_tell_what_is_public_and_which_scheme_is_taken() {
        for (notes, public, scheme) in [
            ("the package is public", true, None),
            ("it is a public repository", true, None),
            ("the image is not public", false, None),
            ("curl with -H 'Authorization: Bearer ...' works", false, Some("Bearer")),
            ("Authorization: Token abc does not work", false, None),
        ] {
            let found = read(notes, |facts| (facts.noted_public().is_some(), facts.noted_scheme().map(|(scheme, _)| scheme.to_string())));
            assert_eq!(found, (public, scheme.map(String::from)), "{notes}");
        }
    }

    #[test]
    fn notes_tell_how_far_two_clocks_are_apart() {
        for (notes, gap) in [
            ("the time on the camera is '2026-08-22 14:09:52', which is different from the system '2026-08-22 10:05:10'", Some(14_682.0)),
            ("device 2026-08-22T10:00:00Z is ahead of the server 2026-08-22T09:00:00Z", Some(3_600.0)),
            ("first seen 2026-08-22 14:09:52, again 2026-08-22 10:05:10", None),
        ] {
            assert_eq!(read(notes, |facts| facts.noted_clocks().map(|(gap, _)| gap)), gap, "{notes}");
        }
    }

    #[test]
    fn notes_tell_that_a_credential_is_fresh() {
        for notes in ["the token was just given out", "with a fresh API key", "the key is freshly generated", "token issued a minute ago"] {
            assert!(read(notes, |facts| facts.noted_fresh().is_some()), "{notes}");
        }
        for notes in ["the token was given out last year", "I just want to use the key", "the token was not just issued"] {
            assert!(!read(notes, |facts| facts.noted_fresh().is_some()), "{notes}");
        }
    }

    #[test]
    fn notes_tell_that_no_credential_is_needed() {
        let without = |notes: &str| read(notes, |facts| facts.noted_without().is_some());
        for notes in [
            "without the token it works",
            "deleting both makes the same command work",
            "Removing the Authorization header gives 200",
            "with the host.example entry gone from config.json the same command works",
            "once the login is deleted it works",
        ] {
            assert!(without(notes), "{notes}");
        }
        for notes in [
            "without the trailing slash it works",
            "without a token it does not work",
            "removing the space works",
            "with the entry gone it does not work",
            "with the slash removed it works",
        ] {
            assert!(!without(notes), "{notes}");
        }
    }

    #[test]
    fn notes_tell_that_a_credential_is_right() {
        let is_good = |notes: &str| read(notes, |facts| facts.is_known_good());
        for notes in [
            "the same key works with curl",
            "with curl and the same header it works",
            "The same name and password log in on the web page",
            "the same API token in the \"auth\" member of the JSON body works",
            "curl -u with the same user and password gets 200 at the same address",
            "the uploader works with the same key",
            "with ?apiToken=… (the same token) and without the header the answer is 200",
            "/Items?api_key=… still works with the key",
        ] {
            assert!(is_good(notes), "{notes}");
        }
        for notes in ["the same key worked for months", "the same token no longer works", "a new key works", "it works on localhost"] {
            assert!(!is_good(notes), "{notes}");
        }
    }
}
