//! Ranking: which of the findings is the cause.
//!
//! Every finding that fails or warns has a weight, the chance that it alone explains the refusal. The weights become
//! odds; three things move them, and a person could argue with each:
//!
//! 1. **What the answer says.** Words on a finding's own topic raise it; plain words on another finding's topic lower it.
//! 2. **The order in which a server looks.** It meets the header before the scheme, the scheme before the token's form,
//!    the form before the signature, the signature before the claims. A sure fault at an early stage explains the later ones.
//! 3. **What the status means.** A 404 speaks of the address, a 502 of the way there, hardly ever of the credential.

use super::check::{Need, Stage};
use super::facts::{Facts, Standing};
use super::finding::{Finding, Outcome, Place};
use super::{Cause, Examined, Report};

/// Causes below this confidence are not worth a line.
const FAINT: f64 = 0.05;
/// From here on the top cause is decided.
const DECIDED: f64 = 0.5;

/// Ranks the findings and gives the report.
pub fn rank(facts: &Facts, mut checks: Vec<Examined>) -> Report {
    if facts.standing == Standing::Taken {
        // What the server took was no fault on this server: it stays as a warning.
        for examined in &mut checks {
            if examined.finding.outcome == Outcome::Fail && !(examined.check.holds_when_accepted && examined.finding.weight >= DECIDED) {
                examined.finding.outcome = Outcome::Warn;
            }
        }
    }
    let candidates: Vec<(usize, f64)> = checks
        .iter()
        .enumerate()
        .filter(|(_, e)| match e.finding.outcome {
            Outcome::Fail => true,
            Outcome::Warn => facts.standing != Standing::Taken,
            _ => false,
        })
        .filter(|(_, e)| e.finding.weight > 0.0)
        .map(|(i, e)| (i, e.finding.weight))
        .collect();
    let odds: Vec<f64> = candidates.iter().map(|&(i, weight)| weigh(facts, &checks, &candidates, i, weight)).collect();
    let total: f64 = 1.0 + odds.iter().sum::<f64>();
    let mut ranked: Vec<(usize, f64)> = candidates.iter().zip(&odds).map(|(&(i, _), o)| (i, o / total)).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    ranked.retain(|(_, confidence)| *confidence >= FAINT);
    // A warning from the server's words, against what the request shows, stays below 0.9.
    if ranked.first().is_some_and(|&(i, _)| checks[i].finding.outcome == Outcome::Fail) {
        sharpen(&mut ranked);
    }
    let causes: Vec<Cause> = ranked
        .into_iter()
        .map(|(i, confidence)| {
            let finding = &checks[i].finding;
            Cause {
                check: checks[i].check,
                confidence: (confidence.clamp(0.0, 0.99) * 100.0).round() / 100.0,
                summary: finding.message.clone(),
                evidence: finding.evidence.clone(),
                fix: finding.fix.clone(),
            }
        })
        .collect();
    fold_residuals(&mut checks, &causes);
    let decided = causes.first().is_none_or(|c| c.confidence >= DECIDED);
    let needs = if decided { Vec::new() } else { needs(facts, &causes) };
    Report { causes, decided, needs, checks }
}

/// Makes a rate of the top share. The weights were set one by one and with care, and care adds up: of the decided verdicts that
/// came out at 0.8, nineteen in twenty are right, with all context as without. What is left over is shared as before.
fn sharpen(ranked: &mut [(usize, f64)]) {
    let Some((top, others)) = ranked.split_first_mut() else { return };
    let left = 1.0 - top.1;
    if top.1 < DECIDED || left <= 0.0 {
        return;
    }
    let sharpened = 2.0 * left * left;
    top.1 = 1.0 - sharpened;
    for other in others {
        other.1 *= sharpened / left;
    }
}

/// "It was refused, and nothing is wrong with it" is no finding of its own while something else is wrong: one fault is one
/// line, not nine.
fn fold_residuals(checks: &mut [Examined], causes: &[Cause]) {
    let Some(top) = causes.first().filter(|c| c.confidence >= DECIDED) else { return };
    for examined in checks {
        let is_residual = examined.check.stage == Stage::Residual;
        let stands = matches!(examined.finding.outcome, Outcome::Fail | Outcome::Warn);
        let is_listed = causes.iter().any(|c| c.check.id == examined.check.id);
        if is_residual && stands && !is_listed {
            examined.finding = Finding::unknown(format!("cannot be told until {} is fixed", top.check.id));
        }
    }
}

/// The odds of one candidate after all that speaks for and against it.
fn weigh(facts: &Facts, checks: &[Examined], candidates: &[(usize, f64)], this: usize, weight: f64) -> f64 {
    let check = checks[this].check;
    let weight = weight.clamp(0.001, 0.99);
    let mut odds = weight / (1.0 - weight);
    let own = check.topics;
    let supported = |plain: bool| facts.words.iter().any(|w| own.contains(&w.topic) && (w.specific || !plain));
    // What was found only because the answer says so must not be raised by the same words again.
    let is_said = checks[this].finding.evidence.first().is_some_and(|e| matches!(e.place, Place::ResponseHeader(_) | Place::ResponseBody));
    if is_said {
        // Neither raised nor lowered: its weight is what those words are worth.
    } else if supported(true) {
        odds *= 6.0;
    } else if supported(false) {
        odds *= 2.0;
    } else {
        // Plain words on another candidate's topic speak against this one.
        let other_named = candidates.iter().any(|&(other, w)| {
            other != this
                && w >= 0.3
                && !(weight >= 0.8 && check.explains(checks[other].check))
                && facts.words.iter().any(|word| word.specific && checks[other].check.topics.contains(&word.topic))
        });
        if other_named {
            odds *= 0.3;
        }
    }
    if candidates.iter().any(|&(other, w)| other != this && w >= 0.8 && checks[other].check.explains(check)) {
        odds *= 0.05;
    }
    // An earlier fault that is sure hides the later ones, unless the answer speaks of this very one.
    let earlier = candidates.iter().any(|&(other, w)| checks[other].check.stage < check.stage && w >= 0.7 && other != this);
    if earlier && !supported(true) {
        odds *= 0.12;
    }
    match facts.status() {
        404 | 405 | 410 if check.stage.is_of_the_credential() => odds *= 0.1,
        502..=504 if check.stage.is_of_the_credential() => odds *= 0.05,
        500 if check.stage.is_of_the_credential() => odds *= 0.5,
        301..=308 if check.stage.is_of_the_credential() => odds *= 0.1,
        _ => {}
    }
    odds
}

/// What would decide, the most telling first, each once.
fn needs(facts: &Facts, causes: &[Cause]) -> Vec<String> {
    let mut needs: Vec<&str> = Vec::new();
    if facts.answer.is_none() {
        needs.push("the server's answer: send the request");
    }
    if facts.jwt().is_some() && facts.context.keys.is_none() {
        needs.push("the issuer's key set (--jwks): it shows whether the signature is right");
    }
    for cause in causes.iter().take(4) {
        let need = cause.check.decided_by.iter().find(|need| need.is_missing(facts)).unwrap_or(&Need::ServerLog).text();
        if !needs.contains(&need) {
            needs.push(need);
        }
    }
    needs.into_iter().map(str::to_string).collect()
}
