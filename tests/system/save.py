"""Row 17: a save meets a full disk, or is killed at any of its system calls."""
import re, subprocess
from terminal import CTRL_END, CTRL_S, Program

#: Longer than a page, so that a mix of both would show.
OLD = "GET https://api.example.com/v1/users\nAccept: */*\nX-Long: " + "o" * 20_000 + "\n"
TYPED = "X-New: 1"
CALL = re.compile(r"^\d+ +(\w+)\(", re.M)


def opened(program, file, state):
    """The program with an unsaved change of the file."""
    running = Program(program, file, folder=file.parent, state=state)
    running.until("Checklist")
    running.press("i", CTRL_END, *TYPED)
    running.until(TYPED)
    running.settle()
    return running


def strace(running, file, log, *options):
    """Follows the system calls on the file, on the new one that is written beside it, and on the folder of both."""
    draft = file.with_name(f".{file.name}.authtui-{running.pid}")
    paths = [word for path in (file, draft, file.parent) for word in ("-P", path)]
    tracer = subprocess.Popen(["strace", "-f", "-p", str(running.pid), "-o", log, *paths, *options], stderr=subprocess.PIPE, text=True)
    while "attached" not in (line := tracer.stderr.readline()):
        assert line, "strace cannot attach to the program"
    return tracer


def full_disk(program, folder):
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", disk], check=True)
    file = disk / "a.http"
    file.write_text(OLD)
    with open(disk / "ballast", "wb", buffering=0) as ballast:
        try:
            while ballast.write(b"x" * 4096):
                pass
        except OSError:
            pass
    # From no room at all, where not even the first byte of the new file fits, to room for a part of it.
    for free in (0, 8192):
        with open(disk / "ballast", "r+b") as ballast:
            ballast.truncate((disk / "ballast").stat().st_size - free)
        with opened(program, file, folder / f"state-{free}") as running:
            running.press(CTRL_S)
            running.until("a.http was not saved: the disk is full", "the disk is full")
            assert file.read_text() == OLD, "the old file was touched"
            assert sorted(path.name for path in disk.iterdir()) == ["a.http", "ballast"], "a file was left behind"
    with opened(program, file, folder / "state") as running:
        (disk / "ballast").unlink()
        running.press(CTRL_S)
        running.until("a.http saved")
        assert TYPED in file.read_text() and len(file.read_text()) > len(OLD), "with room again it is saved"


def killed(program, folder):
    def tried(name, *options):
        place = folder / name
        place.mkdir()
        file = place / "a.http"
        file.write_text(OLD)
        file.chmod(0o640)
        with opened(program, file, folder / "state" / name) as running:
            tracer = strace(running, file, folder / f"{name}.log", *options)
            running.press(CTRL_S)
            if options:
                assert running.ended(10) == -9, f"{name}: it was not killed"
            else:
                running.until("a.http saved")
            tracer.terminate()
            tracer.wait()
        for left in place.iterdir():
            assert left.stat().st_mode & 0o137 == 0, f"{name}: {left.name} can be read by more than could read the file"
        return file.read_text(), CALL.findall((folder / f"{name}.log").read_text())

    new, calls = tried("whole")
    assert new != OLD and TYPED in new
    assert {"write", "fchmod", "fsync"} <= set(calls) and {"rename", "renameat"} & set(calls), f"the calls of a save are not seen: {calls}"
    states = []
    for at, call in enumerate(calls):
        count = calls[: at + 1].count(call)
        there, _ = tried(f"{at}-{call}", f"--inject={call}:signal=KILL:when={count}")
        assert there in (OLD, new), f"killed at call {at + 1}, {call}, it left a mix of {len(there)} bytes"
        states.append(there == new)
    assert states == sorted(states) and not states[0] and states[-1], "old up to one call, and new from there on"
    return f"{len(calls)} calls"
