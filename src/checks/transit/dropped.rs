//! `header-dropped-on-redirect`

use url::Url;

use super::redirects::{Change, Client, may_follow_a_redirect};
use crate::checks::check::check;
use crate::checks::credentials::missing::wanted_value;
use crate::checks::facts::other_credentials::Carrier;
use crate::checks::facts::words::{Topic, Word};
use crate::checks::facts::{Facts, Standing};
use crate::checks::{Finding, Fix, Place, Strength};
use crate::domain::context::Previous;
use crate::domain::request::Edit;
use crate::domain::response::Hop;
use crate::domain::span::Span;

check! {
    /// The client followed a redirect and did not send the credential to the new address.
    ///
    /// # What it looks at
    /// The requests before this one: one had a credential and was redirected, and this one has none. When only the first one
    /// was recorded, what its client is known to do on such a redirect.
    ///
    /// # Why a server answers 401 to it
    /// When a redirect leads to another scheme, host or port, most clients drop Authorization, so that no other server gets
    /// it; .NET does so on every redirect. The new address then sees a request without a credential.
    ///
    /// # How to prove it
    /// `curl -v -L` shows both requests; the second has no Authorization.
    ///
    /// # How to fix it
    /// Send the request directly to the final address. `curl --location-trusted` keeps the header, but sends it to every
    /// host on the way.
    ///
    /// # Example
    /// `http://api.example.com/v1` → 301 → `https://api.example.com/v1`, answered 401.
    ///
    /// # References
    /// RFC 9110 section 15.4; Fetch standard, HTTP-redirect fetch.
    DROPPED = "header-dropped-on-redirect", Address,
    stage: Way, topics: [Missing, ApiKey],
    explains: ["authorization-missing", "basic-rejected", "digest-rejected", "token-rejected", "client-authentication-failed", "header-stripped-by-proxy"],
    decided_by: [EarlierRequests],
    proven_by: [FinalAddress],
    run: look
}

/// A redirect that authtui itself followed, and where it kept headers back. Of those that are no known credentials, one may be
/// what the server asks for.
fn withheld(facts: &Facts, hop: &Hop) -> Finding {
    if !facts.is_refused() {
        return Finding::pass("what was withheld at a redirect was not needed by the server");
    }
    let is_credential = |name: &&str| *name == "userinfo" || hop.sent.iter().any(|sent| sent == name);
    let withheld = || hop.withheld.iter().map(String::as_str);
    let credentials: Vec<&str> = withheld().filter(is_credential).collect();
    let (strength, names) =
        if credentials.is_empty() { (Strength::Possible, withheld().collect()) } else { (Strength::Contradiction, credentials) };
    let message = format!("{} was withheld because {} redirected to another origin", names.join(", "), hop.url);
    let finding = Finding::fail(strength, message).context(format!("{} {} → {}", hop.status, hop.url, hop.location));
    let target = facts.url.as_ref().and_then(|url| url.join(&hop.location).ok());
    match target {
        Some(target) => finding.fixed_by(Fix::edit("Send the request directly to the redirect's target", vec![Edit::Url(target.into())])),
        None => finding.fixed_by(Fix::action("Send the request directly to the redirect's target")),
    }
}

fn unseen(facts: &Facts) -> Finding {
    let agent = facts.request.headers.iter().find(|(_, h)| h.is("user-agent"));
    let finding = Finding::warn(
        Strength::Possible,
        "this client follows redirects and may then drop Authorization; whether it did here cannot be seen",
    );
    let finding = agent.into_iter().fold(finding, |f, (i, h)| f.proof(Place::RequestHeader(i), None, h.value.clone()));
    finding.fixed_by(Fix::action("Look at every request of the call, redirects included: curl -v -L shows them"))
}

/// A redirect that came right before the exchange, as far as it is known.
struct Followed<'f> {
    previous: &'f Previous,
    from: Option<Url>,
    to: Option<Url>,
    /// True when the recorded request is the one that was redirected, and the one that was answered is not shown.
    is_first_recorded: bool,
}

impl<'f> Followed<'f> {
    /// The redirect at which the credential was lost: of several in a row the last one before which it is known to have been sent.
    fn of(facts: &'f Facts) -> Option<Self> {
        let in_a_row: Vec<&Previous> = facts.context.previous.iter().rev().take_while(|p| is_redirect(p)).collect();
        let lost = in_a_row.iter().position(|p| p.sent_authorization.is_some()).unwrap_or(0);
        match in_a_row.get(..=lost)? {
            [.., next, previous] => Self::followed_by(previous, next),
            _ => Self::last(facts, in_a_row.first()?),
        }
    }

    /// A redirect that another one came after.
    fn followed_by(previous: &'f Previous, next: &Previous) -> Option<Self> {
        let from = Url::parse(&previous.url).ok()?;
        let to = Url::parse(&next.url).ok().or_else(|| from.join(previous.location.as_ref()?).ok());
        Some(Self { previous, from: Some(from), to, is_first_recorded: false })
    }

    fn last(facts: &'f Facts, previous: &'f Previous) -> Option<Self> {
        let recorded = facts.url.clone();
        let from = Url::parse(&previous.url).ok().or_else(|| recorded.clone().filter(|_| previous.url.is_empty()));
        let to = from.as_ref().zip(previous.location.as_ref()).and_then(|(from, location)| from.join(location).ok());
        // A hop without an address of its own is one of the recorded request, unless that is where it led.
        let starts_here = previous.url.is_empty() || from == recorded;
        let leads_here = to.is_some() && to == recorded;
        let is_first_recorded = starts_here && !leads_here;
        let to = if is_first_recorded { to } else { recorded };
        let from = if previous.url.is_empty() && !is_first_recorded { None } else { from };
        Some(Self { previous, from, to, is_first_recorded })
    }

    fn change(&self) -> Option<Change> {
        Some(Change::between(self.from.as_ref()?, self.to.as_ref()?))
    }

    /// What changed, in words.
    fn words(&self) -> String {
        let (Some(a), Some(b)) = (&self.from, &self.to) else { return "to another address".into() };
        let mut changed = Vec::new();
        if a.scheme() != b.scheme() {
            changed.push(format!("{} to {}", a.scheme(), b.scheme()));
        }
        if a.host_str() != b.host_str() {
            changed.push(format!("{} to {}", a.host_str().unwrap_or_default(), b.host_str().unwrap_or_default()));
        }
        if a.port_or_known_default() != b.port_or_known_default() && a.scheme() == b.scheme() {
            changed.push("another port".into());
        }
        if changed.is_empty() { "to the same origin".to_string() } else { changed.join(", ") }
    }

    fn line(&self, facts: &Facts) -> String {
        let Previous { method, url, status, location, .. } = self.previous;
        let (method, url) = if url.is_empty() { (&facts.request.method, &facts.request.url) } else { (method, url) };
        format!("{method} {url} answered {status} → {}", location.as_deref().unwrap_or("?")).trim_start().to_string()
    }
}

fn is_redirect(previous: &Previous) -> bool {
    matches!(previous.status, 301 | 302 | 303 | 307 | 308)
}

/// The recorded request still has the header, and was redirected: what its client does on that redirect tells what arrived.
fn lost_after(facts: &Facts, followed: &Followed) -> Finding {
    let Some(sent) = facts.authorization().filter(|_| facts.is_refused()) else {
        return Finding::pass("the request before the redirect had no credential either, or none was needed");
    };
    // Words about a token or password are about one that came.
    let of_the_credential = |w: &Word| w.specific && !matches!(w.topic, Topic::Missing | Topic::ApiKey | Topic::HeaderForm | Topic::Login);
    if facts.words.iter().any(of_the_credential) || facts.challenges.iter().any(|c| c.get("error") == Some("invalid_token")) {
        return Finding::pass("the answer mentions the credential, so it arrived after the redirect");
    }
    let client = Client::of(facts);
    let change = followed.change();
    let (strength, rule) = match (client, change) {
        (Some((client, name)), change) if client.always_drops || change.is_some_and(|c| client.drops(c)) => {
            (Strength::Contradiction, format!("{name} {}", client.rule))
        }
        (Some(_), Some(_)) => return Finding::pass("this client keeps the credential on such a redirect"),
        (None, Some(change)) if change != Change::Origin => (Strength::Likely, "most clients drop it there".to_string()),
        _ if facts.says(Topic::Missing) => (Strength::Plausible, "some clients drop it on every redirect".to_string()),
        _ => {
            return Finding::unknown(
                "whether the client sent the credential again after the redirect: name the client in the expectations",
            );
        }
    };
    let finding = Finding::fail(
        strength,
        format!("the request was redirected ({}), and Authorization was probably not sent to the new address: {rule}", followed.words()),
    )
    .proof(sent.place(), sent.scheme_span, "sent with the request before the redirect")
    .context(followed.line(facts));
    match &followed.to {
        Some(to) => finding.fixed_by(Fix::edit("Send the request directly to the redirect's target", vec![Edit::Url(to.to_string())])),
        None => finding.fixed_by(Fix::action("Send the request directly to the redirect's target")),
    }
}

fn look(facts: &Facts) -> Finding {
    if let Some(hop) = facts.answer.and_then(|a| a.hops.iter().rev().find(|h| !h.withheld.is_empty())) {
        return withheld(facts, hop);
    }
    let Some(followed) = Followed::of(facts) else {
        return if may_follow_a_redirect(facts) { unseen(facts) } else { Finding::not_applicable() };
    };
    let carried = followed.previous.sent_authorization;
    if followed.is_first_recorded && carried != Some(false) && facts.answer.is_some() {
        return lost_after(facts, &followed);
    }
    // A key in a header of its own is what was sent before too, unless another credential is asked for.
    let has_key = facts.others.iter().any(|other| other.carrier == Carrier::Header);
    let is_asked = !facts.challenges.is_empty() || facts.says_plainly(Topic::Missing);
    if !facts.authorizations.is_empty() || has_key && !is_asked {
        return Finding::pass("the credential was also sent to the new address");
    }
    if carried == Some(false) {
        return Finding::pass("the request before the redirect had no credential either");
    }
    if facts.standing == Standing::Accepted {
        return Finding::pass("the new address did not ask for a credential");
    }
    let rule = Client::of(facts).map(|(client, name)| format!("; {name} {}", client.rule)).unwrap_or_default();
    let strength = if carried == Some(true) { Strength::Contradiction } else { Strength::Plausible };
    let line = facts.request.method.len() + 1;
    let was = if carried == Some(true) { "was" } else { "was probably" };
    Finding::fail(strength, format!("Authorization {was} sent before the redirect ({}), but not after it{rule}", followed.words()))
        .proof(Place::RequestLine, Span::new(line, line + facts.request.url.len()), "the request after the redirect, without Authorization")
        .context(followed.line(facts))
        .fixed_by(Fix::edit(
            "Send the request directly to the final address, with the credential",
            vec![Edit::AddHeader {
                name: "Authorization".into(),
                value: wanted_value(facts, facts.offered_schemes().first().map(String::as_str)),
            }],
        ))
}
