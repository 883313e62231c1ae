//! Statuses that are expected: `200`, `2xx`, `200-299`.

use std::ops::RangeInclusive;

/// Some statuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusPattern(RangeInclusive<u16>);

impl StatusPattern {
    /// Reads a pattern; `None` for what is none.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        if let Some((first, last)) = text.split_once('-') {
            let (first, last) = (status(first)?, status(last)?);
            return (first <= last).then_some(Self(first..=last));
        }
        // `20x` is the statuses from 200 to 209.
        let known = text.trim_end_matches('x');
        let is_pattern = text.len() == 3 && known.starts_with(|c: char| c.is_ascii_digit());
        let first = status(&format!("{known:0<3}")).filter(|_| is_pattern)?;
        let last = status(&format!("{known:9<3}"))?;
        Some(Self(first..=last))
    }

    /// True for a status that is one of them.
    pub fn fits(&self, status: u16) -> bool {
        self.0.contains(&status)
    }
}

/// A status of three digits.
fn status(text: &str) -> Option<u16> {
    let text = text.trim();
    (text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_expected_by_number_class_or_range() {
        for (pattern, status, is_expected) in [
            ("200", 200, true),
            ("2xx", 204, true),
            ("2XX", 301, false),
            ("20x", 209, true),
            ("20x", 210, false),
            ("200-299", 299, true),
            ("200-299", 300, false),
        ] {
            assert_eq!(StatusPattern::read(pattern).map(|pattern| pattern.fits(status)), Some(is_expected), "{pattern} {status}");
        }
        for wrong in ["", "2zz", "x", "xxx", "20", "2000", "299-200", "200-", "ok", "{{status}}", "+20"] {
            assert_eq!(StatusPattern::read(wrong), None, "{wrong}");
        }
    }
}
