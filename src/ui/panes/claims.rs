//! The token: its header, its claims with their meaning, and the state of its signature.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{StatefulWidget, Widget as _};

use super::scrollbar::scrollbar;
use super::{empty, frame};
use crate::app::appearance::Secrets;
use crate::app::keymap::Action;
use crate::app::model::{Focus, Model};
use crate::app::panes::Pane;
use crate::app::panes::claims::{ClaimRow, ClaimsOf, TokenPart};
use crate::app::panes::token_view::TokenView;
use crate::app::scroll::Scroll;
use crate::app::workspace::request::Entry;
use crate::checks::Outcome;
use crate::domain::secrecy::quoted;
use crate::domain::token::keys::{SignatureFault, SignatureState};
use crate::ui::scroll::ScrollAnchor;
use crate::ui::state::ViewState;
use crate::ui::text::{fitted, padded, spans, width, wrap};
use crate::ui::theme::Styles;

/// Most lines per claim while another pane has the focus.
const MOST_LINES: usize = 4;
/// Most lines per claim with the focus; the whole value can be copied.
const MOST_READ: usize = 1_000;

/// What is scrolled, a long claim in several parts, and what of it is looked for.
struct Items {
    lines: Vec<Vec<Line<'static>>>,
    /// The first item of each claim.
    first_of: Vec<usize>,
    /// The first claim that is evidence.
    proof: Option<usize>,
}

impl Items {
    /// The item of a claim in which a text stands, or its first one.
    fn with(&self, claim: usize, text: &str) -> Option<usize> {
        let first = *self.first_of.get(claim)?;
        let end = self.first_of.get(claim + 1).copied().unwrap_or(self.lines.len());
        let text = text.to_lowercase();
        let has = |item: &usize| self.lines.get(*item).into_iter().flatten().any(|line| line.to_string().to_lowercase().contains(&text));
        Some((first..end).find(has).unwrap_or(first))
    }
}

/// The pane.
pub struct ClaimsPane<'a> {
    pub model: &'a Model,
    pub styles: &'a Styles,
}

impl StatefulWidget for ClaimsPane<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let (model, styles) = (self.model, self.styles);
        let Some((entry, (token, of))) = model.entry().zip(model.shown_token()) else {
            let inner = frame(Pane::Claims, model, styles, Vec::new(), area, buf, state);
            let edit = model.key_of(Action::Edit);
            let rows = [("", "A JWT in the request is decoded here."), (&edit, "edit the request"), ("", "or paste a token")];
            return empty(&rows, styles, inner, buf);
        };
        let mut inner = frame(Pane::Claims, model, styles, title(model, entry, token, of, styles), area, buf, state);
        let room = usize::from(inner.width);
        for line in about(token, room, styles) {
            let row = Rect { height: 1, ..inner }.intersection(inner);
            line.render(row, buf);
            inner = Rect { y: row.bottom(), height: inner.height - row.height, ..inner };
        }
        let items = self.items(token, of, room);
        let height = usize::from(inner.height);
        let rows_of = |item: usize| items.lines.get(item).map_or(0, Vec::len);
        let offset = &mut state.offsets(model).claims;
        let search = model.search_in(Pane::Claims);
        let found = search.and_then(|search| items.with(search.here()?.start, &search.query));
        let proof = items.proof.and_then(|claim| items.with(claim, ""));
        if offset.is_new(ScrollAnchor { chosen: model.chosen, answer: None, found, height })
            && let Some(item) = found.or(proof)
        {
            offset.bring(item, height, rows_of);
            // The title has the algorithm and the key: half of a header is worth less than another claim.
            let header = token.halves().0.map_or(0, |header| header.members.len());
            let claims = items.first_of.get(header).copied().unwrap_or_default();
            if (1..claims).contains(&offset.first()) && item >= claims {
                offset.scroll(Scroll::Lines((claims - offset.first()) as isize));
            }
        }
        offset.clamp(items.lines.len(), height, rows_of);
        scrollbar(offset.first(), items.lines.len(), rows_of, styles, inner, buf);
        for (row, line) in inner.rows().zip(items.lines.into_iter().skip(offset.first()).flatten()) {
            line.render(row, buf);
        }
    }
}

impl ClaimsPane<'_> {
    /// The rows that show every claim, without the title.
    pub fn wanted(&self, width: u16) -> usize {
        let Some((token, of)) = self.model.shown_token() else { return 0 };
        // The frame takes a cell on either side.
        let room = usize::from(width).saturating_sub(2);
        about(token, room, self.styles).len() + self.items(token, of, room).lines.iter().map(Vec::len).sum::<usize>()
    }

    /// The claims as lines.
    fn items(&self, token: &TokenView, of: ClaimsOf, room: usize) -> Items {
        let styles = self.styles;
        let rows = self.model.claim_rows();
        let name_width = rows.iter().map(|r| width(&r.name)).max().unwrap_or(0).clamp(3, (room / 4).max(3));
        let (mut items, mut first_of): (Vec<Vec<Line>>, Vec<usize>) = (Vec::new(), Vec::new());
        for (i, row) in rows.iter().enumerate() {
            let mut lines = self.claim(row, of, name_width, room);
            // A rule between header and claims.
            let before = i.checked_sub(1).and_then(|i| rows.get(i));
            if row.half == TokenPart::Claims && before.is_some_and(|r| r.half == TokenPart::Header) {
                lines.insert(0, Line::styled("┄".repeat(room), styles.faint));
            }
            if let Some(is_here) = self.model.search_in(Pane::Claims).and_then(|search| search.at(i)) {
                lines = lines.into_iter().map(|line| line.patch_style(styles.found[usize::from(is_here)])).collect();
            }
            first_of.push(items.len());
            // What is longer is scrolled line by line.
            let rest = lines.split_off(lines.len().min(MOST_LINES));
            items.push(lines);
            items.extend(rest.into_iter().map(|line| vec![line]));
        }
        // The issuer and its usual mistakes.
        if let Some(issuer) = token.issuer {
            let note = [
                Span::raw("  "),
                Span::styled(format!("{}: ", issuer.name), styles.quiet),
                Span::styled(issuer.mistake_of(&token.jws), styles.faint),
            ];
            items.push([Line::default()].into_iter().chain(wrap(&note, room, 2)).collect());
        }
        Items { lines: items, first_of, proof: rows.iter().position(|row| self.is_proof(row, of)) }
    }

    fn claim(&self, row: &ClaimRow, of: ClaimsOf, name_width: usize, room: usize) -> Vec<Line<'static>> {
        let styles = self.styles;
        let (name, base) = match row.half {
            TokenPart::Header => (styles.quiet, styles.quiet),
            TokenPart::Claims => (styles.name, styles.text),
        };
        let most = if self.model.focus == Focus::On(Pane::Claims) { MOST_READ } else { MOST_LINES };
        let is_shown = self.model.secrets == Secrets::Shown;
        let room = room.saturating_sub(name_width + 4).max(8);
        // No more than these lines show.
        let value: String = if is_shown { &row.value } else { &row.masked }.chars().take((most + 1) * room).collect();
        let mut text = spans(&value, if self.is_proof(row, of) { base.patch(styles.proof) } else { base }, styles);
        if !row.meaning.is_empty() && (is_shown || row.value == row.masked) {
            let style = match row.mark {
                Some(outcome @ (Outcome::Fail | Outcome::Warn)) => styles.outcome(outcome),
                _ => styles.quiet,
            };
            text.extend(spans(&format!("  {}", row.meaning), style, styles));
        }
        let mut lines = wrap(&text, room, 0);
        if lines.len() > most {
            lines.truncate(most - 1);
            let key = format!(" ({})", self.model.key_of(Action::Focus(Pane::Claims)));
            lines.push(Line::styled(format!("… more with the focus here{key}"), styles.faint));
        }
        let mark = row.mark.map_or(Span::raw("  "), |mark| Span::styled(format!("{} ", mark.mark()), styles.outcome(mark)));
        let name = fitted(&row.name, name, name_width + 1, styles);
        let mut label = Line::from([vec![mark], name].concat());
        let with_label = |value: Line<'static>| {
            let mut line = padded(std::mem::take(&mut label), name_width + 4);
            line.extend(value);
            line
        };
        lines.into_iter().map(with_label).collect()
    }

    fn is_proof(&self, row: &ClaimRow, of: ClaimsOf) -> bool {
        let marks = &self.model.marks;
        let marks = if row.half == TokenPart::Header { &marks.token_header } else { &marks.claims };
        of == ClaimsOf::Request && marks.iter().any(|s| s.end != usize::MAX && s.start < row.span.end && row.span.start < s.end)
    }
}

/// Above the claims: what kind of token it is, or what is wrong with its form.
fn about(token: &TokenView, room: usize, styles: &Styles) -> Vec<Line<'static>> {
    let notes: Vec<Vec<Span>> = match &token.parsed {
        Some(parsed) => {
            let reader = [vec![Span::styled("readable by: ", styles.faint)], spans(&parsed.reader, styles.quiet, styles)].concat();
            vec![spans(&parsed.what, styles.text, styles), reader]
        }
        None => {
            let fault = |message: &str| [vec![Span::styled("✗ ", styles.fail)], spans(message, styles.text, styles)].concat();
            token.jws.faults.iter().take(2).map(|f| fault(&f.message)).collect()
        }
    };
    notes.iter().flat_map(|note| wrap(note, room, 2).into_iter().take(2)).collect()
}

fn title(model: &Model, entry: &Entry, token: &TokenView, of: ClaimsOf, styles: &Styles) -> Vec<Span<'static>> {
    let jws = &token.jws;
    let made = model.made_tokens.contains(&jws.text).then(|| "made here".to_string());
    let issued = entry.issued().filter(|_| of == ClaimsOf::Response).map(|(issued, _)| format!("{} of the response", quoted(&issued.name)));
    if let Some(parsed) = &token.parsed {
        let words: Vec<String> = issued.into_iter().chain([parsed.kind.word().to_string()]).collect();
        return spans(&words.join(" · "), styles.quiet, styles);
    }
    let mut known: Vec<String> = made.into_iter().chain(issued).collect();
    known.extend(token.issuer.iter().map(|issuer| issuer.name.to_string()));
    known.extend(jws.algorithm().map(|algorithm| algorithm.chars().take(12).collect()));
    known.extend(jws.key_id().map(|key| format!("key {}", key.chars().take(16).collect::<String>())));
    known.push("signature ".into());
    let (mark, style) = match token.verification.as_ref().map(|v| (v.state, v.fault)) {
        Some((SignatureState::Valid, _)) => ("✓", styles.pass),
        // The bytes may well verify, with a key that a server must not use.
        Some((SignatureState::Invalid, Some(SignatureFault::KeyUnfit))) => ("? the key does not fit", styles.warn),
        Some((SignatureState::Invalid, _)) => ("✗", styles.fail),
        Some((SignatureState::Unverified, _)) | None => ("?", styles.unknown),
    };
    [spans(&known.join(" · "), styles.quiet, styles), vec![Span::styled(mark, style)]].concat()
}
