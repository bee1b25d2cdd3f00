"""The links of letters: each signed for one purpose, so that none does what another is for."""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

CONFIRM, MINE = "follow.confirm", "follow.mine"
"""To confirm what was asked for an address; to see and change what it follows."""


def sign(purpose: str, nonce: str) -> str:
    """The signed word for the request of that nonce, for one purpose."""
    return str(_signer(purpose).dumps(nonce))


def read(purpose: str, token: str) -> str | None:
    """The nonce that was signed for that purpose, else None; how old it may be, its row says."""
    try:
        nonce = _signer(purpose).loads(token[:200])
    except BadSignature:
        return None
    return nonce if isinstance(nonce, str) else None


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=purpose)
