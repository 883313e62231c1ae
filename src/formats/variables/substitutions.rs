//! The way back from a resolved text to the one that was written.

use crate::domain::span::Span;

/// What was put in the place of what, in order: the way back from a resolved text to the one that was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Substitutions {
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    raw: Span,
    out: Span,
}

impl Substitutions {
    /// Notes that the bytes `raw` became the bytes `out`. Must be called in the order of the text.
    pub fn push(&mut self, raw: Span, out: Span) {
        self.pieces.push(Piece { raw, out });
    }

    /// Adds those of a text that begins at `raw` and became what begins at `out`.
    pub fn append(&mut self, other: &Self, raw: usize, out: usize) {
        self.pieces.extend(other.pieces.iter().map(|p| Piece { raw: p.raw.shifted(raw), out: p.out.shifted(out) }));
    }

    /// The same after each of the bytes at `places` of the result became `more` bytes longer.
    #[must_use]
    pub fn with_longer(&self, places: &[usize], more: usize) -> Self {
        let moved = |at: usize| at + more * places.partition_point(|place| *place < at);
        let mut pieces: Vec<Piece> =
            self.pieces.iter().map(|p| Piece { raw: p.raw, out: Span::new(moved(p.out.start), moved(p.out.end)) }).collect();
        let inside = |at: usize| self.pieces.iter().any(|p| p.out.start <= at && at < p.out.end);
        for at in places.iter().copied().filter(|at| !inside(*at)) {
            let raw = self.to_raw(Span::new(at, at + 1));
            pieces.push(Piece { raw, out: Span::new(moved(at), moved(at) + 1 + more) });
        }
        pieces.sort_by_key(|p| p.out.start);
        Self { pieces }
    }

    /// Where a span of the resolved text is in the text as written. A span that touches the inside of a value
    /// leads to the whole `{{…}}`.
    pub fn to_raw(&self, span: Span) -> Span {
        let start = self.offset(span.start, Side::Start);
        let end = if span.is_empty() { start } else { self.offset(span.end, Side::End) };
        Span::new(start, end.max(start))
    }

    /// Pieces are in order, and searched by bisection, since this is called for every secret of a text.
    fn offset(&self, at: usize, side: Side) -> usize {
        let is_over = |piece: &Piece| match side {
            Side::Start => at >= piece.out.end,
            Side::End => at > piece.out.end,
        };
        let next = self.pieces.partition_point(is_over);
        if let Some(Piece { raw, out }) = self.pieces.get(next) {
            match side {
                Side::Start if at >= out.start => return raw.start,
                Side::End if at > out.start => return raw.end,
                _ => {}
            }
        }
        let before = next.checked_sub(1).and_then(|i| self.pieces.get(i));
        let (raw_end, out_end) = before.map_or((0, 0), |piece| (piece.raw.end, piece.out.end));
        raw_end + at.saturating_sub(out_end)
    }
}

#[derive(Clone, Copy)]
enum Side {
    Start,
    End,
}
