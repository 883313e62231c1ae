//! What ratatui draws on: one write for each frame, and none for a frame in which nothing changed.

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

use super::output::Output;

/// crossterm's backend, which writes the parts of a frame one by one, over an outlet that sends them together.
#[derive(Debug)]
pub struct Canvas {
    parts: CrosstermBackend<Unsent>,
    output: Output,
    cursor: Cursor,
}

/// What is known of the cursor. Whoever takes the terminal anew hides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cursor {
    Hidden,
    Shown,
}

/// An outlet in which everything waits for the end of the frame.
#[derive(Debug)]
struct Unsent(Output);

impl Write for Unsent {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Canvas {
    /// The canvas of a terminal that was taken, with its cursor hidden.
    pub fn new(output: Output) -> Self {
        Self { parts: CrosstermBackend::new(Unsent(output.clone())), output, cursor: Cursor::Hidden }
    }
}

impl Backend for Canvas {
    type Error = io::Error;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> io::Result<()> {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        self.parts.draw(content)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.cursor == Cursor::Hidden {
            return Ok(());
        }
        self.cursor = Cursor::Hidden;
        self.parts.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.cursor = Cursor::Shown;
        self.parts.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.parts.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.parts.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.parts.clear()
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        self.parts.clear_region(region)
    }

    fn size(&self) -> io::Result<Size> {
        self.parts.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.parts.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}
