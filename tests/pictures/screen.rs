//! Draws the README's picture: a frame of the program itself, as SVG. Without arguments it is the tour's.
//!
//! `cargo run --example picture > assets/screen.svg`

use std::fmt::Write as _;
use std::process::ExitCode;

use authtui::app::appearance::{ColorDepth, Theme};
use authtui::app::tour::tour;
use authtui::app::{Message, Model, update};
use authtui::io::load;
use authtui::ui::{self, ViewState};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr as _;

/// Size of the screen in cells.
const SCREEN: (u16, u16) = (140, 40);

/// Size of a cell in pixels.
const CELL: (f32, f32) = (8.4, 18.0);

/// The clock of the picture, so that it comes out the same on every day.
const NOW: &str = "2026-11-23T09:00:00Z";

fn main() -> ExitCode {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    match picture(&paths) {
        Ok(svg) => {
            print!("{svg}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("picture: {why}");
            ExitCode::FAILURE
        }
    }
}

fn picture(paths: &[String]) -> Result<String, Box<dyn std::error::Error>> {
    let mut files = if paths.is_empty() { tour() } else { Vec::new() };
    for path in paths {
        files.extend(load::input(path)?.requests());
    }
    let mut model = Model::new(files, NOW.parse()?);
    (model.theme, model.depth) = (Theme::Dark, ColorDepth::True);
    update(&mut model, Message::Resize(SCREEN.0, SCREEN.1));
    while model.has_idle_work() {
        update(&mut model, Message::Idle);
    }
    let mut terminal = Terminal::new(TestBackend::new(SCREEN.0, SCREEN.1))?;
    let frame = terminal.draw(|frame| ui::draw(frame, &model, &mut ViewState::default()))?;
    Ok(svg(frame.buffer))
}

/// A screen as SVG: a rectangle and a text for each run of cells that look the same.
fn svg(buffer: &Buffer) -> String {
    let (columns, rows) = (buffer.area.width, buffer.area.height);
    let (width, height) = (f32::from(columns) * CELL.0, f32::from(rows) * CELL.1);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.1} {height:.1}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#000\"/>\n"
    );
    let looks = |cell: &Cell| (cell.fg, cell.bg, cell.modifier);
    for y in 0..rows {
        let mut x = 0;
        while x < columns {
            let Some(first) = buffer.cell((x, y)) else { break };
            let (start, mut text) = (x, String::new());
            while let Some(cell) = buffer.cell((x, y)).filter(|c| looks(c) == looks(first)) {
                text.push_str(cell.symbol());
                x += u16::try_from(cell.symbol().width()).unwrap_or(1).max(1);
            }
            run(&mut out, first, &text, start, y);
        }
    }
    out + "</svg>\n"
}

fn run(out: &mut String, cell: &Cell, text: &str, x: u16, y: u16) {
    let (mut ink, mut paper) = (hex(cell.fg, "#d0d0d0"), hex(cell.bg, "#000"));
    if cell.modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut ink, &mut paper);
    }
    let (left, top) = (f32::from(x) * CELL.0, f32::from(y) * CELL.1);
    let width = text.width() as f32 * CELL.0;
    // Half a pixel more than its cells: no seams between rectangles.
    let _ = writeln!(
        out,
        "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{paper}\"/>",
        width + 0.5,
        CELL.1 + 0.5
    );
    if text.trim().is_empty() && !cell.modifier.contains(Modifier::UNDERLINED) {
        return;
    }
    let mut style = String::new();
    for (modifier, attribute) in [
        (Modifier::BOLD, " font-weight=\"bold\""),
        (Modifier::ITALIC, " font-style=\"italic\""),
        (Modifier::UNDERLINED, " text-decoration=\"underline\""),
        (Modifier::DIM, " opacity=\"0.6\""),
    ] {
        if cell.modifier.contains(modifier) {
            style.push_str(attribute);
        }
    }
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(
        out,
        "<text x=\"{left:.1}\" y=\"{:.1}\" fill=\"{ink}\" textLength=\"{width:.1}\" lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\"{style}>{text}</text>",
        top + CELL.1 * 0.72
    );
}

/// The themes with 24 bits name every color; the rest is that of the terminal.
fn hex(color: Color, otherwise: &str) -> String {
    match color {
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        _ => otherwise.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts of a picture row by row, put together again from where they are drawn.
    fn rows(svg: &str) -> Vec<String> {
        let attribute = |line: &str, name: &str| -> f32 {
            let value = line.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split_once('"'));
            value.and_then(|(value, _)| value.parse().ok()).unwrap_or_else(|| panic!("no {name} in {line}"))
        };
        let mut rows = vec![String::new(); usize::from(SCREEN.1)];
        for line in svg.lines().filter(|line| line.starts_with("<text ")) {
            let (x, y) = (attribute(line, "x") / CELL.0, (attribute(line, "y") / CELL.1 - 0.72).round());
            let text = line.split_once('>').and_then(|(_, rest)| rest.strip_suffix("</text>")).expect("a text");
            let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            let row = &mut rows[y as usize];
            row.push_str(&" ".repeat((x.round() as usize).saturating_sub(row.width())));
            row.push_str(&text);
        }
        rows.into_iter().map(|row| row.trim_end().to_string()).collect()
    }

    /// The texts of a picture that are drawn with some attribute.
    fn with<'a>(svg: &'a str, attribute: &str) -> Vec<&'a str> {
        let texts = svg.lines().filter(|line| line.starts_with("<text ") && line.contains(attribute));
        texts.filter_map(|line| line.split_once('>')?.1.strip_suffix("</text>")).collect()
    }

    #[test]
    fn a_picture_shows_the_screen_cell_by_cell() {
        let mut terminal = Terminal::new(TestBackend::new(SCREEN.0, SCREEN.1)).expect("a terminal");
        let mut model = Model::new(tour(), NOW.parse().expect("a moment"));
        update(&mut model, Message::Resize(SCREEN.0, SCREEN.1));
        let frame = terminal.draw(|frame| ui::draw(frame, &model, &mut ViewState::default())).expect("a frame");
        let drawn = frame.buffer.content().chunks(usize::from(SCREEN.0));
        let drawn: Vec<String> = drawn.map(|row| row.iter().map(Cell::symbol).collect::<String>().trim_end().to_string()).collect();
        assert_eq!(rows(&svg(frame.buffer)), drawn);
    }

    #[test]
    fn the_picture_of_the_readme_shows_the_cause_its_proof_and_its_fix_in_their_panes() {
        let picture = include_str!("../../assets/screen.svg");
        for picture in [picture, &super::picture(&[]).expect("a picture")] {
            let rows = rows(picture);
            let screen = rows.join("\n");
            for title in ["1 Requests", "2 Request", "3 Response", "4 Claims", "5 Checklist"] {
                assert!(screen.contains(title), "{title} is missing:\n{screen}");
            }
            let row_of =
                |text: &str| rows.iter().position(|row| row.contains(text)).unwrap_or_else(|| panic!("{text} is missing:\n{screen}"));
            let column_of = |text: &str| rows[row_of(text)].find(text).map(|at| rows[row_of(text)][..at].width());
            // The cause is in the checklist, with its share, its evidence and its fix below.
            let cause = row_of("▸ the token expired");
            assert!(rows[cause - 1].contains("Most likely") && rows[cause - 1].ends_with('%'), "{screen}");
            assert!(rows[cause + 1].contains("exp 2026-"), "{screen}");
            assert!(row_of("[f] renew: ") > cause && column_of("[f] renew: ") > column_of("5 Checklist"), "{screen}");
            // The claim that proves it is marked, and nothing but that.
            assert!(rows[row_of("1795370400")].contains("✗ exp"), "{screen}");
            assert_eq!(with(picture, "text-decoration=\"underline\""), ["1795370400"]);
            // The token is masked.
            assert!(screen.contains("Bearer eyJh•••"), "{screen}");
        }
    }
}
