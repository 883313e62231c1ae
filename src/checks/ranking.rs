//! Ranking: which of the findings is the cause. All numbers that weigh evidence are here, each with its reason.
//!
//! A finding's [`Strength`] becomes odds, and what speaks for or against it moves them:
//!
//! 1. **What the answer says.** Words on a finding's own topic raise it; plain words on another finding's topic lower it.
//! 2. **The order in which a server looks.** It meets the header before the scheme, the scheme before the token's form,
//!    the form before the signature, the signature before the claims. A sure fault at an early stage explains the later ones.
//! 3. **What the status means.** A 404 speaks of the address, a 502 of the way there, hardly ever of the credential.
//!
//! Whatever these numbers say, what bytes show comes first ([`Tier`]): words describe what a server looked at, and many have one
//! text for everything.

use super::check::{Check, Family, Need, Stage};
use super::confirmed::is_void_by_all_signs;
use super::facts::other_credentials::Carrier;
use super::facts::words::Topic;
use super::facts::{Facts, Standing};
use super::finding::{Finding, Outcome, Place, Strength};
use super::{Cause, Examined, Report};

/// What a finding rests on, the strongest first. No lower tier outranks a higher one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    /// An experiment: with this alone changed the request was accepted; or what arrived was seen.
    Tried,
    /// Bytes that are shown and contradict what the server needs.
    Bytes,
    /// What the server says, and what is usual for what is seen.
    Signs,
    /// It was refused, and nothing wrong can be seen.
    Leftover,
}

impl Tier {
    fn of(this: &Candidate) -> Self {
        match this.check.stage {
            _ if this.finding.strength == Strength::Proven => Self::Tried,
            _ if this.finding.strength == Strength::Contradiction => Self::Bytes,
            Stage::Residual => Self::Leftover,
            _ => Self::Signs,
        }
    }

    /// The most that a verdict of this tier is sure of. `tests/corpus/calibrate.py` measures it on real people's requests, parted by
    /// source: decided verdicts were right in 0.99 of those that rested on bytes, in all of those that rested on signs, in 0.83 of
    /// those where nothing wrong could be seen. Nine in ten and above is kept for what is shown, and where nothing is seen the
    /// cases at hand are too few to promise more than two in three.
    const fn most(self) -> f64 {
        match self {
            Self::Tried | Self::Bytes => 0.99,
            Self::Signs => 0.89,
            Self::Leftover => 0.65,
        }
    }
}

/// The most that a verdict is sure of when it rests on the words of a refusal whose meaning nothing of the vendor confirms.
const UNCONFIRMED_ROW: f64 = 0.75;

/// The most that a verdict is sure of when it says that something did not arrive: on real people's requests that were not known when
/// the checks were written, four in five of them were right, and nineteen in twenty of those that show bytes.
const OF_ABSENCE: f64 = 0.89;

/// The most that a verdict is sure of by which the server read no credential, where its answer judges what a token says.
const AGAINST_JUDGMENT: f64 = 0.75;

/// The most that a verdict on the credential is sure of where the server broke and did not say of what.
const OF_A_SILENT_FAULT: f64 = 0.75;

/// What rests on less than bytes has at most this part of the odds of what bytes show.
const BESIDE_BYTES: f64 = 0.5;

/// Shares that differ by less are the same: figures are shown in hundredths.
const EVEN: f64 = 0.01;

/// Causes below this confidence are not worth a line.
const FAINT: f64 = 0.05;
/// From here on the top cause is decided.
const DECIDED: f64 = 0.5;
/// The most for "it was refused" where the credential's kind, place or environment may be what is wrong: a vendor's one answer for
/// everything decides nothing. Fewer than half of such verdicts at public services were right.
const UNCONFIRMED: f64 = 0.45;

/// The chance that a finding of this strength alone explains the refusal. Fitted on recorded exchanges, of which these shares
/// came out right; between neighbours there is enough room for one piece of counter-evidence to change their order.
const fn chance(strength: Strength) -> f64 {
    match strength {
        Strength::Proven => 0.99,
        Strength::Contradiction => 0.95,
        Strength::Stated => 0.93,
        Strength::Likely => 0.84,
        Strength::Plausible => 0.6,
        Strength::Possible => 0.42,
        Strength::Unlikely => 0.22,
        Strength::Remark | Strength::Hygiene => 0.0,
    }
}

/// The answer says it in words that can hardly mean anything else.
const SAID_PLAINLY: f64 = 6.0;
/// The answer speaks of its topic, in words that may mean something else.
const SAID: f64 = 2.0;
/// The server's own log says it, of this request: nothing else is as close to the decision.
const LOGGED: f64 = 10.0;
/// The log plainly names another finding.
const OTHER_LOGGED: f64 = 0.1;
/// The answer speaks plainly of another finding. Servers name one fault, and are sometimes wrong about which.
const OTHER_SAID: f64 = 0.3;
/// Another finding brings this one with it: it is the same fault seen twice.
const EXPLAINED: f64 = 0.05;
/// A server that stops at the first fault has met another one before. Some look in another order.
const LATER: f64 = 0.12;
/// The status speaks of the address (404, 405, 410) or of a redirect, hardly of the credential.
const OF_THE_ADDRESS: f64 = 0.1;
/// A gateway answered for a server that it could not reach: nobody looked at the credential.
const OF_THE_GATEWAY: f64 = 0.05;
/// A server that breaks may do so because of the credential, and for any other reason.
const OF_A_FAULT: f64 = 0.5;

/// Statuses that say of the caller that it may not: those of RFC 9110, and those for a session that ended and a token that is not valid.
const TURNS_AWAY: [u16; 7] = [401, 403, 407, 419, 440, 498, 511];

/// A finding that may be the cause.
struct Candidate<'a> {
    index: usize,
    check: &'static Check,
    finding: &'a Finding,
}

/// Ranks the findings and gives the report.
pub fn rank(facts: &Facts, mut checks: Vec<Examined>) -> Report {
    if facts.standing == Standing::Accepted {
        // What the server took was no fault on this server: it stays as a warning.
        for examined in &mut checks {
            let holds = examined.check.holds_when_accepted && examined.finding.strength >= Strength::Plausible;
            if examined.finding.outcome == Outcome::Fail && !holds {
                examined.finding.outcome = Outcome::Warn;
            }
        }
    }
    let refusal = Refusal::of(facts);
    if refusal != Refusal::Any {
        for examined in checks.iter_mut().filter(|e| e.finding.outcome == Outcome::Fail && !refusal.may_be_for(facts, e.check)) {
            examined.finding.outcome = Outcome::Warn;
        }
    }
    let ranked = shares(facts, &candidates(facts, &checks, refusal));
    let causes: Vec<Cause> = ranked.into_iter().filter_map(|(index, confidence)| Some(cause(checks.get(index)?, confidence))).collect();
    fold_residuals(&mut checks, &causes);
    let is_unexplained = causes.is_empty() && facts.standing == Standing::Refused && TURNS_AWAY.contains(&facts.status());
    let decided = causes.first().map_or(!is_unexplained, |c| c.confidence >= DECIDED);
    let needs = if decided { Vec::new() } else { needs(facts, &causes) };
    let is_accepted = facts.standing == Standing::Accepted;
    Report { causes, decided, is_accepted, is_unexplained, needs, checks, unjudged: None, service: Vec::new() }
}

fn candidates<'a>(facts: &Facts, checks: &'a [Examined], refusal: Refusal) -> Vec<Candidate<'a>> {
    let counts = |outcome| outcome == Outcome::Fail || (outcome == Outcome::Warn && facts.standing != Standing::Accepted);
    let all = checks.iter().enumerate().map(|(index, e)| Candidate { index, check: e.check, finding: &e.finding });
    // What was never sent was refused by nobody: there a guess is no cause.
    let weakest = if facts.standing == Standing::Unanswered { Strength::Plausible } else { Strength::Unlikely };
    let may_be = |c: &Candidate| refusal.may_be_for(facts, c.check) && c.finding.strength >= weakest;
    all.filter(|c| counts(c.finding.outcome) && may_be(c)).collect()
}

/// What kind of refusal an answer is, as far as its status tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Refusal {
    /// Of the request for whatever reason.
    Any,
    /// None: it leads elsewhere, and only the way there can be wrong.
    OfTheWay,
    /// None: only what keeps the answer from its reader can be wrong.
    None,
    /// Of something else than the credential: what is to be paid, what the client accepts, the version, a conflict.
    OfSomethingElse,
    /// Of the data of the call: whoever read it has let the caller in.
    OfTheData,
}

impl Refusal {
    fn of(facts: &Facts) -> Self {
        match facts.status() {
            301..=303 | 307 | 308 if facts.error_code().is_none() && facts.login_redirect().is_none() => Self::OfTheWay,
            100..=199 | 304..=306 | 309..=399 => Self::None,
            402 | 406 | 408 | 409 | 411 | 415..=418 | 423..=428 => Self::OfSomethingElse,
            400 | 422 if facts.refuses_the_data() => Self::OfTheData,
            _ => Self::Any,
        }
    }

    fn may_be_for(self, facts: &Facts, check: &Check) -> bool {
        match self {
            Self::Any => true,
            Self::OfTheWay => {
                check.holds_when_accepted
                    || (facts.carries_login() || facts.is_preflight()) && matches!(check.stage, Stage::Way | Stage::Elsewhere)
            }
            Self::None => check.holds_when_accepted,
            Self::OfTheData => {
                let is_of_way = check.stage == Stage::Way && !check.topics.contains(&Topic::Missing);
                check.holds_when_accepted || is_of_way || facts.is_preflight()
            }
            Self::OfSomethingElse => {
                !is_of_credential(check) && check.stage != Stage::Residual
                    || facts.words.iter().any(|word| word.specific && check.topics.contains(&word.topic))
            }
        }
    }
}

/// The candidates with their shares of what is likely, the greatest first; "something else" has a share of its own.
fn shares(facts: &Facts, candidates: &[Candidate]) -> Vec<(usize, f64)> {
    let mut odds: Vec<f64> = candidates.iter().map(|this| odds(facts, candidates, this)).collect();
    let best = candidates.iter().map(Tier::of).min().filter(|tier| *tier == Tier::Tried).unwrap_or(Tier::Bytes);
    let is_shown = |this: &Candidate| Tier::of(this) == best && (best == Tier::Tried || !is_explained(candidates, this));
    let shown = candidates.iter().zip(&odds).filter(|(this, _)| is_shown(this)).map(|(_, odds)| *odds).fold(0.0, f64::max);
    for (this, odds) in candidates.iter().zip(&mut odds) {
        if shown > 0.0 && !is_shown(this) {
            *odds = odds.min(shown * BESIDE_BYTES);
        }
    }
    let total: f64 = 1.0 + odds.iter().sum::<f64>();
    let mut ranked: Vec<(&Candidate, f64)> = candidates.iter().zip(odds).map(|(candidate, odds)| (candidate, odds / total)).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.index.cmp(&b.0.index)));
    ranked.retain(|(_, share)| *share >= FAINT);
    // A warning rests on the server's words against what the request shows: its share is not raised.
    let is_failure = ranked.first().is_some_and(|(top, _)| top.finding.outcome == Outcome::Fail);
    let mut shares: Vec<(usize, f64)> = ranked.into_iter().map(|(candidate, share)| (candidate.index, share)).collect();
    if is_failure {
        calibrate(&mut shares);
    }
    if let Some((first, share)) = shares.first_mut()
        && let Some(top) = candidates.iter().find(|c| c.index == *first)
    {
        *share = share.min(Tier::of(top).most());
        if top.check.is_of_absence && Tier::of(top) != Tier::Tried {
            *share = share.min(OF_ABSENCE);
        }
        if is_contradicted(facts, top) {
            *share = share.min(AGAINST_JUDGMENT);
        }
        if facts.status() == 500 && is_of_credential(top.check) && !top.check.topics.iter().any(|topic| facts.says(*topic)) {
            *share = share.min(OF_A_SILENT_FAULT);
        }
        if is_a_refusal_alone(top) && !is_void_by_all_signs(facts) {
            *share = share.min(UNCONFIRMED);
            shares.sort_by(|a, b| b.1.total_cmp(&a.1));
        } else if rests_on_unconfirmed_row(facts, top) {
            *share = share.min(UNCONFIRMED_ROW);
        }
    }
    bytes_before_refusal(candidates, &mut shares);
    reason_before_refusal(candidates, &mut shares);
    shares
}

/// Where the credential was refused and its own bytes are doubtful, neither is surer than the other: both are named, the bytes first.
/// So it is where nothing but the refusal is known for sure, and there is a reason for it.
fn bytes_before_refusal(candidates: &[Candidate], shares: &mut Vec<(usize, f64)>) {
    let of = |index: usize| candidates.iter().find(|c| c.index == index);
    let Some((_, first)) = shares.first().copied().filter(|(index, _)| of(*index).is_some_and(is_a_refusal_alone)) else { return };
    let is_reason = |c: &Candidate| first < DECIDED && c.finding.strength >= Strength::Plausible && !is_a_refusal_alone(c);
    let before = |index: usize| of(index).is_some_and(|c| doubts_the_bytes(c) || is_reason(c));
    let Some(at) = shares.iter().position(|(index, _)| before(*index)) else { return };
    let (index, second) = shares.remove(at);
    let even = f64::midpoint(first, second).min(UNCONFIRMED);
    if let Some(top) = shares.first_mut() {
        top.1 = even;
    }
    shares.insert(0, (index, even));
    shares.sort_by(|a, b| b.1.total_cmp(&a.1));
}

/// Of a mere refusal and a reason for it that are as likely, the reason is named first.
fn reason_before_refusal(candidates: &[Candidate], shares: &mut [(usize, f64)]) {
    let of = |index: usize| candidates.iter().find(|c| c.index == index);
    if let [first, second, ..] = shares
        && of(first.0).is_some_and(is_a_refusal_alone)
        && of(second.0).is_some_and(|c| !is_a_refusal_alone(c) && c.finding.strength >= Strength::Plausible)
        && first.1 - second.1 < EVEN
    {
        (first.0, second.0) = (second.0, first.0);
    }
}

/// True for a finding on the credential's own bytes that is as good a reason as others.
fn doubts_the_bytes(this: &Candidate) -> bool {
    let is_of_bytes = matches!(this.check.stage, Stage::Wrapping | Stage::Spelling | Stage::Encoding);
    let is_shown = this.finding.evidence.first().is_some_and(|e| e.place.request_part().is_some() && e.span.is_some());
    // Whether the scheme is the one that the server reads is another matter than whether the bytes are right.
    let is_of_scheme = this.check.topics.first() == Some(&Topic::Scheme);
    is_of_bytes && is_shown && !is_of_scheme && this.finding.strength >= Strength::Possible && this.check.family == Family::Credentials
}

/// True for a finding that says no more than that the credential was refused.
fn is_a_refusal_alone(this: &Candidate) -> bool {
    Tier::of(this) == Tier::Leftover && this.check.is_refusal && matches!(this.check.family, Family::Token | Family::Credentials)
}

/// Whether a finding says that no credential came to where the server reads one, and the answer says of one when it ended or for
/// whom it is.
fn is_contradicted(facts: &Facts, this: &Candidate) -> bool {
    let is_of_place = matches!(this.check.stage, Stage::Way | Stage::Presence) && this.check.topics.contains(&Topic::Missing);
    is_of_place && [Topic::Expired, Topic::Audience, Topic::Issuer].into_iter().any(|topic| facts.says_plainly(topic))
}

/// Whether a cause is one only because a row of the table of services says what the answer means, and the row is neither from the
/// vendor's documentation nor from the vendor's code.
fn rests_on_unconfirmed_row(facts: &Facts, this: &Candidate) -> bool {
    let is_meant = facts.documented_refusal().is_some_and(|found| !found.decides && found.refusal.means == this.check.id);
    is_meant && Tier::of(this) > Tier::Bytes
}

/// Makes a rate of the greatest share. The odds of several pieces of evidence are multiplied as if they were independent, which
/// they are not: of the decided verdicts that came out at 0.8, nineteen in twenty were right. The others share what is left.
fn calibrate(shares: &mut [(usize, f64)]) {
    let Some((top, others)) = shares.split_first_mut() else { return };
    let left = 1.0 - top.1;
    if top.1 < DECIDED || left <= 0.0 {
        return;
    }
    let calibrated = 2.0 * left * left;
    top.1 = 1.0 - calibrated;
    for other in others {
        other.1 *= calibrated / left;
    }
}

/// The odds of one candidate after all that speaks for and against it.
fn odds(facts: &Facts, candidates: &[Candidate], this: &Candidate) -> f64 {
    let chance = chance(this.finding.strength);
    let others = || candidates.iter().filter(|other| other.index != this.index);
    let says = |check: &Check, plainly: bool| facts.words.iter().any(|w| check.topics.contains(&w.topic) && (w.specific || !plainly));
    let mut odds = chance / (1.0 - chance);
    if Tier::of(this) == Tier::Tried {
        // No word and no order weighs against what was seen to happen.
        return odds;
    }
    // What was found only because the answer says so is not raised by the same words again.
    let is_said = this.finding.evidence.first().is_some_and(|e| matches!(e.place, Place::ResponseHeader(_) | Place::ResponseBody));
    let is_named = says(this.check, true);
    odds *= match () {
        () if is_said => 1.0,
        () if is_named => SAID_PLAINLY,
        () if says(this.check, false) => SAID,
        () if Tier::of(this) != Tier::Bytes && others().any(|other| speaks_against(this, other, says(other.check, true))) => OTHER_SAID,
        () => 1.0,
    };
    if is_logged(facts, this.check) {
        odds *= LOGGED;
    } else if others().any(|other| other.finding.strength >= Strength::Possible && is_logged(facts, other.check)) {
        odds *= OTHER_LOGGED;
    }
    if is_explained(candidates, this) {
        odds *= EXPLAINED;
    }
    // What a fault brings with it cannot have stopped the server before it; and of what bytes show, only bytes can tell.
    let came_before = |other: &Candidate| {
        let weighs = other.finding.strength >= Strength::Likely && (Tier::of(this) != Tier::Bytes || Tier::of(other) == Tier::Bytes);
        weighs && other.check.stage < this.check.stage && !this.check.explains(other.check)
    };
    if !is_named && others().any(came_before) {
        odds *= LATER;
    }
    // Where the path holds the credential, a wrong one is a wrong address.
    let is_in_path = || facts.others.iter().any(|other| other.carrier == Carrier::Path);
    odds * if facts.status() == 404 && is_in_path() { 1.0 } else { by_status(facts.status(), this.check) }
}

/// Whether a line of the server's log plainly names this fault.
fn is_logged(facts: &Facts, check: &Check) -> bool {
    facts.words.iter().any(|word| word.place == Place::Context && check.topics.first() == Some(&word.topic))
}

/// Whether another finding brings this one with it.
fn is_explained(candidates: &[Candidate], this: &Candidate) -> bool {
    let mut others = candidates.iter().filter(|other| other.index != this.index);
    others.any(|other| other.finding.strength >= Strength::Likely && other.check.explains(this.check))
}

/// Whether plain words on another finding speak against this one. Not, when this one is what causes the other.
fn speaks_against(this: &Candidate, other: &Candidate, is_named: bool) -> bool {
    let explains = this.finding.strength >= Strength::Likely && this.check.explains(other.check);
    is_named && other.finding.strength >= Strength::Possible && !explains
}

/// Whether a check is of the credential. Proofs and certificates go with tokens, whenever a server looks at them.
fn is_of_credential(check: &Check) -> bool {
    check.stage.is_of_the_credential() || check.family == Family::Token
}

/// What the status makes of a fault in the credential.
fn by_status(status: u16, check: &Check) -> f64 {
    match status {
        _ if !is_of_credential(check) => 1.0,
        404 | 405 | 410 | 301..=308 => OF_THE_ADDRESS,
        502..=504 => OF_THE_GATEWAY,
        500 => OF_A_FAULT,
        _ => 1.0,
    }
}

fn cause(examined: &Examined, confidence: f64) -> Cause {
    let finding = &examined.finding;
    Cause {
        check: examined.check,
        confidence: (confidence.clamp(0.0, 1.0) * 100.0).round() / 100.0,
        summary: finding.message.to_string(),
        evidence: finding.evidence.clone(),
        fix: finding.fix.clone(),
    }
}

/// "It was refused, and nothing is wrong with it" is no finding of its own while something else is wrong: one fault is one
/// line, not nine.
fn fold_residuals(checks: &mut [Examined], causes: &[Cause]) {
    let Some(top) = causes.first().filter(|c| c.confidence >= DECIDED) else { return };
    for examined in checks.iter_mut().filter(|e| e.check.stage == Stage::Residual) {
        let is_found = matches!(examined.finding.outcome, Outcome::Fail | Outcome::Warn);
        let is_listed = causes.iter().any(|c| c.check.id == examined.check.id);
        if is_found && !is_listed {
            examined.finding = Finding::unknown(format!("cannot be judged until {} is fixed", top.check.id));
        }
    }
}

/// What would decide, the most telling first, each once.
fn needs(facts: &Facts, causes: &[Cause]) -> Vec<Need> {
    let mut needs: Vec<Need> = Vec::new();
    if facts.answer.is_none() {
        needs.push(Need::Answer);
    }
    if facts.removed_credential().is_some() {
        needs.push(Need::RemovedCredential);
    }
    if facts.jwt().is_some() && facts.context.keys.is_none() {
        needs.push(Need::KeySet);
    }
    for cause in causes.iter().take(4) {
        let need = cause.check.decided_by.iter().copied().find(|need| need.is_missing(facts)).unwrap_or(Need::ServerLog);
        if !needs.contains(&need) {
            needs.push(need);
        }
    }
    if causes.is_empty() && facts.answer.is_some() {
        needs.push(Need::ServerLog);
    }
    // The log is asked for once, for what it is to show.
    if needs.contains(&Need::LogInLog) {
        needs.retain(|need| *need != Need::ServerLog);
    }
    needs
}
