//! A text of requests, cut so that every request can be put into another file with all that is written around it.

use super::Document;
use super::write::line_after;
use crate::domain::request::Request;

/// One request of a text with what is written around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text, which begins with a `###` line: comments, variables, scripts, blocks without a request, and the request.
    pub block: String,
    /// The request with its variables as written. Lines without a colon are headers without a value, as [`super::read`] reads
    /// them; the block does not repeat them.
    pub request: Request,
}

impl Document {
    /// The text cut between its requests: one piece for each, in order. Blank lines at the ends of a piece are all that is left
    /// out.
    pub fn pieces(&self) -> Vec<Piece> {
        let mut start = 0;
        let mut pieces = Vec::with_capacity(self.len());
        for (index, block) in self.requests.iter().enumerate() {
            let Some(block) = self.blocks.get(*block) else { continue };
            let own = self.piece(start, block.span.end);
            let is_last = index + 1 == self.requests.len();
            // What follows the last request belongs to it, unless there are more requests in it than are read.
            let whole = is_last.then(|| self.piece(start, self.text.len())).filter(|whole| self.with_text(whole).len() == 1);
            let mut request = self.raw_request(index).unwrap_or_default();
            block.colonless.iter().for_each(|(line, _)| request.headers.push(self.cut(*line), ""));
            pieces.push(Piece { block: whole.unwrap_or(own), request });
            start = block.span.end;
        }
        pieces
    }

    fn piece(&self, start: usize, end: usize) -> String {
        let eol = self.line_end;
        let mut kept = String::new();
        let mut at = start;
        let inside = self.blocks.iter().filter(|block| (start..end).contains(&block.span.start));
        for (line, _) in inside.flat_map(|block| &block.colonless) {
            // A colonless line is known without the blanks around it.
            let from = self.text.get(..line.start).and_then(|before| before.rfind('\n')).map_or(0, |before| before + 1);
            kept.push_str(self.text.get(at..from).unwrap_or_default());
            at = line_after(&self.text, line.end);
        }
        kept.push_str(self.text.get(at..end).unwrap_or_default());
        let kept = kept.trim_start_matches('\u{feff}').trim_matches(['\r', '\n']);
        let separator = if kept.starts_with("###") { String::new() } else { format!("###{eol}") };
        format!("{separator}{kept}{eol}")
    }
}
