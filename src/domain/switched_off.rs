//! Parameters of an address that are switched off: comment lines of its text, as VS Code and JetBrains have them.
//!
//! ```text
//! GET https://h.example/list?page=2
//!     # &limit=10
//!     &sort=name
//! ```

/// What precedes a parameter that is switched off, in the text of a request.
pub const OFF_LINE: &str = "\n    # ";
/// What precedes the address where it goes on behind one.
pub const NEXT_LINE: &str = "\n    ";

const BLANKS: [char; 2] = [' ', '\t'];

/// A parameter that is not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OffParameter {
    /// Where it would be: an offset in the address.
    pub at: usize,
    /// As written, with the `?` or `&` before it.
    pub text: String,
}

/// The parameters of an address that are switched off, in order. Most addresses have none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SwitchedOff(Option<Box<OffParameters>>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct OffParameters(Vec<OffParameter>);

impl SwitchedOff {
    /// True if all are on.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    fn all(&self) -> &[OffParameter] {
        self.0.as_ref().map_or(&[], |all| &all.0)
    }

    /// Those of an address, each at a place where its text can go on in another line.
    pub fn within<'a>(&'a self, url: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
        let mut least = 0;
        self.all().iter().map(move |off| {
            least = place(url, off.at.max(least));
            (least, off.text.as_str())
        })
    }

    /// The same for an address that was changed: each stays before what followed it.
    #[must_use]
    pub fn moved(&self, old: &str, new: &str) -> Self {
        let before = old.bytes().zip(new.bytes()).take_while(|(o, n)| o == n).count();
        let most = old.len().min(new.len()) - before;
        let behind = old.bytes().rev().zip(new.bytes().rev()).take(most).take_while(|(o, n)| o == n).count();
        let moved = |at: usize| match at {
            at if at <= before => at,
            at if at + behind >= old.len() => (at + new.len()).saturating_sub(old.len()),
            _ => new.len() - behind,
        };
        self.all().iter().map(|off| OffParameter { at: place(new, moved(off.at)), text: off.text.clone() }).collect()
    }
}

impl FromIterator<OffParameter> for SwitchedOff {
    fn from_iter<T: IntoIterator<Item = OffParameter>>(parameters: T) -> Self {
        let all: Vec<OffParameter> = parameters.into_iter().collect();
        Self((!all.is_empty()).then(|| Box::new(OffParameters(all))))
    }
}

/// The first place from an offset on at which the address can go on in another line: a sign, or the end.
fn place(url: &str, from: usize) -> usize {
    let rest = url.as_bytes().get(from..).unwrap_or_default();
    rest.iter().position(|byte| matches!(byte, b'?' | b'&')).map_or(url.len(), |at| from + at)
}

/// What follows the mark of a comment line.
pub fn comment(line: &str) -> Option<&str> {
    let line = line.trim_matches(BLANKS);
    line.strip_prefix('#').or_else(|| line.strip_prefix("//")).map(|rest| rest.trim_start_matches(BLANKS))
}

/// The parameter that a comment line switches off, with the sign before it; `None` for any other comment.
pub fn parameter(line: &str) -> Option<&str> {
    let parameter = comment(line)?;
    let rest = parameter.strip_prefix(['?', '&'])?;
    (!rest.starts_with(['?', '&']) && may_be_parameter(rest)).then_some(parameter)
}

/// True for a line with which the address goes on.
pub fn goes_on(line: &str) -> bool {
    let line = line.trim_start_matches(BLANKS);
    line.starts_with(['?', '&']) && !line.starts_with("??")
}

/// True for `name` and `name=a value`, and not for words. Names of variables may have blanks.
pub fn may_be_parameter(text: &str) -> bool {
    let mut depth = 0_usize;
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '=' if depth == 0 => return true,
            c if c.is_whitespace() && depth == 0 => return false,
            _ => {}
        }
    }
    !text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_that_switch_a_parameter_off_are_told_from_others() {
        for (line, expected) in [
            ("    # &b=2", Some("&b=2")),
            ("//?a=1", Some("?a=1")),
            ("# &b", Some("&b")),
            ("# &q=New York", Some("&q=New York")),
            ("# &t={{ token }}", Some("&t={{ token }}")),
            ("# &b[]=1", Some("&b[]=1")),
            ("# why b", None),
            ("# ?what is this = for", None),
            ("# & so on", None),
            ("# ?? status == 200", None),
            ("# &&", None),
            ("&b=2", None),
            ("#", None),
        ] {
            assert_eq!(parameter(line), expected, "{line}");
        }
    }

    #[test]
    fn those_of_a_changed_address_stay_before_what_followed_them() {
        let off = |at| [OffParameter { at, text: "&off".into() }].into_iter().collect::<SwitchedOff>();
        let moved = |at, old, new| off(at).moved(old, new).within(new).map(|(at, _)| at).collect::<Vec<_>>();
        assert_eq!(moved(13, "https://h?a=1&c=3", "https://h?a=12&c=3"), [14]);
        assert_eq!(moved(17, "https://h?a=1&c=3", "https://h?a=1"), [13]);
        assert_eq!(moved(13, "https://h?a=1&c=3", "https://longer?a=1&c=3"), [18]);
        assert_eq!(moved(13, "https://h?a=1&c=3", "http://other"), [12]);
        assert_eq!(off(99).within("https://h?a").map(|(at, _)| at).collect::<Vec<_>>(), [11]);
    }
}
