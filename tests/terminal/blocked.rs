//! A terminal that takes nothing, and one that answers nothing.

use super::*;

use rustix::termios::{Action, tcflow};

/// Keys that redraw the whole screen, too many for any buffer on the way.
const KEYS: usize = 300;

/// The program on a small workspace after its first frame.
fn up(folders: &[tempfile::TempDir; 2]) -> (Run, Pid, Box<dyn std::io::Write + Send>) {
    let [state, workspace] = folders;
    fs::write(workspace.path().join("a.http"), "GET https://api.example.com/v1/users\nAccept: */*\n").unwrap();
    let run = start(state.path(), workspace.path());
    run.wait_for("Checklist", 1);
    let id = run.child.process_id().and_then(|id| Pid::from_raw(id.cast_signed())).unwrap();
    let writer = run.master.take_writer().unwrap();
    (run, id, writer)
}

fn folders() -> [tempfile::TempDir; 2] {
    [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()]
}

/// Presses the key for the next theme again and again.
fn press(writer: &mut dyn std::io::Write) {
    for _ in 0..KEYS {
        writer.write_all(b"t").unwrap();
        writer.flush().unwrap();
        thread::sleep(Duration::from_millis(1));
    }
}

/// Bytes of memory that a process has in use, where the system tells.
fn memory(id: Pid) -> usize {
    let status = fs::read_to_string(format!("/proc/{}/status", id.as_raw_nonzero())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<usize>().ok()).unwrap_or_default() << 10
}

/// Keys are pressed while nothing is taken; then it is, and the screen shows what they led to.
fn holds_and_goes_on(run: &Run, id: Pid, writer: &mut dyn std::io::Write, go_on: impl FnOnce()) {
    let (before, seen) = (memory(id), run.written.lock().unwrap().len());
    press(writer);
    writer.write_all(b"?").unwrap();
    // The keys are taken in although nothing is drawn: the last of them before the terminal is looked at again.
    thread::sleep(Duration::from_millis(100));
    let grown = memory(id).saturating_sub(before);
    assert!(grown < 8 << 20, "{grown} bytes more");
    assert!(!run.text().contains("previous"), "the terminal took it all: the test tests nothing");
    go_on();
    run.wait_for("previous", 1);
    thread::sleep(Duration::from_millis(50));
    let came = run.written.lock().unwrap().len() - seen;
    assert!(came < 400 << 10, "{came} bytes came, more than what was on its way and one screen");
    assert_eq!(run.text().matches("previous").count(), 1, "the state is drawn once");
}

pub fn output_is_not_waited_for() {
    let places = folders();
    let (mut run, id, mut writer) = up(&places);
    run.paused.store(true, Ordering::SeqCst);
    holds_and_goes_on(&run, id, &mut *writer, || run.paused.store(false, Ordering::SeqCst));
    // Blocked again, it ends as quickly as ever, and gives back what it took.
    writer.write_all(b"\x1b").unwrap();
    thread::sleep(Duration::from_millis(100));
    run.paused.store(true, Ordering::SeqCst);
    press(&mut *writer);
    kill_process(id, Number::TERM).unwrap();
    let (code, took) = run.end();
    assert_eq!(code, 143);
    assert!(took < Duration::from_millis(200), "{took:?}");
    run.paused.store(false, Ordering::SeqCst);
    thread::sleep(Duration::from_millis(100));
    assert_eq!(run.modes(), NONE);
}

pub fn stopped_output_is_not_waited_for() {
    let places = folders();
    let (mut run, id, mut writer) = up(&places);
    let terminal = fs::File::options().read(true).open(run.master.tty_name().unwrap()).unwrap();
    tcflow(&terminal, Action::OOff).unwrap();
    holds_and_goes_on(&run, id, &mut *writer, || tcflow(&terminal, Action::OOn).unwrap());
    tcflow(&terminal, Action::OOff).unwrap();
    press(&mut *writer);
    kill_process(id, Number::TERM).unwrap();
    let (code, took) = run.end();
    assert_eq!(code, 143);
    assert!(took < Duration::from_millis(200), "{took:?}");
    assert_eq!(run.modes(), NONE);
}

pub fn nothing_is_asked_of_the_terminal() {
    let (places, begin) = (folders(), Instant::now());
    let (mut run, id, mut writer) = up(&places);
    // Who asks a terminal waits two seconds for one that does not answer.
    assert!(begin.elapsed() < Duration::from_millis(1500), "{:?}", begin.elapsed());
    run.master.resize(PtySize { rows: 30, cols: 100, ..PtySize::default() }).unwrap();
    run.wait_for("Checklist", 2);
    let begin = Instant::now();
    kill_process(id, Number::CONT).unwrap();
    run.wait_for("Checklist", 3);
    assert!(begin.elapsed() < Duration::from_millis(1500), "{:?}", begin.elapsed());
    let text = run.text();
    for question in ["\x1b[6n", "\x1b[5n", "\x1b[c", "\x1b[0c", "\x1b[>", "\x1b[?u", "\x1bP", ";?\x07", ";?\x1b\\", "$p", "\x1b[18t"] {
        assert!(!text.contains(question), "{question:?} is asked");
    }
    writer.write_all(b"q").unwrap();
    assert_eq!(run.end().0, 0);
}
