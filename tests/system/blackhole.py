"""Row 25: name servers and addresses that swallow everything."""
import socket, subprocess, time
from terminal import CTRL_R, ESC, Program

SOON = 0.1  # Seconds from Esc to the screen that says so.


def sent(program, folder, url, phase, message):
    """Sends into a hole: the phase is shown, Esc stops at once, and without it the time-out names the phase."""
    (folder / "a.http").write_text(f"GET {url}\n")
    with Program(program, "a.http", folder=folder, state=folder / "state") as app:
        app.until("Checklist")
        app.press(CTRL_R)
        app.until(phase, seconds=5)
        app.settle(0.3, seconds=2)
        begin = time.monotonic()
        app.press(ESC)
        app.until("Stopped", seconds=5)
        stopped = time.monotonic() - begin
        assert stopped < SOON, f"Esc took {stopped * 1000:.0f} ms"
        app.press(CTRL_R)
        app.until("press Esc to stop", seconds=5)
        waited = app.until(message, seconds=15)
        # A name that is still being looked up keeps the program no more than a request does.
        app.press("q")
        assert app.ended(2) == 0, "it does not end"
    return f"Esc after {stopped * 1000:.0f} ms, time-out after {waited:.0f} s"


def dns(program, folder):
    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    silent.bind(("127.0.0.1", 53))
    for name, text in [("resolv.conf", "nameserver 127.0.0.1\n"), ("nsswitch.conf", "hosts: files dns\n")]:
        (folder / name).write_text(text)
        subprocess.run(["mount", "--bind", folder / name, f"/etc/{name}"], check=True)
    told = sent(program, folder, "http://api.example.com/", "looking up the host name", "timed out looking up the host name: 10 s")
    assert silent.recv(512), "the name server was asked"
    return told


def tcp(program, folder):
    # The other end of the cable is there, and nobody lives behind it. The neighbour is given, or the system would soon tell
    # that there is none.
    for words in [
        "link add here type veth peer name there",
        "address add 192.0.2.1/24 dev here",
        "link set here up",
        "link set there up",
        "neighbour add 192.0.2.2 lladdr 02:00:00:00:00:02 dev here nud permanent",
    ]:
        subprocess.run(["ip", *words.split()], check=True)
    return sent(program, folder, "http://192.0.2.2/", "connecting", "timed out connecting: 10 s")
