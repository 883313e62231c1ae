"""Row 36: without any interface everything but sending works, and nothing tries to connect."""
import re, subprocess
from terminal import CTRL_END, CTRL_S, ESC, Program

#: A pair of connected sockets inside of the process, by which signals reach the loop, and what is written to and read from it.
ALLOWED = re.compile(r"socketpair\(AF_UNIX|(recv|recvfrom|recvmsg|send|sendto|sendmsg|shutdown|getsockopt|setsockopt)\(")
TOKEN = "eyJhbGciOiJIUzI1NiIsImprdSI6Imh0dHBzOi8vZXZpbC5leGFtcGxlL2tleXMifQ.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlLyJ9.AAAA"
REQUEST = f"# @expect-issuer https://issuer.example/\nGET https://api.example.com/v1/users\nAuthorization: Bearer {TOKEN}\n"


def untouched(log):
    """No call in a log of strace but those that stay inside of the process; how many those were."""
    calls = [line for line in log.read_text().splitlines() if re.match(r"\d+ +\w+\(", line)]
    odd = [line for line in calls if not ALLOWED.match(line.split(maxsplit=1)[1])]
    assert not odd, "\n".join(odd)
    return len(calls)


def everything(program, folder):
    (folder / "a.http").write_text(REQUEST)
    (folder / "old.txt").write_text(TOKEN)
    log, calls = folder / "log", 0
    traced = ["strace", "-f", "-e", "trace=network", "-o", log, program]
    for arguments, code in [
        (["check", "a.http"], 1),
        (["check", "--format", "json", "a.http"], 1),
        (["token", "@old.txt"], 1),
        (["compare", "--format", "text", "@old.txt", "@old.txt"], 0),
        (["explain"], 0),
        (["explain", "token-expired"], 0),
    ]:
        run = subprocess.run([*traced, *arguments], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        assert run.returncode == code and run.stdout, f"{arguments}: exit {run.returncode}, {run.stderr.decode()}"
        assert untouched(log) == 0, f"{arguments} needs no socket of any kind"

    empty = folder / "empty"
    empty.mkdir()
    with Program(*traced, folder=empty, state=folder / "state") as tour:
        tour.until("Checklist")
        # Every pane and page, a fix, a comparison, an edit, and the first save, which asks where to.
        for keys in ["12345", "}}}{", "x" + ESC, "?" + ESC, "f", "u", "]]b", "e" + ESC, "/user" + ESC, "m", "z", "z", "t", "c\r" + ESC, "yr"]:
            tour.press(*keys)
            tour.settle(0.05)
        tour.press("i", CTRL_END, *"X-New: 1", CTRL_S)
        tour.settle()
        tour.press(*"\x7f" * 40, *"saved.http\r")
        tour.until("saved.http saved")
        assert "GET" in (empty / "saved.http").read_text()
    calls += untouched(log)

    # Sending is what does not work, and it says so.
    with Program(program, "a.http", folder=folder, state=folder / "state") as app:
        app.until("Checklist")
        app.press("\x12")
        app.until("✗ api.example.com")
    return f"{calls} calls, all inside of the process"
