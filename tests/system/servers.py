"""Row 63: real nginx, Apache, HAProxy and Caddy, each with a faulty configuration and with the mended one."""
import http.client, http.server, json, os, socket, subprocess, threading, time
from base64 import b64encode

GOOD = "Bearer canary-of-the-api"
BASIC = "Basic " + b64encode(b"ann:tulips").decode()
FRONT = 18910
MODULES = "/usr/lib/apache2/modules"


class Application(http.server.BaseHTTPRequestHandler):
    """What is behind the servers: it takes GOOD; under /open also no credential at all; OPTIONS it answers to everybody."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        given = self.headers.get_all("Authorization") or []
        is_fine = given == [GOOD] or self.path.startswith("/open") and not given or self.command == "OPTIONS"
        self.send_response(200 if is_fine else 401)
        if not is_fine:
            self.send_header("WWW-Authenticate", 'Bearer realm="the api"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = do_OPTIONS = answer

    def log_message(self, *_):
        pass


def ask(method="GET", path="/api", body=None, **headers):
    """The status that a client gets."""
    connection = http.client.HTTPConnection("127.0.0.1", FRONT, timeout=20)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    return connection.getresponse().status


def with_token():
    return ask(Authorization=GOOD)


def with_password():
    return ask(path="/open", Authorization=BASIC)


def with_post():
    return ask("POST", body=b"hello", Authorization=GOOD)


def from_a_page():
    """The question of a browser before it sends the token."""
    return ask("OPTIONS", Origin="https://page.example", Access_Control_Request_Method="GET", Access_Control_Request_Headers="authorization")


def public_file():
    return ask(path="/public/open.css")


def after_a_stranger():
    ask()
    return with_token()


class Nginx:
    name = "nginx.conf"

    @staticmethod
    def text(lines, behind, folder):
        temporary = "".join(f"  {name}_temp_path {folder}/{name};\n" for name in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
        lines = lines.replace("PASS", f"proxy_pass http://{behind};").replace("FOLDER", str(folder))
        return (
            f"daemon off;\nmaster_process off;\nerror_log {folder}/error.log;\npid {folder}/nginx.pid;\nevents {{}}\nhttp {{\n  access_log off;\n"
            f"{temporary}  proxy_cache_path {folder}/cache keys_zone=c:1m;\n  server {{\n  listen 127.0.0.1:{FRONT};\n{lines}\n  }}\n}}\n"
        )

    @staticmethod
    def command(file):
        return ["nginx", "-p", file.parent, "-e", file.parent / "error.log", "-c", file]


class Apache:
    name = "vhost.conf"

    @staticmethod
    def text(lines, behind, folder):
        modules = "mpm_prefork authn_core authn_file authz_core authz_user authz_host auth_basic headers proxy proxy_http alias cgi env".split()
        loaded = "".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so\n" for name in modules)
        user = "User www-data\nGroup www-data\n" if os.geteuid() == 0 else ""
        lines = lines.replace("BEHIND", f"http://{behind}").replace("FOLDER", str(folder))
        return f"ServerName localhost\n{loaded}{user}Listen 127.0.0.1:{FRONT}\nPidFile {folder}/apache.pid\nErrorLog {folder}/error.log\n{lines}\n"

    @staticmethod
    def command(file):
        return ["apache2", "-X", "-d", file.parent, "-f", file]


class HaProxy:
    name = "haproxy.cfg"

    @staticmethod
    def text(lines, behind, folder):
        times = "".join(f"  timeout {side} 20s\n" for side in ["connect", "client", "server"])
        return f"defaults\n  mode http\n{times}userlist u\n  USER\nlisten app\n  bind 127.0.0.1:{FRONT}\n{lines}\n  server a {behind}\n".replace(
            "USER", "user ann password tulips" if "HASH" in lines else "user ann insecure-password tulips"
        ).replace("HASH", "")

    @staticmethod
    def command(file):
        return ["haproxy", "-db", "-f", file]


class Caddy:
    name = "Caddyfile"

    @staticmethod
    def text(lines, behind, folder):
        hashed = subprocess.run(["caddy", "hash-password", "--plaintext", "tulips"], check=True, capture_output=True, text=True).stdout.strip()
        lines = lines.replace("BEHIND", behind).replace("HASH", hashed)
        return f"{{\n  admin off\n  auto_https off\n}}\nhttp://127.0.0.1:{FRONT} {{\n{lines}\n}}\n"

    @staticmethod
    def command(file):
        return ["caddy", "run", "--config", file] + ([] if file.suffix == ".json" else ["--adapter", "caddyfile"])


class CaddyJson(Caddy):
    name = "caddy.json"

    @staticmethod
    def text(lines, behind, folder):
        proxy = {"handler": "reverse_proxy", "upstreams": [{"dial": behind}]} | json.loads(lines)
        server = {"listen": [f"127.0.0.1:{FRONT}"], "automatic_https": {"disable": True}, "routes": [{"handle": [proxy]}]}
        return json.dumps({"admin": {"disabled": True}, "apps": {"http": {"servers": {"a": server}}}}, indent=1)


ORIGIN = "https://page.example"
STRIPPED, TWICE, PREFLIGHT = "header-stripped-by-proxy", "two-layers-share-authorization", "preflight-refused"

#: The server, the cause, what a client does, the faulty lines, and the mended ones as the finding says.
FAULTS = [
    (Nginx, STRIPPED, with_token, 'location / { proxy_set_header Authorization ""; PASS }', "location / { proxy_set_header Authorization $http_authorization; PASS }"),
    (Nginx, STRIPPED, with_token, 'location / { proxy_set_header Authorization "Basic x"; PASS }', "location / { proxy_set_header Authorization $http_authorization; PASS }"),
    (Nginx, STRIPPED, with_token, "location / { proxy_pass_request_headers off; PASS }", "location / { proxy_pass_request_headers on; PASS }"),
    (Nginx, TWICE, with_token, "auth_basic x; auth_basic_user_file FOLDER/users; location / { PASS }", "auth_basic_user_file FOLDER/users; location / { auth_basic off; PASS }"),
    (
        Nginx, PREFLIGHT, from_a_page,
        f"location / {{ auth_request /ask; add_header Access-Control-Allow-Origin {ORIGIN} always; PASS }} location = /ask {{ internal; proxy_method GET; PASS }}",
        f"location / {{ if ($request_method = OPTIONS) {{ return 204; }} auth_request /ask; add_header Access-Control-Allow-Origin {ORIGIN} always; PASS }} "
        "location = /ask { internal; proxy_method GET; PASS }",
    ),
    (
        Nginx, STRIPPED, with_token,
        'location / { auth_request /ask; PASS } location = /ask { internal; proxy_set_header Authorization ""; PASS }',
        "location / { auth_request /ask; PASS } location = /ask { internal; proxy_set_header Authorization $http_authorization; PASS }",
    ),
    (
        Nginx, "auth-server-unreachable", with_post,
        "location / { auth_request /ask; PASS } location = /ask { internal; proxy_pass_request_body off; proxy_read_timeout 2s; PASS }",
        'location / { auth_request /ask; PASS } location = /ask { internal; proxy_pass_request_body off; proxy_set_header Content-Length ""; proxy_read_timeout 2s; PASS }',
    ),
    (
        Nginx, "public-path-protected", public_file,
        "auth_basic x; auth_basic_user_file FOLDER/users; location /public/ { auth_basic off; root FOLDER; } location ~ \\.css$ { root FOLDER; }",
        "auth_basic x; auth_basic_user_file FOLDER/users; location ^~ /public/ { auth_basic off; root FOLDER; } location ~ \\.css$ { root FOLDER; }",
    ),
    (
        Nginx, "response-from-cache", after_a_stranger,
        "location / { proxy_cache c; proxy_cache_valid any 1m; proxy_no_cache $http_x_api_key; PASS }",
        "location / { proxy_cache c; proxy_cache_valid 200 301 302 1m; proxy_no_cache $http_x_api_key; PASS }",
    ),
    (Apache, STRIPPED, with_token, "RequestHeader unset Authorization\nProxyPass / BEHIND/", "ProxyPass / BEHIND/"),
    (
        Apache, TWICE, with_token,
        "<Location />\nAuthType Basic\nAuthName x\nAuthUserFile FOLDER/users\nRequire valid-user\nProxyPass BEHIND/\n</Location>",
        "<Location />\nAuthType Basic\nAuthName x\nAuthUserFile FOLDER/users\nRequire all granted\nProxyPass BEHIND/\n</Location>",
    ),
    (
        Apache, STRIPPED, with_token,
        "ScriptAlias /api FOLDER/api.cgi\n<Location />\nRequire all granted\n</Location>",
        "ScriptAlias /api FOLDER/api.cgi\n<Location />\nCGIPassAuth On\nRequire all granted\n</Location>",
    ),
    (
        Apache, PREFLIGHT, from_a_page,
        f"ScriptAlias /api FOLDER/api.cgi\n<Location />\nCGIPassAuth On\nHeader always set Access-Control-Allow-Origin {ORIGIN}\nAuthType Basic\nAuthName x\n"
        "AuthUserFile FOLDER/users\nRequire valid-user\n</Location>",
        f"ScriptAlias /api FOLDER/api.cgi\n<Location />\nCGIPassAuth On\nHeader always set Access-Control-Allow-Origin {ORIGIN}\nAuthType Basic\nAuthName x\n"
        "AuthUserFile FOLDER/users\n<RequireAny>\nRequire method OPTIONS\nRequire valid-user\n</RequireAny>\n</Location>",
    ),
    (HaProxy, STRIPPED, with_token, "  http-request del-header Authorization", ""),
    (HaProxy, STRIPPED, with_token, '  http-request set-header Authorization "Basic x"', ""),
    (HaProxy, STRIPPED, with_token, "  http-request replace-header Authorization .* x", ""),
    (
        HaProxy, TWICE, with_password,
        "  http-request auth unless { http_auth(u) }", "  http-request auth unless { http_auth(u) }\n  http-request del-header Authorization",
    ),
    (
        HaProxy, "basic-rejected", with_password,
        "HASH  http-request auth unless { http_auth(u) }\n  http-request del-header Authorization",
        "  http-request auth unless { http_auth(u) }\n  http-request del-header Authorization",
    ),
    (
        HaProxy, PREFLIGHT, from_a_page,
        f"  http-request auth unless {{ http_auth(u) }}\n  http-request del-header Authorization\n  http-after-response set-header Access-Control-Allow-Origin {ORIGIN}",
        f"  http-request auth unless METH_OPTIONS or {{ http_auth(u) }}\n  http-request del-header Authorization\n"
        f"  http-after-response set-header Access-Control-Allow-Origin {ORIGIN}",
    ),
    (Caddy, STRIPPED, with_token, "reverse_proxy BEHIND {\nheader_up -Authorization\n}", "reverse_proxy BEHIND"),
    (Caddy, STRIPPED, with_token, 'reverse_proxy BEHIND {\nheader_up Authorization "Basic x"\n}', "reverse_proxy BEHIND"),
    (Caddy, STRIPPED, with_token, "request_header -Authorization\nreverse_proxy BEHIND", "reverse_proxy BEHIND"),
    (
        Caddy, TWICE, with_password,
        "basicauth {\nann HASH\n}\nreverse_proxy BEHIND", "basicauth {\nann HASH\n}\nreverse_proxy BEHIND {\nheader_up -Authorization\n}",
    ),
    (
        Caddy, PREFLIGHT, from_a_page,
        f"header Access-Control-Allow-Origin {ORIGIN}\nbasicauth {{\nann HASH\n}}\nreverse_proxy BEHIND {{\nheader_up -Authorization\n}}",
        f"header Access-Control-Allow-Origin {ORIGIN}\n@login not method OPTIONS\nbasicauth @login {{\nann HASH\n}}\nreverse_proxy BEHIND {{\nheader_up -Authorization\n}}",
    ),
    (CaddyJson, STRIPPED, with_token, '{"headers": {"request": {"delete": ["Authorization"]}}}', "{}"),
]


def causes(program, file):
    """What `check` says of a configuration."""
    run = subprocess.run([program, "check", "--format", "json", file], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    files = json.loads(run.stdout)["files"]
    assert len(files) == 1, f"{file} is not read as a configuration: {run.stdout} {run.stderr}"
    found = {finding["id"] for finding in files[0]["findings"]}
    assert run.returncode == (1 if found else 0), f"exit {run.returncode} with {found}"
    return found


def through(server, file, client):
    """The status that a client gets through a server."""
    environment = os.environ | {"HOME": str(file.parent), "XDG_DATA_HOME": str(file.parent), "XDG_CONFIG_HOME": str(file.parent)}
    with open(file.parent / "said", "wb") as said:
        running = subprocess.Popen(server.command(file), cwd=file.parent, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", FRONT)) == 0:
                    return client()
            assert running.poll() is None, f"{file.name}: {(file.parent / 'said').read_text()[-600:]}"
            time.sleep(0.05)
        raise AssertionError(f"{server.command(file)[0]} does not start")
    finally:
        running.terminate()
        running.wait(20)


def laid(place):
    """A folder with what the configurations name."""
    (place / "public").mkdir(parents=True)
    (place / "public" / "open.css").write_text("a {}\n")
    (place / "users").write_text("ann:$apr1$abcdefgh$xxxxxxxxxxxxxxxxxxxxxx\n")
    script = place / "api.cgi"
    refuses = f'[ "$HTTP_AUTHORIZATION" = "{GOOD}" ] || [ "$REQUEST_METHOD" = OPTIONS ] || printf "Status: 401 Unauthorized\\n"'
    script.write_text(f'#!/bin/sh\n{refuses}\nprintf "\\n"\n')
    script.chmod(0o755)
    return place


def mended(program, folder):
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    behind = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Application)
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    folder.chmod(0o755)
    count = 0
    for number, (server, cause, client, faulty, right) in enumerate(FAULTS):
        address, results = f"127.0.0.1:{behind.server_port}", []
        for state, lines in {"faulty": faulty, "mended": right}.items():
            place = laid(folder / f"{number}-{state}")
            file = place / server.name
            file.write_text(server.text(lines, address, place))
            results.append((causes(program, file), through(server, file, client)))
        what = f"{server.name} {number}: {faulty!r}: {results}"
        (before, refused), (after, taken) = results
        assert (before, after) == ({cause}, set()), what
        assert refused in (401, 500) and taken in (200, 204), what
        count += refused == 401
    return f"{len(FAULTS)} faults, {count} of them from 401 to 2xx"
