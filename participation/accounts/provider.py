"""Asking an OpenID provider who somebody is: authorization code with PKCE, state and nonce.

OpenID Connect Core 1.0 (3.1), RFC 7636 (S256), RFC 9207 (issuer in the answer). Tokens are used
for this one answer and kept nowhere.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from requests import RequestException

from participation.accounts.openid import NotIdentified, ProviderAway, Question, Subject
from participation.config import Settings

DISCOVERY = "/.well-known/openid-configuration"
SCOPE = "openid profile"
SECONDS = 10
LEEWAY = 60
LONGEST_SUBJECT = 255
# Signatures with a key pair only: with a shared secret, whoever knows it could sign in as anybody.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")


class Provider:
    """The one provider of the settings; every address comes from its own description."""

    def __init__(self, settings: Settings, back: str) -> None:
        """`back`: the full address that the provider sends the browser back to."""
        self._settings, self._back = settings, back

    def ask(self, *, again: bool = False) -> tuple[str, Question]:
        """The address to send a browser to, and what to keep of it; raises ProviderAway.

        `again`: the person is to prove it anew, even where the provider still knows them.
        """
        question = Question(*(secrets.token_urlsafe(48) for _ in range(3)))
        extra = {"prompt": "login", "max_age": "0"} if again else {}
        with self._client() as client:
            described = self._described(client)
            url, _state = client.create_authorization_url(
                described["authorization_endpoint"],
                state=question.state,
                nonce=question.nonce,
                code_verifier=question.verifier,
                **extra,
            )
        return url, question

    def answer(self, question: Question, given: Mapping[str, str]) -> Subject:
        """Who it is, from what the browser brought back; raises NotIdentified or ProviderAway."""
        if not hmac.compare_digest(question.state.encode(), given.get("state", "").encode()):
            raise NotIdentified("state")
        if "error" in given or not given.get("code"):
            raise NotIdentified(given.get("error", "no code")[:60])
        with self._client() as client:
            described = self._described(client)
            if given.get("iss", described["issuer"]) != described["issuer"]:
                raise NotIdentified("issuer")
            tokens = self._tokens(client, described, question, given["code"])
            claims = self._claims(client, described, question, tokens)
        return self._subject(claims)

    def _client(self) -> OAuth2Session:
        return OAuth2Session(
            self._settings.oidc_client_id,
            self._settings.oidc_client_secret,
            scope=SCOPE,
            redirect_uri=self._back,
            code_challenge_method="S256",
            default_timeout=SECONDS,
        )

    def _described(self, client: OAuth2Session) -> dict[str, Any]:
        issuer = self._settings.oidc_issuer.rstrip("/")
        described = _read(client, issuer + DISCOVERY)
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        said = str(described.get("issuer", "")).rstrip("/")
        if said != issuer or any(not isinstance(described.get(each), str) for each in needed):
            raise ProviderAway("description")
        return described

    def _tokens(
        self, client: OAuth2Session, described: dict[str, Any], question: Question, code: str
    ) -> dict[str, Any]:
        try:
            found: dict[str, Any] = client.fetch_token(
                described["token_endpoint"],
                code=code,
                code_verifier=question.verifier,
                allow_redirects=False,
            )
        except AuthlibBaseError as error:
            raise NotIdentified(str(error.error)) from error
        except (RequestException, ValueError) as error:
            raise ProviderAway("token") from error
        return found

    def _claims(
        self,
        client: OAuth2Session,
        described: dict[str, Any],
        question: Question,
        tokens: dict[str, Any],
    ) -> CodeIDToken:
        keys = _read(client, described["jwks_uri"])
        try:
            token = jwt.decode(
                str(tokens.get("id_token", "")),
                KeySet.import_key_set(keys),  # type: ignore[arg-type]
                registry=JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False),
            )
            claims = CodeIDToken(
                token.claims,
                token.header,
                {"iss": {"essential": True, "values": [described["issuer"]]}},
                {
                    "nonce": question.nonce,
                    "client_id": self._settings.oidc_client_id,
                    "access_token": tokens.get("access_token"),
                },
            )
            claims.validate(leeway=LEEWAY)
        except (JoseError, AuthlibBaseError, ValueError, TypeError) as error:
            raise NotIdentified(type(error).__name__) from error
        return claims

    def _subject(self, claims: CodeIDToken) -> Subject:
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
            raise NotIdentified("subject")
        said = claims.get("name") or claims.get("nickname") or claims.get("preferred_username")
        name = said if isinstance(said, str) else ""
        return Subject(str(claims["iss"]).rstrip("/"), subject, name)


def _read(client: OAuth2Session, address: str) -> dict[str, Any]:
    try:
        response = client.get(address, withhold_token=True, allow_redirects=False)
        response.raise_for_status()
        found = response.json()
    except (RequestException, ValueError) as error:
        raise ProviderAway("no answer") from error
    if not isinstance(found, dict):
        raise ProviderAway("no object")
    return found
