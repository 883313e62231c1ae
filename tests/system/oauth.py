"""Row 53: tokens from a real authorization server (oidc-provider): every grant, from the 401 to the 200."""
import base64, html, http.cookiejar, json, pathlib, re, subprocess, sys, time, urllib.parse, urllib.request
from terminal import CTRL_R, ESC, Program

PORT = 18900
ISSUER = f"http://127.0.0.1:{PORT}"
HERE = pathlib.Path(__file__).parent
#: Where the server's package is; installed by `prepare`, outside of the namespaces.
MODULES = HERE.parent.parent / "target" / "system"
PACKAGE = "oidc-provider@9.13.3"
REQUESTS = f"""### browser
# @auth oauth2 grant=authorization_code auth_url={ISSUER}/auth token_url={ISSUER}/token client_id=cli scope="openid offline_access" prompt=consent cache_key=browser
GET {ISSUER}/me

### device
# @auth oauth2 grant=device_code device_auth_url={ISSUER}/device/auth token_url={ISSUER}/token client_id=cli scope=openid cache_key=device
GET {ISSUER}/me

### service
# @auth oauth2 token_url={ISSUER}/token client_id=service client_secret=s3cret+/= introspection_url={ISSUER}/token/introspection cache_key=service
GET {ISSUER}/me

### keyed
# @auth oauth2 token_url={ISSUER}/token client_id=keyed client_auth=private_key_jwt client_key={{{{client_key}}}} cache_key=keyed
GET {ISSUER}/me

### wrong
# @auth oauth2 token_url={ISSUER}/token client_id=service client_secret=wrong cache_key=wrong
GET {ISSUER}/me

### bound
# @dpop-key key.pem
# @auth oauth2 grant=authorization_code auth_url={ISSUER}/auth token_url={ISSUER}/token client_id=cli scope=openid prompt=consent cache_key=bound
GET {ISSUER}/me

### issuer
# @expect-issuer {ISSUER}
GET {ISSUER}/me
"""


def prepare():
    """Installs the server's package, once."""
    if not (MODULES / "node_modules" / "oidc-provider").is_dir():
        MODULES.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--no-save", "--prefix", MODULES, PACKAGE], check=True, stdin=subprocess.DEVNULL)


def log_in(url, code=""):
    """What a person does in a browser: fills in each form and sends it, until there is none."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    known = {"login": "ana", "password": "secret", "user_code": code}
    answer = opener.open(url, timeout=20)
    for _ in range(8):
        page = answer.read().decode()
        form = re.search(r'<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>', page, re.S)
        if not form:
            return page
        fields = re.findall(r"<input[^>]*>", form[2])
        value = lambda tag, name: html.unescape((re.search(rf'\b{name}="([^"]*)"', tag) or [None, ""])[1])
        filled = {value(tag, "name"): known.get(value(tag, "name")) or value(tag, "value") for tag in fields if value(tag, "name")}
        target = urllib.parse.urljoin(answer.url, html.unescape(form[1]))
        answer = opener.open(target, urllib.parse.urlencode(filled).encode(), timeout=20)
    raise AssertionError("the login does not end")


def key(folder):
    """A client's key: the private half as PEM on one line, the public half as a JWK."""
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", folder / "key.pem"], check=True, capture_output=True)
    public = subprocess.run(["openssl", "pkey", "-in", folder / "key.pem", "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout
    x = base64.urlsafe_b64encode(public[-32:]).rstrip(b"=").decode()
    return (folder / "key.pem").read_text(), {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": "k", "use": "sig", "alg": "EdDSA"}


def grants(program, folder):
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    private, public = key(folder)
    work = folder / "work"
    work.mkdir()
    (work / "a.http").write_text(REQUESTS)
    (work / "key.pem").write_text(private)
    (work / "http-client.private.env.json").write_text(json.dumps({"dev": {"client_key": private}}))
    browser = folder / "browser"
    browser.write_text(f"#!{sys.executable} -B\nimport sys\nsys.path.insert(0, {str(HERE)!r})\nimport oauth\noauth.log_in(sys.argv[1])\n")
    browser.chmod(0o755)
    server = subprocess.Popen(
        ["node", HERE / "oidc.mjs", MODULES, str(PORT), json.dumps(public)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )
    for line in server.stdout:
        if line.strip() == "ready":
            break
    with Program(program, "a.http", "--env", "dev", folder=work, state=folder / "state", BROWSER=str(browser)) as app:
        app.until("Checklist")
        app.press(CTRL_R)
        app.until("401", "400")
        app.press("R")
        app.until("Your browser opens")
        app.press("\r")
        app.until("A new token", seconds=40)
        app.press("\r")
        app.until("200 OK")
        app.press("R")
        app.until("by the refresh token of this session")
        app.press("\r")
        app.until("A new token")
        app.press("\r")
        app.until("200 with the new token", "200 OK")

        app.press(">", "R")
        app.until("You log in elsewhere")
        app.press("\r")
        app.until("and type the code")
        code = re.search(r"type the code ([A-Z0-9-]+)", app.screen.text())[1]
        log_in(f"{ISSUER}/device", code)
        app.until("A new token", seconds=40)
        app.press("\r")
        app.until("200 OK")

        for client in ("service", "keyed"):
            app.press(">", "R")
            app.until("Renew the token?")
            app.press("\r")
            app.until("A new token")
            app.press("u")
            app.settle()
            if client == "service":
                app.press("I")
                app.until("The token goes there")
                app.press("\r")
                app.until("The token is active")
                app.press(ESC)
        app.press(">", "R", "\r")
        app.until("invalid_client")
        app.press(ESC, ">", "R")
        app.until("A DPoP proof of the client's key goes along")
        app.press("\r")
        app.until("A new token", seconds=40)
        app.press("\r")
        app.until("401")
        app.until("Make a new DPoP proof for this request")
        app.press("f", CTRL_R)
        app.until("200 OK")
        app.press(">", "R")
        app.until("ask the issuer where")
        app.press("d", "\r")
        app.until(f"{ISSUER}/token")
    server.kill()
    assert "access_token" not in (work / "a.http").read_text()
    return "authorization code, refresh, device code, client credentials, private_key_jwt, introspection, DPoP with nonces, discovery"
