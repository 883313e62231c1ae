//! JSON that is folded: the lines that are left, and what each of them holds.
//!
//! Levels are counted by indentation: the outermost value is at 0, its members at 1.

use super::ResponseText;

/// Members that are counted; of longer values it is said that there are more.
const MOST_COUNTED: usize = 1000;

/// A value that is folded to the line with its opening bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Folded {
    /// Its members, no more than a thousand.
    pub members: usize,
    /// Its closing bracket.
    pub close: char,
}

impl std::fmt::Display for Folded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.members {
            MOST_COUNTED.. => write!(f, " … over {} {}", MOST_COUNTED - 1, self.close),
            members => write!(f, " … {members} {}", self.close),
        }
    }
}

impl ResponseText {
    /// The lines that are left where only so many levels are open.
    pub fn lines_within(&self, levels: usize) -> Vec<usize> {
        let mut is_left = true;
        let left = |number: &usize| {
            // Only its first part says how deep a long line is.
            if !self.is_continued(*number) {
                is_left = self.is_within(*number, levels);
            }
            is_left
        };
        (0..self.line_count()).filter(left).collect()
    }

    /// What is folded in a line that is left.
    pub fn folded(&self, number: usize, levels: usize) -> Option<Folded> {
        let close = match self.line(number).filter(|_| self.level(number) == Some(levels))?.cut(&self.text)?.as_bytes().last()? {
            b'{' => '}',
            b'[' => ']',
            _ => return None,
        };
        let inner = (number + 1..self.line_count()).take_while(|line| self.is_continued(*line) || !self.is_within(*line, levels));
        let is_member = |line: &usize| !self.is_continued(*line) && self.level(*line) == Some(levels + 1) && !self.closes(*line);
        Some(Folded { members: inner.filter(is_member).take(MOST_COUNTED).count(), close }).filter(|folded| folded.members > 0)
    }

    /// The level of the deepest line so far.
    pub fn deepest(&self) -> usize {
        (0..self.line_count()).filter(|line| !self.is_continued(*line)).filter_map(|line| self.level(line)).max().unwrap_or_default()
    }

    /// The level of a line of JSON that is laid out; `None` for any other line.
    pub fn level(&self, number: usize) -> Option<usize> {
        let line = self.line(number).filter(|line| self.layout.is_some() && line.start >= self.body)?;
        Some(line.cut(&self.text)?.bytes().take_while(|b| *b == b' ').count() / 2)
    }

    fn is_within(&self, number: usize, levels: usize) -> bool {
        self.level(number).is_none_or(|level| level < levels || level == levels && !(self.closes(number)))
    }

    fn closes(&self, number: usize) -> bool {
        self.line(number).and_then(|line| line.cut(&self.text)).is_some_and(|text| text.trim_start().starts_with(['}', ']']))
    }

    /// True for a further part of a long line.
    fn is_continued(&self, number: usize) -> bool {
        let before = self.line(number).and_then(|line| self.text.as_bytes().get(line.start.checked_sub(1)?));
        before.is_some_and(|before| *before != b'\n')
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::panes::response::BodyForm;
    use crate::domain::response::Response;
    use crate::domain::secrecy::echo::Echoes;

    fn folded(body: &str, levels: usize) -> String {
        let response = Response { headers: [("A", "x")].into_iter().collect(), body: body.into(), ..Response::default() };
        let shown = ResponseText::new(&response, Echoes::default(), BodyForm::LaidOut);
        let line = |number: usize| {
            let text = shown.line(number).and_then(|line| line.cut(&shown.text)).unwrap_or_default();
            format!("{text}{}", shown.folded(number, levels).map(|folded| folded.to_string()).unwrap_or_default())
        };
        shown.lines_within(levels).into_iter().skip(2).map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn values_are_folded_below_a_level() {
        let body = r#"{"a":{"b":[1,2,{"c":3}],"d":4},"e":[],"f":5}"#;
        assert_eq!(folded(body, 1), "{\n  \"a\": { … 2 }\n  \"e\": [],\n  \"f\": 5\n}");
        assert_eq!(folded(body, 2), "{\n  \"a\": {\n    \"b\": [ … 3 ]\n    \"d\": 4\n  },\n  \"e\": [],\n  \"f\": 5\n}");
        assert_eq!(folded(body, 9).lines().count(), 14);
        assert_eq!(folded(body, 0), "{ … 3 }");
    }

    #[test]
    fn long_lists_are_counted_no_further_than_needed() {
        let list = |length: usize| format!("{{\"list\":[{}]}}", vec!["1"; length].join(","));
        assert_eq!(folded(&list(999), 1), "{\n  \"list\": [ … 999 ]\n}");
        assert_eq!(folded(&list(5_000), 1), "{\n  \"list\": [ … over 999 ]\n}");
    }

    #[test]
    fn a_long_line_is_left_or_folded_as_a_whole() {
        let long = "x  ".repeat(3_000);
        let body = format!("{{\"a\":[\"{long}\"],\"b\":\"{long}\"}}");
        let all = folded(&body, 9).len();
        assert!(folded(&body, 1).len() < all - long.len() && folded(&body, 1).len() > long.len());
    }

    #[test]
    fn what_is_no_json_has_nothing_to_fold() {
        assert_eq!(folded("a {\n  b\n}", 1), "a {\n  b\n}");
    }
}
