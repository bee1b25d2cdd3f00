"""A live OpenID provider in a process of its own, which insists on PKCE. Usage: provider.py PORT.

The library's provider issues codes and tokens; what stands before it refuses a token request whose
verifier does not fit the challenge that came with the code (RFC 7636).
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

NAMES = {"wang": "王芳", "zhao": "赵强"}


class Strict:
    """The provider, with each code's challenge remembered and each verifier checked."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.challenges: dict[str, str] = {}

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        path, is_post = environ["PATH_INFO"], environ["REQUEST_METHOD"] == "POST"
        if path.endswith("/authorize"):
            asked = parse_qs(environ["QUERY_STRING"])
            if asked.get("code_challenge_method") != ["S256"] or "code_challenge" not in asked:
                return self._refuse(start)
            if is_post:
                start = self._remembering(start, asked["code_challenge"][0])
        if path.endswith("/token") and is_post and not self._fits(environ):
            return self._refuse(start)
        return self.inner(environ, start)

    def _remembering(self, start: Any, challenge: str) -> Any:
        def started(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            for name, value in headers:
                if name.lower() == "location":
                    for code in parse_qs(urlsplit(value).query).get("code", []):
                        self.challenges[code] = challenge
            return start(status, headers, *rest)

        return started

    def _fits(self, environ: dict[str, Any]) -> bool:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        given = parse_qs(body.decode())
        verifier = given.get("code_verifier", [""])[0].encode()
        hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
        return self.challenges.pop(given.get("code", [""])[0], None) == hashed

    @staticmethod
    def _refuse(start: Any) -> Iterable[bytes]:
        start("400 BAD REQUEST", [("Content-Type", "application/json")])
        return [b'{"error": "invalid_grant"}']


@contextmanager
def provider_at(port: int) -> Iterator[str]:
    """Start the provider; its issuer address."""
    issuer = f"http://localhost:{port}"
    process = subprocess.Popen(
        [sys.executable, __file__, str(port)], env={**os.environ, "PYTHONPATH": ""}
    )
    try:
        for _ in range(600):
            try:
                requests.get(f"{issuer}/.well-known/openid-configuration", timeout=5)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield issuer
    finally:
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    import oidc_provider_mock
    from werkzeug.serving import make_server

    people = [
        oidc_provider_mock.User(sub=sub, claims={"name": name}) for sub, name in NAMES.items()
    ]
    # What a provider may say of an address opens nothing here.
    people.append(
        oidc_provider_mock.User(
            sub="thief", claims={"email": "wang@example.cn", "email_verified": True}
        )
    )
    app = oidc_provider_mock.app(require_nonce=True, user_claims=people)
    make_server("localhost", int(sys.argv[1]), Strict(app), threaded=True).serve_forever()
