//! The confidence of verdicts on real people's requests, parted by source as `tests/corpus/calibrate.py` parts them.

use std::collections::BTreeMap;

use authtui::checks::Report;
use authtui::checks::check::Stage;

use super::JUDGED;
use super::score::{Kind, Share};

const FOLDS: u32 = 5;

/// What a verdict rests on, as `ranking.rs` parts them: nine in ten and above is kept for bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    Bytes,
    Signs,
    Leftover,
}

/// A decided verdict on a refusal of a real person.
struct Verdict {
    fold: u32,
    /// Its tier and its confidence; `None` when nothing is decided.
    decided: Option<(Tier, f64)>,
    is_right: bool,
}

fn verdicts() -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for judged in JUDGED.iter().filter(|judged| judged.file.name.starts_with("threads")) {
        let (truth, report) = (judged.truth, &judged.report);
        if !matches!(truth.kind, Kind::Fault | Kind::Context) {
            continue;
        }
        let is_right = report.causes.first().is_some_and(|top| truth.acceptable.iter().any(|id| id == top.check.id));
        verdicts.push(Verdict { fold: crc32(source(&truth.server)) % FOLDS, decided: decided(report), is_right });
    }
    verdicts
}

fn decided(report: &Report) -> Option<(Tier, f64)> {
    let top = report.causes.first().filter(|_| report.decided)?;
    let tier = match top.check.stage {
        _ if ["token-rejected", "basic-rejected"].contains(&top.check.id) => Tier::Leftover,
        Stage::Residual if top.confidence < 0.9 => Tier::Leftover,
        _ if top.confidence >= 0.9 => Tier::Bytes,
        _ => Tier::Signs,
    };
    Some((tier, top.confidence))
}

/// Host, owner and name of a repository, or the site: `github.com/owner/name`.
fn source(server: &str) -> &str {
    let Some((_, address)) = server.split_once("://") else { return server };
    let end = address.match_indices('/').nth(2).map_or(address.len(), |(at, _)| at);
    address[..end].split(['?', '#']).next().unwrap_or_default().trim_end_matches('/')
}

/// The check sum of Python's `zlib.crc32`.
fn crc32(text: &str) -> u32 {
    !text.bytes().fold(!0, |sum: u32, byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 })
    })
}

fn rate<'v>(verdicts: impl Iterator<Item = &'v Verdict>) -> Share {
    verdicts.fold(Share::default(), |share, verdict| Share { hits: share.hits + usize::from(verdict.is_right), all: share.all + 1 })
}

#[test]
fn no_verdict_promises_more_than_verdicts_of_its_kind_keep() {
    let verdicts = verdicts();
    let mut of_tier: BTreeMap<Tier, Vec<&Verdict>> = BTreeMap::new();
    for verdict in &verdicts {
        if let Some((tier, _)) = verdict.decided {
            of_tier.entry(tier).or_default().push(verdict);
        }
    }
    assert_eq!(of_tier.len(), 3, "verdicts of every tier are decided");
    for (tier, of_tier) in of_tier {
        let kept = rate(of_tier.iter().copied());
        let promised = of_tier.iter().filter_map(|v| v.decided).map(|(_, confidence)| confidence).fold(0.0, f64::max);
        println!("{tier:?}: promises {promised:.2} at most, keeps {:.3} of {}", kept.rate(), kept.all);
        assert!(promised <= kept.rate() + 0.005, "{tier:?}: promises {promised:.2}, keeps {:.3} of {}", kept.rate(), kept.all);
    }
}

#[test]
fn what_is_missing_is_not_nine_in_ten_sure() {
    let tops = JUDGED.iter().filter_map(|judged| judged.report.causes.first());
    let missing: Vec<f64> = tops.filter(|top| top.check.is_of_absence).map(|top| top.confidence).collect();
    assert!(missing.len() > 50 && missing.iter().all(|confidence| *confidence < 0.9), "{missing:?}");
}

#[test]
fn no_source_is_judged_much_worse_than_the_others() {
    let verdicts = verdicts();
    assert!(verdicts.len() >= 179, "only {} verdicts", verdicts.len());
    let whole = rate(verdicts.iter()).rate();
    for fold in 0..FOLDS {
        let own = rate(verdicts.iter().filter(|verdict| verdict.fold == fold));
        println!("fold {fold}: {:.3} of {}, all {whole:.3}", own.rate(), own.all);
        assert!((own.rate() - whole).abs() <= 0.05, "fold {fold}: {:.3} of {}, all {whole:.3}", own.rate(), own.all);
    }
}

#[test]
fn sources_are_parted_as_the_script_parts_them() {
    assert_eq!(crc32("123456789"), 0xCBF4_3926);
    assert_eq!(source("https://github.com/owner/name/issues/7"), "github.com/owner/name");
    assert_eq!(source("https://docs.example.com/a"), "docs.example.com/a");
    assert_eq!(source("nginx 1.22"), "nginx 1.22");
}
