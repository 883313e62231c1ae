"""Row 66: a real Secret Service keeps what requests are filled with, and tokens between two runs."""
import json, os, pathlib, subprocess, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET, OWN, PASSWORD = "s3cret-of-a-real-keyring", "typed-into-authtui-0123", "unlock"
HEARD = []


class Api(BaseHTTPRequestHandler):
    """Gives out a token, and notes what it is shown."""

    def answer(self, status, body=b"{}"):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        HEARD.append((self.path, self.headers.get("Authorization")))
        self.answer(200)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        HEARD.append((self.path, None))
        self.answer(200, json.dumps({"access_token": "kept-0123", "token_type": "Bearer", "expires_in": 600, "refresh_token": "r1"}).encode())

    def log_message(self, *_):
        pass


def run(command, text="", code=0, **environment):
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, env={**os.environ, **environment})
    assert done.returncode == code, f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def inside(program, folder):
    """What is done in a session with a bus of its own."""
    run(["gnome-keyring-daemon", "--unlock", "--components=secrets"], PASSWORD)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    (folder / "config.toml").write_text('keep_tokens = "keyring"\n')

    def send(text, code=0, **environment):
        (folder / "a.http").write_text(text)
        told = run([program, "--config", folder / "config.toml", "check", "--send", folder / "a.http"], code=code, **environment)
        assert SECRET not in told and OWN not in told and "kept-0123" not in told, told
        return told

    # As another program put it there, and as authtui does.
    run(["secret-tool", "store", "--label=billing", "service", "authtui", "username", "billing"], SECRET)
    send(f"GET {url}/billing\nAuthorization: Bearer {{{{$keyring billing}}}}\n")
    assert HEARD.pop() == ("/billing", f"Bearer {SECRET}")
    run([program, "keyring", "set", "own key"], OWN + "\n")
    assert run(["secret-tool", "lookup", "service", "authtui", "username", "own key"]) == OWN
    send(f"GET {url}/own\nAuthorization: Bearer {{{{$keyring own key}}}}\n")
    assert HEARD.pop() == ("/own", f"Bearer {OWN}")
    assert OWN not in run([program, "keyring", "get", "own key"])
    assert run([program, "keyring", "get", "--reveal", "own key"]) == OWN + "\n"
    run([program, "keyring", "delete", "own key"])
    assert "no entry" in run([program, "keyring", "get", "own key"], code=2)
    told = send(f"GET {url}/none\nAuthorization: Bearer {{{{$keyring own key}}}}\n", code=1)
    assert "authtui keyring set own key" in told and not HEARD, told

    # The second run needs no token.
    auth = f"# @auth oauth2 token_url={url}/token client_id=cli client_secret={{{{$keyring billing}}}} cache_key=main"
    asking = f"{auth}\nGET {url}/me\nAuthorization: Bearer {{{{$auth.token(\"main\")}}}}\n"
    for paths in [["/token", "/me"], ["/me"]]:
        send(asking)
        assert [path for path, _ in HEARD] == paths and HEARD[-1][1] == "Bearer kept-0123", HEARD
        HEARD.clear()

    # A bus without any keyring behind it, and none at all.
    text = f"GET {url}/billing\nAuthorization: Bearer {{{{$keyring billing}}}}\n"
    told = send(text, code=1, DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent")
    assert "DBUS_SESSION_BUS_ADDRESS" in told and not HEARD, told

    # A locked one with nobody to ask.
    run(["gdbus", "call", "--session", "--dest", "org.freedesktop.secrets", "--object-path", "/org/freedesktop/secrets", "--method",
         "org.freedesktop.Secret.Service.Lock", "['/org/freedesktop/secrets/collection/login']"])
    begun = time.monotonic()
    told = send(text, code=1)
    assert "keyring" in told and not HEARD, told
    print(f"a locked keyring is refused in {time.monotonic() - begun:.1f} s")


def real(program, folder):
    home, runtime = folder / "home", folder / "run"
    home.mkdir()
    runtime.mkdir(mode=0o700)
    own = {name: str(home / name.lower()) for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")}
    environment = {**os.environ, **own, "HOME": str(home), "XDG_RUNTIME_DIR": str(runtime)}
    environment.pop("DISPLAY", None)
    run = subprocess.run(
        ["dbus-run-session", "--", sys.executable, "-B", __file__, program, folder],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, env=environment,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return run.stdout.strip()


if __name__ == "__main__":
    inside(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
