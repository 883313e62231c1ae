//! Counts over time.
//!
//! A series keeps one bucket for each minute (or hour) that has requests. Its memory is bounded by making the buckets wider:
//! when there are more than [`MOST_BUCKETS`], two neighbours become one, so that the buckets of a log of 14 days are 2 minutes
//! wide, and of a year 64 minutes.

/// Minutes of a week.
pub const MOST_BUCKETS: usize = 10_080;

/// Requests and denied ones from a moment on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// The number of the bucket since 1970; times the width, the minute (or hour) of its start.
    pub number: i64,
    pub requests: u32,
    pub denied: u32,
}

/// Buckets in the order of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// A bucket is 2 to the power of this many units wide.
    shift: u32,
    buckets: Vec<Bucket>,
    /// The bucket that counted last.
    last: usize,
}

impl Series {
    /// Counts a request in a unit of time. Returns how many buckets there are more.
    pub fn add(&mut self, unit: i64, denied: bool) -> usize {
        self.count(Bucket { number: unit >> self.shift, requests: 1, denied: u32::from(denied) })
    }

    fn count(&mut self, more: Bucket) -> usize {
        if let Some(bucket) = self.buckets.get_mut(self.last)
            && bucket.number == more.number
        {
            bucket.requests = bucket.requests.saturating_add(more.requests);
            bucket.denied = bucket.denied.saturating_add(more.denied);
            return 0;
        }
        let place = match self.buckets.last() {
            Some(last) if last.number < more.number => Err(self.buckets.len()),
            _ => self.buckets.binary_search_by_key(&more.number, |bucket| bucket.number),
        };
        match place {
            Ok(at) => {
                self.last = at;
                self.count(more)
            }
            Err(at) => {
                self.buckets.insert(at, more);
                self.last = at;
                1
            }
        }
    }

    /// Widens the buckets while there are too many.
    pub fn limit(&mut self) {
        while self.buckets.len() > MOST_BUCKETS {
            self.widen(self.shift + 1);
        }
    }

    /// Makes the buckets at least so wide.
    pub fn widen(&mut self, shift: u32) {
        if shift <= self.shift || shift > 62 {
            return;
        }
        let by = shift - self.shift;
        self.shift = shift;
        self.last = 0;
        for bucket in std::mem::take(&mut self.buckets) {
            self.count(Bucket { number: bucket.number >> by, ..bucket });
        }
        self.buckets.shrink_to_fit();
    }

    /// Adds another series.
    pub fn merge(&mut self, mut other: Series) {
        self.widen(other.shift);
        other.widen(self.shift);
        for bucket in other.buckets {
            self.count(bucket);
        }
        self.limit();
    }

    /// The width of a bucket in units.
    pub fn width(&self) -> i64 {
        1 << self.shift.min(62)
    }

    pub fn shift(&self) -> u32 {
        self.shift
    }

    pub fn buckets(&self) -> &[Bucket] {
        &self.buckets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_counted_in_any_order() {
        let mut series = Series::default();
        let added: usize = [5, 5, 7, 6, 5, -3].into_iter().map(|unit| series.add(unit, unit == 5)).sum();
        assert_eq!(added, 4);
        let buckets: Vec<(i64, u32, u32)> = series.buckets().iter().map(|b| (b.number, b.requests, b.denied)).collect();
        assert_eq!(buckets, [(-3, 1, 0), (5, 3, 3), (6, 1, 0), (7, 1, 0)]);
    }

    #[test]
    fn too_many_buckets_become_wider() {
        let mut series = Series::default();
        for unit in 0..50_000 {
            series.add(unit, unit % 2 == 0);
            series.limit();
        }
        assert_eq!((series.width(), series.buckets().len()), (8, 6250));
        assert_eq!(series.buckets()[0], Bucket { number: 0, requests: 8, denied: 4 });
    }

    #[test]
    fn series_of_different_widths_are_merged() {
        let (mut fine, mut wide) = (Series::default(), Series::default());
        fine.add(9, true);
        wide.add(10, false);
        wide.widen(2);
        let mut merged = fine.clone();
        merged.merge(wide.clone());
        wide.merge(fine);
        assert_eq!(merged.buckets(), wide.buckets());
        assert_eq!((merged.width(), merged.buckets()), (4, &[Bucket { number: 2, requests: 2, denied: 1 }][..]));
    }
}
