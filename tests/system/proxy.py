"""Row 31: a real proxy between the program and a server; what each of them gets to see."""
import base64, http.server, socket, ssl, subprocess, threading, time
from terminal import CTRL_R, Program

USER, PASSWORD = "proxy-user", "canary-of-the-proxy"
FOR_PROXY = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
FOR_SERVER = "Bearer canary-of-the-server"
OPENSSL = """[req]
distinguished_name = name
x509_extensions = extensions
prompt = no
[name]
CN = 127.0.0.1
[extensions]
basicConstraints = critical, CA:FALSE
subjectAltName = IP:127.0.0.1
"""


class Server:
    """An HTTP server that refuses with 401 and keeps the headers it got."""

    def __init__(self, certificate=None):
        self.heard = heard = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                heard.append({name.lower(): value for name, value in self.headers.items()})
                self.send_response(401, "Unauthorized")
                self.send_header("WWW-Authenticate", 'Bearer realm="the server"')
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        self.address = f"127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()


class Tap:
    """Passes bytes on to a port of this machine, and keeps what went there."""

    def __init__(self, port):
        self.heard, self.to = b"", port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            near, _ = self.listener.accept()
            far = socket.create_connection(("127.0.0.1", self.to))
            threading.Thread(target=self.pass_on, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self.pass_on, args=(far, near, False), daemon=True).start()

    def pass_on(self, source, target, keep):
        try:
            while data := source.recv(1 << 16):
                self.heard += data if keep else b""
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def proxied(program, folder):
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    (folder / "openssl.conf").write_text(OPENSSL)
    key = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-config", folder / "openssl.conf"]
    subprocess.run([*key, "-keyout", folder / "key.pem", "-out", folder / "trusted.pem"], check=True, capture_output=True)
    (folder / "both.pem").write_text((folder / "key.pem").read_text() + (folder / "trusted.pem").read_text())
    plain, tls = Server(), Server(folder / "both.pem")

    port = 18888
    (folder / "tinyproxy.conf").write_text(f"Listen 127.0.0.1\nPort {port}\nTimeout 20\nBasicAuth {USER} {PASSWORD}\n")
    proxy = subprocess.Popen(["tinyproxy", "-d", "-c", folder / "tinyproxy.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    else:
        raise AssertionError("tinyproxy does not start")

    def sent(url, shown, headers="", userinfo=""):
        """The bytes that the proxy got, and the screen."""
        tap = Tap(port)
        (folder / "a.http").write_text(f"GET {url}\nAuthorization: {FOR_SERVER}\n{headers}")
        address = f"http://{userinfo}127.0.0.1:{tap.port}"
        names = dict.fromkeys(["HTTP_PROXY", "HTTPS_PROXY"], address)
        with Program(program, "a.http", folder=folder, state=folder / "state", SSL_CERT_FILE=str(folder / "trusted.pem"), **names) as app:
            app.until("Checklist")
            app.press(CTRL_R)
            app.until(shown)
            app.settle()
            screen = app.screen.text()
        assert f"127.0.0.1:{tap.port}" in screen, f"the proxy is not shown:\n{screen}"
        assert PASSWORD not in screen, "the proxy's password is shown"
        return tap.heard.decode("latin-1"), screen

    # http, no credential for the proxy: its 407 is read as its own.
    _, screen = sent(f"http://{plain.address}/", "407 Proxy Authentication Required")
    assert "the proxy wants a login of its own" in screen, screen
    assert plain.heard == [], "the server saw nothing"

    # http: the proxy reads along, which is said, and the server does not get what is for the proxy.
    heard, screen = sent(f"http://{plain.address}/", "401 Unauthorized", f"Proxy-Authorization: {FOR_PROXY}\n")
    assert FOR_PROXY in heard and "which can read it, credentials included" in screen, screen
    assert plain.heard[-1]["authorization"] == FOR_SERVER and "proxy-authorization" not in plain.heard[-1], plain.heard

    # https, no credential for the proxy: it refuses the tunnel, and has not seen the server's.
    heard, screen = sent(f"https://{tls.address}/", "✗ 127.0.0.1")
    assert heard.startswith("CONNECT ") and "canary" not in heard and "uthorization" not in heard, heard
    assert tls.heard == [] and "proxy" in screen, screen

    # https through the tunnel: each gets its own, from a header as from the proxy's address.
    ways = [{"headers": f"Proxy-Authorization: {FOR_PROXY}\n"}, {"userinfo": f"{USER}:{PASSWORD}@"}]
    for way in ways:
        heard, screen = sent(f"https://{tls.address}/", "401 Unauthorized", **way)
        assert heard.startswith("CONNECT ") and FOR_PROXY in heard and FOR_SERVER not in heard, heard
        assert tls.heard[-1]["authorization"] == FOR_SERVER and "proxy-authorization" not in tls.heard[-1], tls.heard
    assert len(tls.heard) == len(ways)
    proxy.terminate()
    proxy.wait()
