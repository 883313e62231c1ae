//! `.env` files: `NAME=value`, `export NAME="value"`, comments. In single quotes nothing is special; in double quotes `\n`, `\"` and
//! `\\` are; a quoted value may take several lines.

use crate::domain::span::Span;
use crate::formats::{FormatError, Loss};

/// A value of a `.env` file.
pub(super) struct Assignment {
    pub name: String,
    pub value: String,
    /// Where the value is written, with its quotes.
    pub place: Span,
    /// The quote that it is in.
    quote: Option<char>,
    is_closed: bool,
}

/// The values of a text, and the lines that have none.
pub(super) fn assignments(text: &str) -> (Vec<Assignment>, Vec<Loss>) {
    let (mut found, mut losses) = (Vec::new(), Vec::new());
    let mark = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut next = mark;
    let with_start = |line: &str| {
        let start = next;
        next += line.len();
        start
    };
    let starts: Vec<usize> = text.get(mark..).unwrap_or_default().split_inclusive('\n').map(with_start).collect();
    let mut lines = text.get(mark..).unwrap_or_default().lines().zip(starts).enumerate();
    while let Some((index, (whole, start))) = lines.next() {
        let line = whole.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((name, value)) = line.split_once('=').filter(|(name, _)| is_name(name.trim())) else {
            losses.push(Loss { line: index + 1, message: "no NAME=value".into() });
            continue;
        };
        let value = value.trim();
        let at = start + whole.trim_end().len() - value.len();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let mut is_closed = true;
        let (value, end) = match quote {
            Some(quote) => {
                let mut inside = value.get(1..).unwrap_or_default().to_string();
                // Each line is looked at once: what preceded it does not end the value.
                let mut end = closing(&inside, quote);
                let mut last = at + 1 + end.unwrap_or(inside.len());
                while end.is_none() {
                    let Some((_, (more, start))) = lines.next() else {
                        losses.push(Loss { line: index + 1, message: "a quote is opened here and never closed".into() });
                        is_closed = false;
                        break;
                    };
                    inside.push('\n');
                    let close = closing(more, quote);
                    last = start + close.unwrap_or(more.len());
                    end = close.map(|at| inside.len() + at);
                    inside.push_str(more);
                }
                let end = end.unwrap_or(inside.len());
                let inside = inside.get(..end).unwrap_or_default();
                let value = if quote == '"' { pieces(inside).map(|piece| piece.value).collect() } else { inside.to_string() };
                (value, last + usize::from(is_closed))
            }
            // Behind a space, # begins a comment.
            None => {
                let value = value.find(" #").map_or(value, |at| value.get(..at).unwrap_or_default()).trim_end();
                (value.to_string(), at + value.len())
            }
        };
        found.push(Assignment { name: name.trim().to_string(), value, place: Span::new(at, end), quote, is_closed });
    }
    (found, losses)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

fn closing(text: &str, quote: char) -> Option<usize> {
    if quote == '\'' {
        return text.find(quote);
    }
    let mut escaped = false;
    text.bytes().position(|b| {
        let closes = b == b'"' && !escaped;
        escaped = b == b'\\' && !escaped;
        closes
    })
}

/// A character in double quotes, or an escape.
struct Piece<'a> {
    /// As it is written.
    raw: &'a str,
    value: &'a str,
}

fn pieces(inside: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = inside;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let second = rest.get(first.len_utf8()..).and_then(|behind| behind.chars().next());
        let length = match second {
            // A line may end with a carriage return that is no part of the value.
            Some('\n') if first == '\r' => 2,
            Some(second) if first == '\\' => 1 + second.len_utf8(),
            _ => first.len_utf8(),
        };
        let (raw, behind) = rest.split_at(length);
        rest = behind;
        let value = match raw {
            "\\n" | "\r\n" => "\n",
            "\\r" => "\r",
            "\\t" => "\t",
            "\\\"" | "\\\\" | "\\$" => raw.get(1..).unwrap_or_default(),
            _ => raw,
        };
        Some(Piece { raw, value })
    })
}

/// The text with another value in the place of the last one of a name, or with a new line. It comes with what is known of it.
///
/// # Errors
/// When it is unclear where the older value ends, or the new one cannot be written there.
pub(super) fn with_assignment(
    text: &str,
    (known, losses): (&[Assignment], &[Loss]),
    name: &str,
    value: &str,
) -> Result<String, FormatError> {
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let Some(older) = known.iter().rfind(|assignment| assignment.name == name) else {
        if let Some(open) = known.iter().find(|assignment| !assignment.is_closed) {
            return Err(unclosed(text, open));
        }
        let gap = if text.is_empty() || text.ends_with('\n') { "" } else { line_end };
        return Ok(format!("{text}{gap}{name}={}{line_end}", fresh(value)));
    };
    if !older.is_closed {
        return Err(unclosed(text, older));
    }
    let raw = older.place.cut(text).unwrap_or_default();
    let behind = text.get(older.place.end..).unwrap_or_default();
    let line_behind = behind.lines().next().unwrap_or_default().trim();
    let refused = |what: &str| Err(FormatError::at(text, older.place.end, what.to_string()));
    if older.quote.is_some() && !line_behind.is_empty() && !line_behind.starts_with('#') {
        return refused(&format!("the value of {name} ends at its quote, but more follows in the line: mend the line in the file first"));
    }
    let line = text.get(..older.place.end).unwrap_or_default().matches('\n').count() + 1;
    let goes_on = raw.ends_with('\\') || raw.starts_with('`') && (raw.len() == 1 || !raw.ends_with('`'));
    if older.quote.is_none() && goes_on && losses.iter().any(|loss| loss.line == line + 1) {
        return refused(&format!("the value of {name} seems to go on in the next line: put it into quotes in the file first"));
    }
    let written = match older.quote {
        Some('"') => in_double_quotes(raw, value, line_end),
        Some(_) if !value.contains(['\'', '\r']) => format!("'{}'", value.replace('\n', line_end)),
        Some(_) if value.contains(['$', '`']) => {
            return refused(&format!(
                "the value of {name} is in single quotes, in which this cannot be written, and $ is not plain in others"
            ));
        }
        Some(_) => in_double_quotes("", value, line_end),
        None if stands_alone(value, &older.value) => value.to_string(),
        None if older.value.contains("${") => in_double_quotes("", value, line_end),
        None => fresh(value),
    };
    let before = text.get(..older.place.start).unwrap_or_default();
    Ok(format!("{before}{written}{behind}"))
}

fn unclosed(text: &str, open: &Assignment) -> FormatError {
    let what = format!("the quote before the value of {} is never closed: close it in the file first", open.name);
    FormatError::at(text, open.place.start, what)
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.:/@+=,~%".contains(c)
}

/// True if a value needs no quotes in the place of one that has none.
fn stands_alone(value: &str, older: &str) -> bool {
    let is_whole = value.trim() == value && !value.contains(" #") && !value.starts_with(['"', '\'', '#']);
    is_whole && value.chars().all(|c| is_plain(c) || !c.is_control() && older.contains(c))
}

/// A value with the quotes that it needs.
fn fresh(value: &str) -> String {
    match value {
        value if value.chars().all(is_plain) => value.to_string(),
        value if !value.contains(['\'', '\n', '\r']) => format!("'{value}'"),
        value => in_double_quotes("", value, "\n"),
    }
}

/// A value in double quotes; what it has in common with the older one stays as that is written.
fn in_double_quotes(older: &str, value: &str, line_end: &str) -> String {
    let inside = older.get(1..older.len().saturating_sub(1)).unwrap_or_default();
    let known: Vec<Piece<'_>> = pieces(inside).collect();
    let mut rest = value;
    let mut start = 0;
    while let Some(behind) = known.get(start).and_then(|piece| rest.strip_prefix(piece.value)) {
        rest = behind;
        start += 1;
    }
    let mut end = known.len();
    while let Some(before) = known.get(start..end).and_then(|left| left.last()).and_then(|piece| rest.strip_suffix(piece.value)) {
        rest = before;
        end -= 1;
    }
    let raw = |part: Option<&[Piece<'_>]>| part.unwrap_or_default().iter().map(|piece| piece.raw).collect::<String>();
    let new_line = if inside.contains('\n') { line_end } else { "\\n" };
    let fresh = rest.replace('\\', "\\\\").replace('"', "\\\"").replace('\r', "\\r").replace('\n', new_line);
    format!("\"{}{fresh}{}\"", raw(known.get(..start)), raw(known.get(end..)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn with_assignment(text: &str, name: &str, value: &str) -> Result<String, FormatError> {
        let (known, losses) = assignments(text);
        super::with_assignment(text, (&known, &losses), name, value)
    }

    #[test]
    fn a_changed_value_keeps_its_quotes_and_the_spelling_of_what_stays() {
        for (older, value, newer) in [
            (r#""${B}/v1""#, "${B}/v2", r#""${B}/v2""#),
            (r#""\$5 \t|""#, "$5 \t|x", r#""\$5 \t|x""#),
            (r#""abc""#, "a\"b\\c", r#""a\"b\\c""#),
            ("\"l1\nl2\"", "l1\nl2\nl3", "\"l1\nl2\nl3\""),
            ("\"l1\\nl2\"", "l1\nl2\nl3", "\"l1\\nl2\\nl3\""),
            ("'abc'", "abd", "'abd'"),
            ("'abc'", "it's", "\"it's\""),
            ("'a'", "b\nc", "'b\nc'"),
            ("${B}/v1", "${B}/v2", "${B}/v2"),
            ("${B}/v1", "${B} v2", "\"${B} v2\""),
            ("a b", "a c", "a c"),
            ("abc", "a$c", "'a$c'"),
        ] {
            let text = |value: &str| format!("# c\nexport A={value} # one\nB=2\n");
            assert_eq!(with_assignment(&text(older), "A", value), Ok(text(newer)), "{older} {value:?}");
        }
    }

    #[test]
    fn a_value_whose_end_is_unclear_is_not_changed() {
        for (text, line, why) in [
            ("Z=9\nA=\"open\nB=2\n", 2, "never closed"),
            ("A='it's fine'\n", 1, "more follows"),
            ("A=\"a\" \"b\"\n", 1, "more follows"),
            ("A=\"a\"b\n", 1, "more follows"),
            ("A=x\\\ny\nB=1\n", 1, "next line"),
            ("A=`x\ny`\nB=1\n", 1, "next line"),
            ("A='x'\n", 1, "single quotes"),
        ] {
            let error = with_assignment(text, "A", "it's $5").expect_err(text);
            assert!(error.line == line && error.message.contains(why), "{text:?}: {error:?}");
        }
        assert!(with_assignment("A=\"open\n", "NEW", "1").is_err_and(|why| why.line == 1));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]
        #[test]
        fn every_other_byte_of_the_file_stays(
            parts in proptest::collection::vec(
                proptest::sample::select(vec![
                    "A=", "B=", "export A=", " C = ", "\"", "'", "\\", "\n", "\r\n", "\r", " ", "#", " # c", "${B}", "x", "é", "`", "$", "\u{feff}", "\t",
                ]),
                0..24,
            ),
            value in prop_oneof![any::<String>(), "[a-z'\"$#{}\\\\ \n\r]{0,6}"],
            name in proptest::sample::select(vec!["A", "B", "C", "D"]),
        ) {
            let text = parts.concat();
            let (before, _) = assignments(&text);
            let Ok(changed) = super::super::with_value(&text, super::super::ValueKind::Dotenv, "", name, &value) else { return Ok(()) };
            let (after, _) = assignments(&changed);
            let older = before.iter().rposition(|known| known.name == name);
            let place = older.and_then(|at| before.get(at)).map_or(Span::new(text.len(), text.len()), |known| known.place);
            let head = text.get(..place.start).unwrap_or_default();
            let tail = text.get(place.end..).unwrap_or_default();
            prop_assert!(changed.starts_with(head) && changed.ends_with(tail) && changed.len() >= head.len() + tail.len());
            let others = |all: &[Assignment], but: Option<usize>| {
                let kept = all.iter().enumerate().filter(|(at, _)| Some(*at) != but);
                kept.map(|(_, known)| (known.name.clone(), known.value.clone())).collect::<Vec<_>>()
            };
            let now = after.iter().rposition(|known| known.name == name);
            prop_assert_eq!(others(&after, now), others(&before, older));
            prop_assert_eq!(now.and_then(|at| after.get(at)).map(|known| known.value.as_str()), Some(value.as_str()));
            // What a value is already is not written in another way.
            prop_assert_eq!(super::super::with_value(&changed, super::super::ValueKind::Dotenv, "", name, &value), Ok(changed));
        }
    }
}
