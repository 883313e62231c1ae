"""Rows 64 and 65: `authtui mirror` behind real nginx, Apache, HAProxy and Caddy, and its memory."""
import json, os, signal, subprocess, time

import servers
from servers import FRONT, Apache, Caddy, HaProxy, Nginx

BEHIND = 18920
REQUEST = f"""### whole
GET http://127.0.0.1:{FRONT}/api/whole?a=1
Authorization: Bearer canary-of-the-api
X-Trace: one

### second
GET http://127.0.0.1:{FRONT}/api/second
Authorization: Bearer another-canary-1234
X-Trace: two
"""

#: The server, its lines, and what it is known to change: the kind and the name of each header, in lower case.
CHANGES = [
    (Nginx, "location / { PASS }", {("changed", "host")}),
    (Nginx, 'location / { proxy_set_header Host $http_host; proxy_set_header Authorization ""; proxy_set_header X-Real-IP $remote_addr; PASS }', {
        ("removed", "authorization"), ("added", "x-real-ip"),
    }),
    (Nginx, "location /api/ { proxy_set_header Host $http_host; proxy_pass http://127.0.0.1:18920/; }", {("changed", ":path")}),
    (Apache, "ProxyPreserveHost On\nProxyPass / BEHIND/", {
        ("added", "x-forwarded-for"), ("added", "x-forwarded-host"), ("added", "x-forwarded-server"),
    }),
    (Apache, "ProxyPreserveHost On\nProxyAddHeaders Off\nRequestHeader set Authorization \"Basic x\"\nProxyPass / BEHIND/", {("changed", "authorization")}),
    (HaProxy, "  option forwardfor", {("added", "x-forwarded-for")}),
    (HaProxy, "  http-request del-header Authorization\n  http-request set-header X-Trace three", {
        ("removed", "authorization"), ("changed", "x-trace"),
    }),
    (Caddy, "reverse_proxy BEHIND", {("added", "x-forwarded-for"), ("added", "x-forwarded-host"), ("added", "x-forwarded-proto")}),
    (Caddy, "reverse_proxy BEHIND {\nheader_up -Authorization\nheader_up -X-Forwarded-*\n}", {("removed", "authorization")}),
]

#: What a server may add by itself, by its version.
MAY_ADD = {("added", "via"), ("added", "accept-encoding"), ("added", "user-agent"), ("added", "max-forwards")}


def rows(program, folder):
    """What the mirror says of both requests, sent through the server that runs."""
    arguments = ["mirror", "--listen", str(BEHIND), "--sent", "a.http", "--send", "--format", "json"]
    run = subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
    return [json.loads(line) for line in run.stdout.splitlines()], run


def named(program, folder):
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    folder.chmod(0o755)
    (folder / "a.http").write_text(REQUEST)
    for number, (server, lines, expected) in enumerate(CHANGES):
        place = servers.laid(folder / str(number))
        file = place / server.name
        file.write_text(server.text(lines, f"127.0.0.1:{BEHIND}", place))
        said, run = servers.through(server, file, lambda: rows(program, folder))
        what = f"{server.name} {number}: {lines!r}: {run.stdout} {run.stderr}"
        assert [row.get("sent") for row in said] == ["whole", "second"], what
        for row in said:
            changed = {(change["kind"], change["header"].lower()) for change in row["changes"]}
            assert expected <= changed and changed - expected <= MAY_ADD, f"{what}: {changed}"
            loses = any(name == "authorization" for _, name in expected)
            causes = [cause["id"] for cause in row["causes"]]
            assert causes[:1] == (["header-stripped-by-proxy"] if loses else []), f"{what}: {causes}"
        assert "canary" not in run.stdout + run.stderr, what
    return f"{len(CHANGES)} configurations of 4 servers"


def flat(program, folder):
    """Memory while requests pass: what is kept of one is gone with it."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    place = servers.laid(folder / "flat")
    file = place / "nginx.conf"
    file.write_text(Nginx.text(f"location / {{ return 401 {'x' * 900}; }}", "127.0.0.1:1", place))
    log = open(place / "told", "wb")
    arguments = [program, "mirror", "--listen", str(BEHIND), "--forward", f"http://127.0.0.1:{FRONT}", "--format", "json"]
    running = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log)

    def resident():
        lines = open(f"/proc/{running.pid}/status").read().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

    def load(seconds):
        run = subprocess.run(["wrk", "-t1", "-c16", f"-d{seconds}s", f"http://127.0.0.1:{BEHIND}/api"], capture_output=True, text=True, check=True)
        return int(next(line for line in run.stdout.splitlines() if "requests in" in line).split()[0])

    def measured():
        time.sleep(0.5)
        load(3)
        before, passed = resident(), load(12)
        return before, resident(), passed

    before, after, passed = servers.through(Nginx, file, measured)
    os.kill(running.pid, signal.SIGTERM)
    code = running.wait(20)
    assert code == 1, f"refusals have causes: exit {code}"
    assert passed > 10_000 and after < before + 4_096 and after < 65_536, f"{before} KiB, then {after} KiB after {passed} requests"
    return f"{passed} refusals, {before} KiB, then {after} KiB"
