//! A program in a pseudo-terminal.

use std::env;
use std::io::{Read as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::Pid;

/// A program in a pseudo-terminal, and all that it wrote.
pub struct Run {
    pub master: Box<dyn MasterPty + Send>,
    pub child: Box<dyn Child + Send + Sync>,
    pub written: Arc<Mutex<Vec<u8>>>,
    /// While it is set nothing is read from the program.
    pub paused: Arc<AtomicBool>,
}

impl Run {
    pub fn start(program: &str, arguments: &[&str]) -> Self {
        let pty = native_pty_system().openpty(PtySize { rows: 24, cols: 80, ..PtySize::default() }).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        command.env("PS1", "ready> ");
        let child = pty.slave.spawn_command(command).unwrap();
        let mut reader = pty.master.try_clone_reader().unwrap();
        let written = Arc::new(Mutex::new(Vec::new()));
        let paused = Arc::new(AtomicBool::new(false));
        let (keep, pause) = (Arc::clone(&written), Arc::clone(&paused));
        thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut piece) {
                keep.lock().unwrap().extend_from_slice(&piece[..count]);
                while pause.load(Ordering::SeqCst) {
                    thread::sleep(Duration::from_millis(1));
                }
            }
        });
        Self { master: pty.master, child, written, paused }
    }

    pub fn scenario(arguments: &[&str]) -> Self {
        let mut all = vec!["as-program"];
        all.extend(arguments);
        Self::start(&me(), &all)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.written.lock().unwrap()).into_owned()
    }

    /// Waits until the program has written this, `times` times.
    pub fn wait_for(&self, text: &str, times: usize) {
        let begin = Instant::now();
        while self.text().matches(text).count() < times {
            assert!(begin.elapsed() < Duration::from_secs(10), "no {text:?} in {:?}", self.text());
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// The program's own id, as it says: behind a shell it is not the child.
    pub fn id(&self) -> Pid {
        self.wait_for(".\r", 1);
        let text = self.text();
        let id = text.split_once("up ").and_then(|(_, rest)| rest.split_once('.')).and_then(|(id, _)| id.parse().ok());
        Pid::from_raw(id.unwrap()).unwrap()
    }

    pub fn type_in(&self, text: &str) {
        self.master.take_writer().unwrap().write_all(text.as_bytes()).unwrap();
    }

    /// Waits for the end: exit code and how long it took.
    pub fn end(&mut self) -> (u32, Duration) {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(10) {
            if let Some(status) = self.child.try_wait().unwrap() {
                let took = begin.elapsed();
                // The reader may still hold the last bytes.
                thread::sleep(Duration::from_millis(30));
                return (status.exit_code(), took);
            }
            thread::sleep(Duration::from_millis(2));
        }
        let _ = self.child.kill();
        panic!("it did not end: {:?}", self.text());
    }

    /// What stands on the screen now.
    pub fn screen(&self) -> String {
        let mut terminal = vt100::Parser::new(24, 80, 0);
        terminal.process(&self.written.lock().unwrap());
        terminal.screen().contents()
    }

    /// Waits until the screen is as it should be.
    pub fn wait_until(&self, what: &str, within: Duration, is_so: impl Fn(&str) -> bool) {
        let begin = Instant::now();
        loop {
            let now = self.screen();
            if is_so(&now) {
                return;
            }
            assert!(begin.elapsed() < within, "{what}, not after {:?}:\n{now}", begin.elapsed());
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// The modes that the terminal is in after what was written: (alternate screen, paste, mouse, cursor hidden).
    pub fn modes(&self) -> (bool, bool, bool, bool) {
        let mut terminal = vt100::Parser::new(24, 80, 0);
        terminal.process(&self.written.lock().unwrap());
        let screen = terminal.screen();
        let mouse = screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None;
        (screen.alternate_screen(), screen.bracketed_paste(), mouse, screen.hide_cursor())
    }
}

/// All modes of [`Run::modes`].
pub const ALL: (bool, bool, bool, bool) = (true, true, true, true);
/// None of them.
pub const NONE: (bool, bool, bool, bool) = (false, false, false, false);

/// This executable.
pub fn me() -> String {
    env::current_exe().unwrap().to_str().unwrap().to_string()
}
