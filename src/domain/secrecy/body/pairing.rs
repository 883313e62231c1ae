//! Names that are values themselves: `name=password&value=…`. The members of one record may come in any order, and records
//! may follow each other with nothing between them.

use crate::domain::secrecy::names::Grade;
use crate::domain::secrecy::search::Search;
use crate::domain::span::Span;

/// Members whose string names the value of [`VALUES`].
pub const NAMES: [&str; 10] = ["name", "key", "field", "header", "parameter", "param", "id", "attribute", "property", "k"];
/// Members whose string may name the value of [`PLAIN_VALUES`], and mostly says something else.
pub const TYPES: [&str; 4] = ["type", "path", "label", "attr"];
/// Members that hold the value of what a name next to or above them says.
pub const VALUES: [&str; 13] =
    ["value", "val", "data", "raw", "computed", "text", "content", "current", "new", "old", "plain", "$", "#text"];
/// Those that hold nothing else.
pub const PLAIN_VALUES: [&str; 9] = ["value", "val", "v", "newvalue", "oldvalue", "new_value", "old_value", "stringvalue", "string_value"];

/// Values of one record that wait for their name.
const MOST_WAITING: usize = 8;

/// Bytes of the longest name.
pub const LONGEST_NAME: usize = 64;

pub fn is_one_of(name: &str, list: &[&str]) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// True for the name of a member that takes part in a pair.
pub fn takes_part(member: &str) -> bool {
    [&NAMES[..], &TYPES, &VALUES, &PLAIN_VALUES].iter().any(|list| is_one_of(member, list))
}

/// What names a value: how secret it is, and where the name is.
pub type Reason = (Grade, Span);

/// True for one word beside a type that says that it is a password: several are the label of a field.
fn is_word_of((grade, name): Reason, value: Span, text: &str) -> bool {
    let says_password = |name: &str| {
        let lower = name.to_ascii_lowercase();
        lower.contains("pass") || lower.contains("secret")
    };
    let is_word = |value: &str| !value.contains(char::is_whitespace);
    grade == Grade::Secret && name.cut(text).is_some_and(says_password) && value.cut(text).is_some_and(is_word)
}

/// The members of a record seen so far.
#[derive(Clone, Debug, Default)]
pub struct Pairing {
    /// Which of [`NAMES`] and [`TYPES`] the record has, as bits.
    seen: u16,
    /// What its name says, and what its type says.
    named: Option<Reason>,
    typed: Option<Reason>,
    /// Values, each with whether it is one of [`PLAIN_VALUES`], before and after the last name.
    before: Vec<(Span, bool)>,
    after: Vec<(Span, bool)>,
    begins_with_value: bool,
}

impl Pairing {
    /// Takes in a member with its value; what its own name says is overruled by what a name next to it says.
    pub fn member(&mut self, member: &str, own: Reason, value: Span, text: &str, search: &mut Search) {
        let (grade, name) = self.reason(member, own, value, text, search);
        search.value(text, value, grade, name);
    }

    /// The same without recording the value itself.
    pub fn reason(&mut self, member: &str, own: Reason, value: Span, text: &str, search: &mut Search) -> Reason {
        if is_one_of(member, &NAMES) || is_one_of(member, &TYPES) {
            let named = self.name(member, value, text, search);
            return if named { (Grade::Open, Span::default()) } else { own };
        }
        let reason = self.said_of(member).filter(|said| said.0 > own.0).unwrap_or(own);
        let typed = self.typed.filter(|typed| is_one_of(member, &VALUES) && is_word_of(*typed, value, text));
        let reason = typed.map(|typed| (Grade::Likely, typed.1)).filter(|said| said.0 > reason.0).unwrap_or(reason);
        self.value(member, value);
        reason
    }

    /// Takes in a name; true if it is one of a secret. The values that waited for it are recorded.
    pub fn name(&mut self, member: &str, name: Span, text: &str, search: &mut Search) -> bool {
        let is_name = is_one_of(member, &NAMES);
        let place = NAMES.iter().chain(&TYPES).position(|known| known.eq_ignore_ascii_case(member)).unwrap_or_default();
        let bit = 1 << place;
        if self.seen & bit != 0 {
            // The same member again: another record, to which belongs what came since the last name, if values come first.
            self.before.clear();
            if !self.begins_with_value {
                self.after.clear();
            }
            (self.seen, self.named, self.typed) = (0, None, None);
        }
        self.seen |= bit;
        self.before.append(&mut self.after);
        let word = name.cut(text).map(str::trim).filter(|word| word.len() <= LONGEST_NAME && !word.contains(':')).unwrap_or_default();
        let grade = if word.is_empty() { Grade::Open } else { search.grade_of(word) };
        if grade == Grade::Open {
            return false;
        }
        for (value, _) in self.before.iter().filter(|(_, is_plain)| is_name || *is_plain) {
            search.value(text, *value, grade, name);
        }
        if !is_name {
            let typed = self.before.iter().filter(|(value, is_plain)| !is_plain && is_word_of((grade, name), *value, text));
            for (value, _) in typed {
                search.value(text, *value, Grade::Likely, name);
            }
        }
        let known = if is_name { &mut self.named } else { &mut self.typed };
        if known.is_none_or(|known| known.0 < grade) {
            *known = Some((grade, name));
        }
        true
    }

    /// Takes in that the value of the record is a secret, whatever it is called.
    pub fn flagged(&mut self, flag: Span, text: &str, search: &mut Search) {
        for (value, _) in self.before.iter().chain(&self.after) {
            search.value(text, *value, Grade::Secret, flag);
        }
        self.named = Some((Grade::Secret, flag));
    }

    /// What was said so far of a member of this name.
    pub fn said_of(&self, member: &str) -> Option<Reason> {
        let typed = self.typed.filter(|_| is_one_of(member, &PLAIN_VALUES));
        let named = self.named.filter(|_| is_one_of(member, &VALUES) || is_one_of(member, &PLAIN_VALUES));
        named.into_iter().chain(typed).max_by_key(|reason| reason.0)
    }

    /// Takes in a value, should its name come after it.
    pub fn value(&mut self, member: &str, value: Span) {
        let is_plain = is_one_of(member, &PLAIN_VALUES);
        if (is_plain || is_one_of(member, &VALUES)) && self.before.len() + self.after.len() < MOST_WAITING {
            self.begins_with_value |= self.seen == 0;
            self.after.push((value, is_plain));
        }
    }
}
