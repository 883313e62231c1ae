//! Saving on a disk that takes its time: the program answers to its keys meanwhile, and leaves nothing half done.

use std::fs::{self, File, Permissions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use authtui::io::load;
use authtui::io::run::{ExitReason, Input};
use authtui::io::store::disk::{Disk, RealDisk};
use authtui::io::terminal::Signal;
use futures_util::stream;
use tempfile::{NamedTempFile, TempDir};

use crate::keys::harness::Program;

const FILE: &str = "### one\nGET https://h/1\n";

/// A disk that holds every save until it is let go.
#[derive(Default)]
struct SlowDisk {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    goes_on: bool,
    fails: bool,
    /// What began and ended, in order.
    log: Vec<String>,
}

impl SlowDisk {
    fn goes_on(&self) {
        self.state.lock().expect("the state").goes_on = true;
        self.changed.notify_all();
    }

    fn fails(&self) {
        self.state.lock().expect("the state").fails = true;
        self.goes_on();
    }

    fn note(&self, what: &str, path: &Path) {
        let name = path.file_name().expect("a name").to_string_lossy();
        self.state.lock().expect("the state").log.push(format!("{what} {}", if name.contains("a.http") { "a" } else { "b" }));
    }

    fn log(&self) -> Vec<String> {
        self.state.lock().expect("the state").log.clone()
    }

    /// Returns when a save is being held.
    fn waits_for_a_save(&self) {
        let state = self.state.lock().expect("the state");
        let held = self.changed.wait_timeout_while(state, Duration::from_secs(9), |state| state.log.is_empty()).expect("the state");
        assert!(!held.1.timed_out(), "nothing was saved");
    }
}

impl Disk for SlowDisk {
    fn create(&self, folder: &Path, prefix: &str) -> io::Result<NamedTempFile> {
        self.note("begin", &folder.join(prefix));
        self.changed.notify_all();
        RealDisk.create(folder, prefix)
    }

    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        let state = self.state.lock().expect("the state");
        let held = self.changed.wait_timeout_while(state, Duration::from_secs(9), |state| !state.goes_on).expect("the state");
        if held.0.fails {
            return Err(io::ErrorKind::StorageFull.into());
        }
        drop(held);
        RealDisk.write(file, bytes)
    }

    fn allow(&self, file: &File, permissions: Permissions) -> io::Result<()> {
        RealDisk.allow(file, permissions)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        RealDisk.sync(file)
    }

    fn replace(&self, file: NamedTempFile, to: &Path) -> io::Result<()> {
        self.note("end", to);
        RealDisk.replace(file, to)
    }

    fn place(&self, file: NamedTempFile, to: &Path) -> io::Result<()> {
        self.note("end", to);
        RealDisk.place(file, to)
    }
}

/// A folder with `a.http` and `b.http` on such a disk.
struct Slow {
    folder: TempDir,
    disk: Arc<SlowDisk>,
}

impl Slow {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("a.http"), FILE).expect("a file");
        fs::write(folder.path().join("b.http"), FILE).expect("a file");
        Self { folder, disk: Arc::default() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("the file")
    }

    /// The program, with an edit of `a.http` that is being saved.
    fn saving(&self) -> Program {
        let mut program = Program::saving_on(load::here(self.folder.path()), self.disk.clone());
        program.keys("i End").types("x").keys("Esc ^S");
        self.disk.waits_for_a_save();
        program
    }
}

#[test]
fn a_save_that_lasts_is_shown_and_holds_up_no_key() {
    let slow = Slow::new();
    let mut program = slow.saving();
    program.shows("saving a.http …").keys("i End").types("y").keys("Esc");
    assert_eq!(program.text(), "GET https://h/1xy\n");
    assert_eq!(slow.text("a.http"), FILE);
    slow.disk.goes_on();
    program.waits_for("a.http saved");
    assert_eq!(slow.text("a.http"), "### one\nGET https://h/1x\n");
}

#[test]
fn what_is_typed_while_a_save_runs_is_unsaved_afterwards() {
    let slow = Slow::new();
    let mut program = slow.saving();
    program.keys("i End").types("y").keys("Esc");
    slow.disk.goes_on();
    program.waits_for("a.http saved").keys("Esc").shows("a.http*").keys("^S").waits_for("a.http saved").keys("Esc").hides("a.http*");
    assert_eq!(slow.text("a.http"), "### one\nGET https://h/1xy\n");
}

#[test]
fn a_file_is_not_saved_twice_at_a_time() {
    let slow = Slow::new();
    let mut program = slow.saving();
    program.keys("^S").shows("it is still being saved");
    slow.disk.goes_on();
    program.waits_for("a.http saved");
    assert_eq!(slow.disk.log(), ["begin a", "end a"]);
}

#[test]
fn saves_of_several_files_come_one_after_the_other() {
    let slow = Slow::new();
    let mut program = slow.saving();
    program.keys("} i End").types("y").keys("Esc ^S");
    assert_eq!(slow.disk.log(), ["begin a"]);
    slow.disk.goes_on();
    program.waits_for("b.http saved");
    assert_eq!(slow.disk.log(), ["begin a", "end a", "begin b", "end b"]);
    assert_eq!(slow.text("b.http"), "### one\nGET https://h/1y\n");
}

#[test]
fn quitting_waits_for_a_running_save() {
    let slow = Slow::new();
    let mut program = slow.saving();
    program.keys("q").shows("saving a.http, then quitting …");
    assert_eq!(program.end, Some(ExitReason::InputEnded));
    // Nothing is begun any more.
    program.keys("i").types("z").pastes("curl https://h/new").keys("q");
    assert_eq!(program.text(), "GET https://h/1x\n");
    slow.disk.goes_on();
    program.leaves();
    assert_eq!(slow.text("a.http"), "### one\nGET https://h/1x\n");
}

#[test]
fn quitting_asks_about_what_was_changed_while_the_save_ran() {
    let slow = Slow::new();
    let mut program = slow.saving();
    program.keys("i End").types("y").keys("Esc q").hides("Unsaved changes");
    slow.disk.goes_on();
    program.waits_for("Unsaved changes").keys("s").leaves();
    assert_eq!(slow.text("a.http"), "### one\nGET https://h/1xy\n");
}

#[test]
fn who_waits_for_a_save_can_stay() {
    let slow = Slow::new();
    let mut program = slow.saving();
    program.keys("q Esc").shows("Not quitting");
    slow.disk.goes_on();
    program.waits_for("a.http saved");
    assert_eq!(program.end, Some(ExitReason::InputEnded));
}

#[test]
fn a_save_that_fails_keeps_the_program_from_quitting() {
    let slow = Slow::new();
    let mut program = slow.saving();
    program.keys("q");
    slow.disk.fails();
    program.waits_for("a.http was not saved: the disk is full").keys("Esc").shows("a.http*");
    assert_eq!((program.end, slow.text("a.http").as_str()), (Some(ExitReason::InputEnded), FILE));
}

#[test]
fn a_conflict_waits_until_nobody_types() {
    let slow = Slow::new();
    let mut program = slow.saving();
    program.keys("i End");
    fs::write(slow.path("a.http"), "theirs\n").expect("their file");
    slow.disk.goes_on();
    program.waits_for("another program changed the file").hides("Changed on disk");
    // In the question `o` would write over it.
    program.types("o").keys("Esc").shows("Changed on disk");
    assert_eq!((program.text().as_str(), slow.text("a.http").as_str()), ("GET https://h/1xo\n", "theirs\n"));
}

#[test]
fn a_terminal_that_goes_away_does_not_take_a_running_save_with_it() {
    let slow = Slow::new();
    let mut program = slow.saving();
    // The end itself waits for the save, so that the disk goes on while it does.
    let disk = slow.disk.clone();
    let later = thread::spawn(move || {
        thread::sleep(Duration::from_millis(50));
        disk.goes_on();
    });
    program.ends(&mut stream::iter([Input::Signal(Signal::HangUp)]));
    drop(program);
    assert_eq!(slow.text("a.http"), "### one\nGET https://h/1x\n");
    later.join().expect("the other thread");
}
