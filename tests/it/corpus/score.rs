//! The recorded exchanges, and how well verdicts on them agree with the truth.

use std::collections::BTreeMap;
use std::path::Path;

use authtui::checks::{Outcome, Report};
use authtui::domain::exchange::Exchange;
use authtui::io::load;
use serde::Deserialize;

/// What is known of one entry.
#[derive(Deserialize)]
pub struct Truth {
    /// The fault that was provoked.
    pub fault: String,
    /// Whether it was refused, and whether its cause can be told.
    pub kind: Kind,
    /// The causes that may stand first.
    pub acceptable: Vec<String>,
    /// The software that answered.
    pub server: String,
}

/// The four kinds of entries.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Refused, for a cause that can be told.
    Fault,
    /// Refused, for a cause that cannot be told from what is there.
    Context,
    /// Taken, with nothing wrong.
    Healthy,
    /// Taken in spite of an oddity.
    Taken,
}

/// One file: its name, its exchanges, and the truth about each.
pub struct File {
    pub name: String,
    pub exchanges: Vec<Exchange>,
    pub truths: Vec<Truth>,
}

impl File {
    /// Every entry with its number and the truth about it.
    pub fn entries(&self) -> impl Iterator<Item = (usize, &Exchange, &Truth)> {
        self.exchanges.iter().zip(&self.truths).enumerate().map(|(number, (exchange, truth))| (number, exchange, truth))
    }
}

/// Reads all files with the program's own reader, keys included.
pub fn files() -> Vec<File> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let truth = std::fs::read_to_string(folder.join("truth.json")).expect("truth.json");
    let truth: BTreeMap<String, Vec<Truth>> = serde_json::from_str(&truth).expect("truth.json is as described");
    let read = |(name, truths): (String, Vec<Truth>)| {
        let loaded = load::input(&folder.join(&name).display().to_string()).expect("a readable file").requests();
        let exchanges: Vec<_> = loaded.into_iter().flat_map(|file| file.exchanges).collect();
        assert_eq!(exchanges.len(), truths.len(), "{name}: one truth for each entry");
        File { name, exchanges, truths }
    };
    truth.into_iter().map(read).collect()
}

/// How many of how many.
#[derive(Clone, Copy, Default)]
pub struct Share {
    pub hits: usize,
    pub all: usize,
}

impl Share {
    fn count(&mut self, hit: bool) {
        self.all += 1;
        self.hits += usize::from(hit);
    }

    /// From 0 to 1; 1 of nothing.
    pub fn rate(self) -> f64 {
        if self.all == 0 { 1.0 } else { self.hits as f64 / self.all as f64 }
    }
}

/// The figures of one run over all files.
#[derive(Default)]
pub struct Score {
    pub top_1: Share,
    pub top_3: Share,
    pub decided_and_right: Share,
    pub held_back: Share,
    pub sure_and_wrong: usize,
    pub false_causes: usize,
    pub failing_on_healthy: usize,
    /// Right verdicts by the confidence of the first cause in hundredths.
    pub by_confidence: BTreeMap<u8, Share>,
    /// One line for each verdict that is not as it should be.
    pub misses: Vec<String>,
    by_fault: BTreeMap<String, Share>,
}

impl Score {
    /// Counts one verdict in.
    pub fn count(&mut self, file: &str, truth: &Truth, report: &Report) {
        let causes: Vec<&str> = report.causes.iter().map(|cause| cause.check.id).collect();
        let accepted = |id: &&str| truth.acceptable.iter().any(|a| a == id);
        let is_right = causes.first().is_some_and(accepted);
        let is_sure = report.decided && !causes.is_empty();
        let is_refused = matches!(truth.kind, Kind::Fault | Kind::Context);
        if let Some(top) = report.causes.first().filter(|_| is_refused) {
            self.by_confidence.entry((top.confidence * 100.0).round() as u8).or_default().count(is_right);
        }
        let failing =
            report.checks.iter().filter(|e| e.finding.outcome == Outcome::Fail && truth.kind == Kind::Healthy).map(|e| e.check.id);
        let failing: Vec<_> = failing.collect();
        let is_miss = match truth.kind {
            Kind::Fault => {
                self.top_1.count(is_right);
                self.top_3.count(causes.iter().take(3).any(accepted));
                self.decided_and_right.count(is_sure && is_right);
                self.by_fault.entry(truth.fault.clone()).or_default().count(is_right);
                !is_right
            }
            Kind::Context => {
                self.held_back.count(!is_sure);
                is_sure && !is_right
            }
            Kind::Healthy | Kind::Taken => {
                self.false_causes += usize::from(!causes.is_empty());
                self.failing_on_healthy += usize::from(!failing.is_empty());
                !causes.is_empty() || !failing.is_empty()
            }
        };
        self.sure_and_wrong += usize::from(is_refused && is_sure && !is_right);
        if is_miss {
            let Truth { fault, acceptable, server, .. } = truth;
            let sure = if is_sure { "sure" } else { "unsure" };
            self.misses.push(format!("{file} [{server}] {fault}: want {acceptable:?}, said {causes:?} ({sure}), failing {failing:?}"));
        }
    }

    /// The mean of the rates of each kind of fault, so that a fault that was recorded often does not count more.
    pub fn mean_over_faults(&self) -> f64 {
        self.by_fault.values().map(|share| share.rate()).sum::<f64>() / self.by_fault.len().max(1) as f64
    }
}
