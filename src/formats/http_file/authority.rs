//! Which host an address names, where a part of the address comes out of an answer: a server may give a path to go on with, and not
//! lead the request, with its credential, to another host than the one that is written.

use crate::domain::span::Span;

/// What ends the host and what belongs to it (RFC 3986 section 3.2).
const ENDS: [char; 3] = ['/', '?', '#'];

/// The first value of an answer that changes which host an address names. `None` where the address has no host of its own.
///
/// `answers` are the places in the address that answers filled, in their order.
pub(super) fn moved(address: &str, answers: &[Span]) -> Option<Span> {
    let pieces = pieces(address, answers);
    let first = start(&pieces)?;
    // In the place of a scheme an answer gives one, and no address with a host of its own.
    let in_scheme = pieces.iter().take(first.0).filter(|piece| !is_of_scheme(piece.text)).find_map(|piece| piece.answer);
    if in_scheme.is_some() {
        return in_scheme;
    }
    let written: String = pieces.iter().skip(first.0).filter_map(Piece::written).collect();
    let host = written.get(first.1..)?.split(['/', '?', '#', '\\']).next()?;
    if !host.contains(char::is_alphanumeric) {
        return None;
    }
    let mut before = String::new();
    for (at, piece) in pieces.iter().enumerate().skip(first.0) {
        let text = if at == first.0 { piece.text.get(first.1..)? } else { piece.text };
        let Some(span) = piece.answer else {
            if text.contains(ENDS) || text.contains('\\') {
                return None;
            }
            before.push_str(text);
            continue;
        };
        let is_inside = pieces.iter().skip(at + 1).find_map(Piece::written).is_some_and(|next| !next.starts_with(ENDS));
        let own = if is_inside { text } else { text.split(ENDS).next().unwrap_or_default() };
        let is_part = !own.contains(|c: char| ENDS.contains(&c) || matches!(c, '@' | '\\' | ':') || c.is_whitespace() || c.is_control());
        let is_fine = match before.chars().next_back() {
            _ if is_inside => is_part,
            Some(':') => own.bytes().all(|b| b.is_ascii_digit()),
            Some('.' | '-' | '@') | None => is_part,
            Some(_) => own.is_empty(),
        };
        if !is_fine {
            return Some(span);
        }
        if own.len() < text.len() {
            return None;
        }
        before.push_str(text);
    }
    None
}

/// A part of an address: written, or out of an answer.
struct Piece<'a> {
    text: &'a str,
    answer: Option<Span>,
}

impl<'a> Piece<'a> {
    /// Its text, if no answer gave it.
    fn written(&self) -> Option<&'a str> {
        self.answer.is_none().then_some(self.text)
    }
}

fn pieces<'a>(address: &'a str, answers: &[Span]) -> Vec<Piece<'a>> {
    let (mut pieces, mut at) = (Vec::new(), 0);
    for span in answers {
        pieces.push(Piece { text: address.get(at..span.start).unwrap_or_default(), answer: None });
        pieces.push(Piece { text: span.cut(address).unwrap_or_default(), answer: Some(*span) });
        at = span.end;
    }
    pieces.push(Piece { text: address.get(at..).unwrap_or_default(), answer: None });
    pieces.retain(|piece| piece.answer.is_some() || !piece.text.is_empty());
    pieces
}

/// Where the host begins: the piece, and the place in it. `None` where an answer gives the whole beginning.
fn start(pieces: &[Piece]) -> Option<(usize, usize)> {
    const SCHEME_END: &str = "://";
    let mut scheme = pieces.iter().enumerate().filter(|(_, piece)| piece.answer.is_none());
    // Behind anything else, `://` is in a path or a query.
    let found = scheme.find_map(|(at, piece)| match piece.text.find(SCHEME_END) {
        Some(end) if is_of_scheme(piece.text.get(..end).unwrap_or_default()) => Some(Some((at, end + SCHEME_END.len()))),
        None if is_of_scheme(piece.text) => None,
        _ => Some(None),
    });
    found.flatten().or_else(|| pieces.first().filter(|piece| piece.answer.is_none()).map(|_| (0, 0)))
}

/// True for what a scheme is made of (RFC 3986 section 3.1).
fn is_of_scheme(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::moved;
    use crate::domain::span::Span;

    /// Whether an address, with what an answer gives in `<…>`, goes where it is written.
    fn stays(marked: &str) -> bool {
        let (mut address, mut answers) = (String::new(), Vec::new());
        for (at, part) in marked.split(['<', '>']).enumerate() {
            if at % 2 == 1 {
                answers.push(Span::new(address.len(), address.len() + part.len()));
            }
            address.push_str(part);
        }
        moved(&address, &answers).is_none()
    }

    #[test]
    fn an_answer_gives_a_path_a_port_or_a_label() {
        for address in [
            "http://good.example</page/2>",
            "http://good.example<?page=2>",
            "http://good.example<>",
            "http://good.example/<../x@y>",
            "http://good.example/a?next=<http://other.example/>",
            "http://good.example:<8080>/x",
            "http://good.example:<8080/x>",
            "http://<tenant-7>.good.example/x",
            "good.example</page/2>",
            "/<page>",
            // The answer names the host by the user's own writing.
            "<http://other.example/x>",
            "http://<other.example:81/x>",
            "<https>://good.example/x",
            "http://<other.example><:81>/x",
            "<http://other.example>/x?next=http://third.example/",
            "<tenant>.good.example/x?next=http://third.example/",
        ] {
            assert!(stays(address), "{address}");
        }
    }

    #[test]
    fn an_answer_names_no_other_host() {
        for address in [
            "http://good.example<@other.example/x>",
            "http://good.example:80<@other.example/x>",
            "http://good.example<.other.example/x>",
            "http://good.example<:80@other.example>",
            "http://good.example:<80@other.example/>",
            "http://<other.example/>.good.example/x",
            "http://<a@other.example#>.good.example/x",
            "http://ana:<x@other.example/>@good.example/x",
            "http://good.example<><@other.example>",
            "http://good.example<\\@other.example>",
            "good.example<@other.example>",
            "<https>://good.example<@other.example>",
            "<http://other.example/?x=>://good.example/x",
            "http<://other.example/?x=>://good.example/x",
            "http://<other.example/><x>.good.example/x",
            "http://<other.example/><x><y>.good.example/x",
        ] {
            assert!(!stays(address), "{address}");
        }
    }
}
