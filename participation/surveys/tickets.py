"""Tickets: a signed word by which a browser, or an account, answers a survey once."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from itsdangerous import BadSignature, URLSafeSerializer

COOKIE = "survey_ticket"
SALT = "survey-ticket"


def new(secret: str) -> str:
    """A fresh signed ticket for a browser."""
    return str(URLSafeSerializer(secret, SALT).dumps(secrets.token_urlsafe(18)))


def opened(secret: str, signed: str | None) -> str | None:
    """What a signed ticket says; none where it is not one of ours."""
    if not signed or len(signed) > 200:
        return None
    try:
        found = URLSafeSerializer(secret, SALT).loads(signed)
    except BadSignature:
        return None
    return f"browser:{found}" if isinstance(found, str) else None


def of_account(secret: str, survey_id: int, account_id: int) -> str:
    """An account's ticket for a survey; without the secret it does not lead back to the account."""
    said = f"{SALT}:{survey_id}:{account_id}".encode()
    return "account:" + hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()
