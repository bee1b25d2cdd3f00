"""The program as it is run: headers, cookies, methods and files of a server in its own process."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from participation.surveys import tickets
from tests.browser.chromium import served
from tests.conftest import ROOT, free_port
from tests.security import table
from tests.security.careless import careless_app
from tests.security.conftest import a_copy
from tests.security.estate import SETTLED, Estate
from tests.security.walking import address, routes, stages

SITE = "https://zhongyan.example.gov.cn"
BEHIND = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "zhongyan.example.gov.cn",
          "X-Forwarded-For": "192.0.2.7"}  # fmt: skip
ERRORS = {"/nowhere": 404, "/consultations/9999-9999": 404, "/desk": 302, "/api/v1/nowhere": 404,
          "/consultations?after=%00": 422, "/receipt/NOCODE": 404}  # fmt: skip
TEXT = re.compile(r"text/|\+xml|/xml")
TELLS = re.compile(r"Traceback|werkzeug\.|sqlalchemy\.|File \"/|Debugger|jinja2\.")
NOT_OURS = [
    "/.git/config", "/.git/HEAD", "/.env", "/app.py", "/instance/secret_key", "/participation.db",
    "/instance/participation.db", "/requirements.txt", "/pyproject.toml", "/config.toml",
    "/static/", "/static/_base/", "/static/../app.py", "/static/%2e%2e/app.py",
    "/static/..%2fapp.py", "/bootstrap/static/", "/console", "/debug", "/_debug", "/admin", "/test",
    "/server-status", "/templates/_layouts/base.html", "/uploads/", "/tests/", "/docs/",
    "/swagger", "/graphql", "/phpinfo.php", "/wp-login.php", "/backup.zip", "/.well-known/x",
]  # fmt: skip


@dataclass
class Answer:
    """What a server answered."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    text: str


def ask(port: int, path: str, *, method: str = "GET", cookie: str = "") -> Answer:
    """One request, as the proxy in front would send it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {**BEHIND, **({"Cookie": cookie} if cookie else {})}
    connection.request(method, path, headers=headers)
    found = connection.getresponse()
    text = found.read().decode("utf-8", "replace")
    answer = Answer(
        found.status,
        {name.lower(): value for name, value in found.getheaders()},
        found.headers.get_all("Set-Cookie") or [],
        text,
    )
    connection.close()
    return answer


@pytest.fixture(scope="module")
def deployed(
    seed: Estate, template_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Estate]:
    """The estate as it is set up behind a proxy that ends HTTPS."""
    folder = tmp_path_factory.mktemp("deployed")
    with a_copy(seed, folder, template_cache, public_url=SITE, trusted_proxies=1) as estate:
        yield estate


@pytest.fixture(scope="module")
def port(deployed: Estate) -> Iterator[int]:
    """`python app.py` upon the estate's folder; where it listens."""
    chosen = free_port()
    settings = {
        "INSTANCE": deployed.app.instance_path, "PORT": str(chosen), "DEMO": "0",
        "PUBLIC_URL": SITE, "TRUSTED_PROXIES": "1", "RATE_LIMITS": "off", "WORKER": "0",
    }  # fmt: skip
    known = {name: value for name, value in os.environ.items() if "PARTICIPATION" not in name}
    process = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**known, **{f"PARTICIPATION_{name}": value for name, value in settings.items()}},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(600):
        try:
            ask(chosen, "/healthz")
            break
        except OSError:
            assert process.poll() is None, "the server ended"
            time.sleep(0.1)
    yield chosen
    process.terminate()
    process.wait(30)


def _pages(estate: Estate) -> Iterator[tuple[str, str, bool]]:
    """Every page with somebody who is let in: (path, cookie, whether it is personal)."""
    cells = table.read()
    for route in routes(estate):
        if route.is_unsafe:
            continue
        for role in ("guest", "officer", "drafter", "reviewer", "administrator", "citizen"):
            open_to = [
                matter
                for matter in stages(route, estate)
                if table.sign(cells, route.name, role, matter.state if matter else "open") == "+"
            ]
            if open_to:
                best = [each for each in open_to if each is None or each.state in SETTLED]
                yield (
                    address(estate, route, (best or open_to)[0]),
                    estate.cookie(role),
                    role != "guest",
                )
                break


FRAMED = {"x-frame-options": None, "cross-origin-resource-policy": "cross-origin"}
"""What the one page lets go that other sites show in a frame; it has no form and no session."""


def faults(answer: Answer, *, is_personal: bool = False, is_framed: bool = False) -> list[str]:
    """What is missing on an answer."""
    had, wrong = answer.headers, []
    kind = had.get("content-type", "")
    wanted: dict[str, str | None] = {
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "strict-transport-security": "max-age=31536000; includeSubDomains",
    } | (FRAMED if is_framed else {})
    wrong += [
        f"{name}: {had.get(name)}" for name, value in wanted.items() if had.get(name) != value
    ]
    policy = had.get("content-security-policy", "")
    # A picture with styles of its own is fenced in.
    is_loose = "unsafe" in policy and "sandbox" not in policy
    if "default-src 'none'" not in policy or is_loose:
        wrong.append(f"policy: {policy}")
    if "referrer-policy" not in had:
        wrong.append("no referrer policy")
    if TEXT.search(kind) and "charset" not in kind:
        wrong.append(f"type: {kind}")
    if "access-control-allow-origin" in had:
        wrong.append("open to other origins")
    if re.search(r"\d", had.get("server", "")) or "x-powered-by" in had:
        wrong.append(f"server: {had.get('server')}")
    if is_personal and had.get("cache-control") != "no-store":
        wrong.append(f"kept by caches: {had.get('cache-control')}")
    for cookie in answer.cookies:
        flags = {each.strip().lower() for each in cookie.split(";")[1:]}
        if not {"secure", "httponly", "samesite=lax"} <= flags:
            wrong.append(f"cookie: {cookie}")
    if TELLS.search(answer.text) and "html" in kind:
        wrong.append("tells of its inside")
    return wrong


def test_every_page_of_the_running_server_is_protected(deployed: Estate, port: int) -> None:
    wrong, seen = [], 0
    for path, cookie, is_personal in _pages(deployed):
        answer = ask(port, path, cookie=cookie)
        # The set-up link is dead once there is an administrator.
        assert answer.status == (403 if path.startswith("/setup/") else 200), path
        seen += 1
        is_framed = path.startswith("/embed/")
        found = faults(answer, is_personal=is_personal, is_framed=is_framed)
        wrong += [f"{path}: {each}" for each in found]
    for path, status in ERRORS.items():
        answer = ask(port, path)
        assert answer.status == status, (path, answer.status)
        wrong += [f"{path}: {each}" for each in faults(answer)]
    assert "\n".join(wrong) == ""
    assert seen > 60


def test_a_careless_server_is_found(tmp_path: Path) -> None:
    with served(careless_app(tmp_path)) as origin:
        found = faults(ask(int(origin.rpartition(":")[2]), "/"), is_personal=True)
    assert len(found) >= 7


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "PROPFIND"])
def test_methods_that_nobody_needs_are_refused(port: int, method: str) -> None:
    for path in ("/", "/about", "/api/v1/consultations", "/account/sign-in"):
        assert ask(port, path, method=method).status in (400, 405, 501), path


def test_nothing_but_our_routes_is_served(port: int) -> None:
    served_all_the_same = [
        f"{path}: {answer.status}"
        for path in NOT_OURS
        if (answer := ask(port, path)).status not in (400, 403, 404)
    ]
    assert served_all_the_same == []


def test_passwords_are_typed_unseen_and_may_be_pasted(deployed: Estate, port: int) -> None:
    cookie = deployed.cookie("officer")
    pages = {
        "/account/sign-in": "",
        "/account/register": "",
        "/account/password": cookie,
        "/account/second-factor": cookie,
    }
    for path, who in pages.items():
        fields = re.findall(
            r"<input[^>]*name=\"(?:password|old|repeat)\"[^>]*>", ask(port, path, cookie=who).text
        )
        assert fields, path
        for field in fields:
            assert 'type="password"' in field
            assert 'autocomplete="off"' not in field
            assert "onpaste" not in field


def _signed(estate: Estate, age_seconds: float) -> str:
    class Old(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(time.time() - age_seconds)

    usual = SecureCookieSessionInterface()
    signer = URLSafeTimedSerializer(
        estate.app.secret_key or "",
        salt=usual.salt,
        serializer=usual.serializer,
        signer=Old,
        signer_kwargs={
            "key_derivation": usual.key_derivation,
            "digest_method": usual.digest_method,
        },
    )
    return f"{estate.app.config['SESSION_COOKIE_NAME']}={signer.dumps(estate.session('officer'))}"


def test_a_session_ends_after_twelve_idle_hours(deployed: Estate, port: int) -> None:
    hour = 3600
    assert ask(port, "/account", cookie=_signed(deployed, 11.9 * hour)).status == 200
    assert ask(port, "/account", cookie=_signed(deployed, 12.1 * hour)).status == 302


def test_a_token_of_another_kind_is_no_session(deployed: Estate, port: int) -> None:
    name = deployed.app.config["SESSION_COOKIE_NAME"]
    ticket = tickets.new(str(deployed.app.secret_key))
    key = URLSafeTimedSerializer(deployed.app.secret_key or "", salt="wtf-csrf-token")
    for token in (ticket, key.dumps(deployed.session("officer")), ""):
        assert ask(port, "/account", cookie=f"{name}={token}").status == 302


def test_our_scripts_make_no_object_from_words() -> None:
    # A worker of our own is spoken to; another window or frame never.
    banned = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|__proto__"
        r"|(?<!worker\.)(?<!self\.)postMessage|setTimeout\(\s*[\"']"
    )
    scripts = sorted((ROOT / "static").rglob("*.js"))
    assert scripts
    assert [path.name for path in scripts if banned.search(path.read_text(encoding="utf-8"))] == []
