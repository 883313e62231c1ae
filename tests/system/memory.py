"""Row 37: what a dump of the program, or a look into its memory, would give away."""
import pathlib, re, subprocess, time
from terminal import CTRL_S, Program

CANARY = "canary-0f3a9c"
REQUESTS = f"""### kept
GET https://api.example.com/v1/users

### gone
POST https://api.example.com/v1/login?api_key={CANARY}-query
Authorization: Bearer {CANARY}-header
Content-Type: application/json

{{"password": "{CANARY}-body"}}
"""


def core(program, folder):
    with Program(program, folder=folder, state=folder / "state") as app:
        app.until("Checklist")
        assert core_limit(app.pid) == ["0", "0"]
    # Reads until there is no more input.
    check = subprocess.Popen([program, "check", "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        if core_limit(check.pid) == ["0", "0"]:
            break
        time.sleep(0.02)
    else:
        raise AssertionError(f"a check may dump {core_limit(check.pid)}")
    check.communicate()


def core_limit(pid):
    """The soft and the hard limit of a process on the size of a core."""
    with open(f"/proc/{pid}/limits") as limits:
        [line] = [line for line in limits if line.startswith("Max core file size")]
    return line.split()[4:6]


def found(pid):
    """Every place in the writable memory of a process at which the canary stands, with what stands around it."""
    places = []
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            span, access = line.split()[:2]
            if access.startswith("rw"):
                start, end = (int(number, 16) for number in span.split("-"))
                memory.seek(start)
                try:
                    text = memory.read(end - start)
                except OSError:
                    # The stack of a thread that has ended since is no memory any more.
                    if span in [line.split()[0] for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines()]:
                        raise
                    continue
                places += [text[max(at.start() - 40, 0) : at.end() + 20] for at in re.finditer(CANARY.encode(), text)]
    return places


def deleted(program, folder):
    file = folder / "a.http"
    file.write_text(REQUESTS)
    with Program(program, "a.http", folder=folder, state=folder / "state") as app:
        app.until("Checklist")
        app.press("}")
        app.until("/v1/login")
        app.settle()
        before = found(app.pid)
        assert before, "while the request is open it is in memory"
        app.press("i", *"abc", "\x1b", "u", "1", "D")
        app.until("delete")
        app.press("d", CTRL_S)
        app.until("a.http saved")
        app.settle()
        assert CANARY not in file.read_text()
        assert found(app.pid), "it can be brought back with u"
        # Each new request is a change of the list, of which a hundred can be undone.
        for _ in range(101):
            app.press("n", "\x1b")
            app.settle()
        app.press(CTRL_S)
        app.settle()
        after = found(app.pid)
    assert not after, "\n".join(map(repr, after))
    return f"{len(before)} copies while it is open, none when it can no longer be undone"
