//! The last row: key hints on the left, status on the right.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{StatefulWidget, Widget as _};

use super::response::status_in_short;
use crate::app::appearance::Zoom;
use crate::app::keymap::{Action, Binding};
use crate::app::message::Target;
use crate::app::model::{Model, Network, Notice, Tone};
use crate::app::panes::Pane;
use crate::app::panes::token_view::ClockSource;
use crate::app::workspace::request::Entry;
use crate::app::workspace::request_file::RequestFile;
use crate::checks::FixKind;
use crate::domain::response::Response;
use crate::domain::time;
use crate::ui::state::ViewState;
use crate::ui::text::{cut, spans, width};
use crate::ui::theme::Styles;

/// Most hints shown.
const MOST_HINTS: usize = 4;

/// The row.
pub struct Footer<'a> {
    pub model: &'a Model,
    pub styles: &'a Styles,
}

impl StatefulWidget for Footer<'_> {
    type State = ViewState;

    fn render(self, area: Rect, buf: &mut Buffer, state: &mut ViewState) {
        let Self { model, styles } = self;
        buf.set_style(area, styles.base);
        let mut rest = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
        if let Some(notice) = &model.notice {
            return notice_line(notice, rest.width.into(), styles).render(rest, buf);
        }
        // Hints come first; the status uses the remaining space.
        let hints: Vec<(Line, Action)> = shown_hints(model).filter_map(|b| Some((hint(model, b, styles)?, b.action))).collect();
        let wide: usize = hints.iter().map(|(line, _)| line.width() + 2).sum();
        let mut told = told(model, styles);
        while told.len() > 1 && width(&told.join(" · ")) + wide + 2 > usize::from(area.width) {
            told.pop();
        }
        let told = cut(spans(&format!("{} ", told.join(" · ")), styles.faint, styles), area.width.into(), styles);
        let told_place = Rect { x: area.right() - told.width() as u16, width: told.width() as u16, ..area };
        told.render(told_place, buf);
        for (line, action) in hints {
            let wide = line.width() as u16;
            if rest.x + wide + 1 > told_place.x {
                break;
            }
            let place = Rect { width: wide, ..rest };
            line.render(place, buf);
            state.drew(place, Target::Do(action));
            rest.x += wide + 2;
        }
    }
}

/// What has just happened.
pub(super) fn notice_line(notice: &Notice, room: usize, styles: &Styles) -> Line<'static> {
    let mark = match notice.tone {
        Tone::Good => Span::styled("✓ ", styles.pass),
        Tone::Bad => Span::styled("▲ ", styles.warn),
    };
    cut([vec![mark], spans(&notice.text, styles.text, styles)].concat(), room, styles)
}

/// The status: open file, environment, network use, and the clock in use.
fn told(model: &Model, styles: &Styles) -> Vec<String> {
    let mut told = Vec::new();
    // While the places of a search are marked.
    told.extend(model.search_in(model.pane()).map(|search| model.search_count(search)).filter(|count| !count.is_empty()));
    // Where the response is out of sight and no summary is on top.
    if model.zoom == Zoom::Focused && model.pane() != Pane::Response && !model.is_narrow() {
        told.extend(model.entry().and_then(|entry| entry.sending.running(model.now)));
        told.extend(model.entry().map(|entry| Line::from(status_in_short(entry, styles)).to_string()).filter(|status| !status.is_empty()));
    }
    if let Some(path) = model.files.iter().find_map(RequestFile::saving_to).or_else(|| model.value_files.saving_to()) {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        told.push(if model.is_quitting() { format!("saving {name}, then quitting …") } else { format!("saving {name} …") });
    } else if let Some(file) = model.file() {
        told.push(format!("{}{}", file.name, if file.has_unsaved_work() { "*" } else { "" }));
        told.extend(model.value_files.unsaved().map(|values| format!("{}*", values.name())));
    }
    if model.has_environments() {
        let after_search = usize::from(model.search_in(model.pane()).is_some_and(|search| !search.query.is_empty()));
        told.insert(after_search, format!("[{}]", model.environment_in_words()));
    }
    if model.network == Network::Unused {
        told.push("offline".into());
    }
    if let Some(entry) = model.entry() {
        told.push(match (entry.judged_at(model.now), entry.skew) {
            (_, Some(0)) => "clock agrees with the server's".into(),
            (_, Some(skew)) => format!("server's clock {skew:+} s"),
            ((at, ClockSource::Recorded), _) => format!("recorded {}", time::clock(at)),
            ((at, ClockSource::Answer), _) => format!("server's clock {}", time::clock(at)),
            ((_, ClockSource::Local), _) => "local clock".into(),
        });
    }
    told
}

/// The hints for the focus, without "go to the bytes" if they are visible anyway, and with variants where nothing is decided.
fn shown_hints(model: &Model) -> impl Iterator<Item = &Binding> {
    let out_of_sight = || model.overlay.is_some() || (model.is_narrow() && model.pane_of_proof() != Some(model.pane()));
    let is_undecided = || {
        let entry = model.entry().filter(|entry| entry.current_answer().is_some_and(Response::is_refusal));
        entry.and_then(Entry::report).is_some_and(|report| !report.decided)
    };
    let is_useful = move |b: &&Binding| {
        model.can(b.action)
            && match b.action {
                Action::GoToBytes => out_of_sight(),
                Action::TryVariants => is_undecided(),
                _ => true,
            }
    };
    model.keymap.hints(&model.contexts()).into_iter().filter(is_useful).take(MOST_HINTS)
}

fn hint(model: &Model, binding: &Binding, styles: &Styles) -> Option<Line<'static>> {
    let key = Span::styled(binding.keys.first()?.to_string(), styles.key);
    let label = match model.subject().and_then(|subject| subject.fix).map(|fix| &fix.kind) {
        _ if binding.action != Action::Fix => binding.label,
        Some(FixKind::Edit(_)) => binding.label,
        Some(FixKind::Renew) => "renew",
        // The key only explains it.
        _ => "how to fix",
    };
    Some(Line::from_iter([key, Span::styled(format!(" {label}"), styles.quiet)]))
}
