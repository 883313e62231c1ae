//! Times in which far more requests were refused than usually.

use super::series::{Bucket, Series};

/// What is "far more". All must hold for a spike as a whole, the rates for each of its buckets.
mod far {
    /// Fewer refusals say nothing.
    pub const LEAST_DENIED: u64 = 10;
    /// The rate is at least so many times the usual one …
    pub const TIMES_USUAL: f64 = 4.0;
    /// … and at least so much more, so that 1 % instead of 0.1 % is no spike.
    pub const MORE_THAN_USUAL: f64 = 0.2;
    /// What is usual: the median of the rates in so many minutes before …
    pub const MINUTES_BEFORE: i64 = 60;
    /// … if so many buckets in them have requests, and are not of a spike themselves; else the median of the whole log.
    pub const LEAST_BEFORE: usize = 5;
    /// A log with fewer buckets has no usual rate.
    pub const LEAST_WHOLE: usize = 3;
    /// Buckets without a spike's rate that do not end it.
    pub const GAP: i64 = 2;
}

/// A time with a high rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spike {
    /// Seconds since 1970, of its start and its end.
    pub from: i64,
    pub to: i64,
    pub requests: u64,
    pub denied: u64,
    pub usual: f64,
}

impl Spike {
    /// The part of the requests that was refused.
    pub fn rate(&self) -> f64 {
        rate(self.denied, self.requests)
    }
}

/// Denied requests per request.
pub fn rate(denied: u64, requests: u64) -> f64 {
    if requests == 0 { 0.0 } else { denied as f64 / requests as f64 }
}

/// The spikes of a series of minutes, in the order of time.
pub fn spikes(minutes: &Series) -> Vec<Spike> {
    let buckets = minutes.buckets();
    let rates: Vec<f64> = buckets.iter().map(bucket_rate).collect();
    if buckets.len() < far::LEAST_WHOLE || rates.iter().all(|rate| *rate < far::MORE_THAN_USUAL) {
        return Vec::new();
    }
    let whole = median(&mut rates.clone()).unwrap_or(0.0);
    let before = (far::MINUTES_BEFORE / minutes.width()).max(2 * far::LEAST_BEFORE as i64);
    let mut calm: Vec<(i64, f64)> = Vec::new();
    let mut open: Option<Run> = None;
    let mut found = Vec::new();
    for (bucket, rate) in buckets.iter().zip(rates) {
        if let Some(run) = open
            && bucket.number - run.end > far::GAP
        {
            found.extend(run.spike(minutes.width()));
            open = None;
        }
        let usual = open.map_or_else(|| usual(&calm, bucket.number - before).unwrap_or(whole), |run| run.usual);
        if !is_far(rate, usual) {
            calm.push((bucket.number, rate));
            continue;
        }
        let run = open.get_or_insert(Run { start: bucket.number, end: bucket.number, requests: 0, denied: 0, usual });
        run.end = bucket.number + 1;
        run.requests += u64::from(bucket.requests);
        run.denied += u64::from(bucket.denied);
    }
    found.extend(open.and_then(|run| run.spike(minutes.width())));
    found
}

/// Buckets of a spike.
#[derive(Clone, Copy, Debug)]
struct Run {
    start: i64,
    /// The number behind the last bucket.
    end: i64,
    requests: u64,
    denied: u64,
    usual: f64,
}

impl Run {
    fn spike(self, width: i64) -> Option<Spike> {
        let seconds = width.saturating_mul(60);
        let (from, to) = (self.start.saturating_mul(seconds), self.end.saturating_mul(seconds));
        let spike = Spike { from, to, requests: self.requests, denied: self.denied, usual: self.usual };
        (self.denied >= far::LEAST_DENIED).then_some(spike)
    }
}

fn is_far(rate: f64, usual: f64) -> bool {
    rate >= usual * far::TIMES_USUAL && rate >= usual + far::MORE_THAN_USUAL
}

/// The median rate of the calm buckets from one on.
fn usual(calm: &[(i64, f64)], from: i64) -> Option<f64> {
    let start = calm.partition_point(|(number, _)| *number < from);
    let mut rates: Vec<f64> = calm.get(start..)?.iter().map(|(_, rate)| *rate).collect();
    if rates.len() < far::LEAST_BEFORE { None } else { median(&mut rates) }
}

fn median(rates: &mut [f64]) -> Option<f64> {
    let middle = rates.len() / 2;
    (middle < rates.len()).then(|| *rates.select_nth_unstable_by(middle, f64::total_cmp).1)
}

fn bucket_rate(bucket: &Bucket) -> f64 {
    rate(u64::from(bucket.denied), u64::from(bucket.requests))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A log of minutes with their requests and refusals.
    fn series(minutes: &[(i64, u32, u32)]) -> Series {
        let mut series = Series::default();
        for (minute, requests, denied) in minutes {
            (0..*requests).for_each(|number| {
                series.add(*minute, number < *denied);
            });
        }
        series
    }

    fn steady(from: i64, to: i64, denied: u32) -> Vec<(i64, u32, u32)> {
        (from..to).map(|minute| (minute, 50, denied)).collect()
    }

    #[test]
    fn a_burst_is_a_spike_with_start_and_end() {
        let minutes = [steady(0, 60, 1), steady(60, 70, 40), steady(70, 120, 1)].concat();
        let spikes = spikes(&series(&minutes));
        assert_eq!(spikes, [Spike { from: 3600, to: 4200, requests: 500, denied: 400, usual: 0.02 }]);
        assert!((spikes[0].rate() - 0.8).abs() < 1e-9);
    }

    #[test]
    fn one_that_never_ends_lasts_to_the_end() {
        let minutes = [steady(0, 60, 0), steady(60, 400, 30)].concat();
        let spikes = spikes(&series(&minutes));
        assert_eq!(spikes.iter().map(|spike| (spike.from, spike.to)).collect::<Vec<_>>(), [(3600, 24_000)]);
    }

    #[test]
    fn what_is_usual_or_small_is_no_spike() {
        for (why, minutes) in [
            ("always high", steady(0, 120, 40)),
            ("few refusals", [steady(0, 60, 0), vec![(60, 9, 9)], steady(61, 90, 0)].concat()),
            ("little more", [steady(0, 60, 0), steady(60, 70, 5), steady(70, 90, 0)].concat()),
            ("twice as many", [steady(0, 60, 20), steady(60, 70, 40), steady(70, 90, 20)].concat()),
            ("too short a log", steady(0, 2, 50)),
            ("nothing", Vec::new()),
        ] {
            assert_eq!(spikes(&series(&minutes)), [], "{why}");
        }
    }

    #[test]
    fn a_short_calm_does_not_end_a_spike_and_a_long_one_does() {
        let with_gap = |gap: i64| {
            [steady(0, 60, 0), steady(60, 65, 40), steady(65, 65 + gap, 0), steady(65 + gap, 70 + gap, 40), steady(70 + gap, 90, 0)]
                .concat()
        };
        assert_eq!(spikes(&series(&with_gap(2))).len(), 1);
        assert_eq!(spikes(&series(&with_gap(4))).len(), 2);
    }

    #[test]
    fn wide_buckets_have_spikes_too() {
        let mut wide = series(&[steady(0, 160, 1), steady(160, 192, 40), steady(192, 320, 1)].concat());
        wide.widen(4);
        let spikes = spikes(&wide);
        assert_eq!(spikes.iter().map(|spike| (spike.from / 60, spike.to / 60)).collect::<Vec<_>>(), [(160, 192)]);
    }
}
