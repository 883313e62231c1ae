//! Counts over the whole time of a log, in as many parts as there is room for.

use super::tally::Tally;

/// One part of the time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bar {
    /// Its start, in seconds since 1970.
    pub from: i64,
    pub requests: u64,
    pub denied: u64,
}

impl Tally {
    /// The counts in at most this many parts of the same length, none shorter than a minute; empty for a log without times.
    pub fn histogram(&self, most: usize) -> Vec<Bar> {
        let (buckets, width) = (self.minutes.buckets(), self.minutes.width());
        let (Some(first), Some(last)) = (buckets.first(), buckets.last()) else { return Vec::new() };
        let most = i64::try_from(most).unwrap_or(i64::MAX).max(1);
        let count = (last.number - first.number).saturating_add(1);
        let per_bar = count.div_euclid(most) + i64::from(count.rem_euclid(most) > 0);
        let bars = count.div_euclid(per_bar) + i64::from(count.rem_euclid(per_bar) > 0);
        let from = |bar: i64| first.number.saturating_add(bar * per_bar).saturating_mul(width).saturating_mul(60);
        let mut all: Vec<Bar> = (0..bars).map(|bar| Bar { from: from(bar), ..Bar::default() }).collect();
        for bucket in buckets {
            let bar = usize::try_from((bucket.number - first.number) / per_bar).ok().and_then(|bar| all.get_mut(bar));
            bar.into_iter().for_each(|bar| {
                bar.requests += u64::from(bucket.requests);
                bar.denied += u64::from(bucket.denied);
            });
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use crate::logs::{Filter, Format, Reader};

    fn histogram(minutes: &[i64], most: usize) -> Vec<(i64, u64, u64)> {
        let mut reader = Reader::new(Format::named("apache-common").unwrap(), Filter::default());
        for minute in minutes {
            let at = jiff::Timestamp::from_second(1_795_420_800 + minute * 60).unwrap();
            let status = if minute % 2 == 0 { 401 } else { 200 };
            let line = format!("1.2.3.4 - - [{}] \"GET / HTTP/1.1\" {status} 5\n", at.strftime("%d/%b/%Y:%H:%M:%S +0000"));
            reader.feed(line.as_bytes());
        }
        reader.tally().histogram(most).iter().map(|bar| ((bar.from - 1_795_420_800) / 60, bar.requests, bar.denied)).collect()
    }

    #[test]
    fn parts_are_of_one_length_and_gaps_are_empty() {
        assert_eq!(histogram(&[], 10), []);
        assert_eq!(histogram(&[0, 0, 1, 3], 10), [(0, 2, 2), (1, 1, 0), (2, 0, 0), (3, 1, 0)]);
        assert_eq!(histogram(&[0, 1, 2, 9], 5), [(0, 2, 1), (2, 1, 1), (4, 0, 0), (6, 0, 0), (8, 1, 0)]);
        assert_eq!(histogram(&[0, 100], 3).len(), 3);
    }
}
