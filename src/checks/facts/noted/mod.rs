//! What somebody wrote down beside the exchange: lines of a server's log, and where the same credential works.

mod sayings;

use std::sync::LazyLock;

use regex_lite::{Captures, Regex};

use self::sayings::{
    AGENT, BY_ADDRESS, BY_TURNS, CLIENT, CLOCKS, FRESH, IN_ADDRESS, IN_PLACE, INNER_PROXY, LACKS_RIGHT, LIFE, LOGS_IN, OF_AUDIENCE, OF_LOG,
    OTHER_CALL, OTHER_ENVIRONMENT, OTHER_PLACE, OTHER_SCHEME, OTHER_TENANT, PUBLIC, READING, RESTART, SIGNED_OUT, TYPED, WITH_COOKIE,
    WITHOUT, WORKS,
};
use super::Facts;
use crate::checks::intermediaries::TABLE;
use crate::domain::secrecy::shapes;
use crate::domain::time;

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
    /// What the notes say of something, with its parts. Without notes no expression is compiled.
    fn captured(&self, said: &LazyLock<Option<Regex>>) -> Option<Captures<'_>> {
        let notes = self.context.notes.as_deref()?;
        said.as_ref()?.captures(notes)
    }

    /// What the notes say of something, unless they deny it.
    fn noted(&self, said: &LazyLock<Option<Regex>>) -> Option<&str> {
        Some(self.captured(said)?.get(0)?.as_str()).filter(|said| !is_denied(said))
    }

    /// What the notes say of a request that is accepted and refused by turns.
    pub fn noted_by_turns(&self) -> Option<&str> {
        Some(self.captured(&BY_TURNS)?.get(0)?.as_str())
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
        let found = self.captured(&IN_PLACE)?;
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
        let found = self.captured(&LIFE)?;
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
        let found = self.captured(&CLOCKS)?;
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
        let found = self.captured(&OTHER_SCHEME)?;
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
        Some(self.captured(&LACKS_RIGHT)?.get(0)?.as_str())
    }

    /// The audience with which another token is accepted, by the notes.
    pub fn noted_audience(&self) -> Option<&str> {
        Some(self.captured(&OF_AUDIENCE)?.get(1)?.as_str())
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
        self.noted(&WITHOUT).or_else(|| Some(self.captured(&SIGNED_OUT)?.get(0)?.as_str()))
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
            ("a public image works, this private one does not", false, None),
            ("pulling from a public registry", false, None),
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
