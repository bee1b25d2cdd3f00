"""Compressed answers: the same words in fewer bytes, for public ones alone."""

from __future__ import annotations

import gzip

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.accounts import a_user, sign_in
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("context", "at_noon")

GZIP = {"Accept-Encoding": "gzip, deflate"}


@pytest.fixture
def path(context: Flask) -> str:
    found = a_consultation("open")
    a_comment(found, released=True)
    return f"/consultations/{found.slug}"


def test_a_public_page_is_sent_in_fewer_bytes(client: FlaskClient, path: str) -> None:
    plain = client.get(path)
    assert "Content-Encoding" not in plain.headers
    for _ in range(2):  # packed, and from what is kept
        packed = client.get(path, headers=GZIP)
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) < 0.5 * len(plain.data)
        assert packed.content_length == len(packed.data)
        assert {"Cookie", "Accept-Encoding"} <= set(packed.vary)
    assert "Accept-Encoding" in plain.vary


def test_an_unchanged_page_is_not_sent_again(client: FlaskClient, path: str) -> None:
    packed = client.get(path, headers=GZIP)
    again = client.get(path, headers={**GZIP, "If-None-Match": packed.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    plain = client.get(path)
    assert client.get(path, headers={"If-None-Match": plain.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("name", ["/static/_base/pieces.css", "/static/_base/zhongyan.js"])
def test_styles_and_scripts_too(client: FlaskClient, name: str) -> None:
    with client.get(name) as plain:
        whole = plain.data
    for _ in range(2):
        with client.get(name, headers=GZIP) as packed:
            assert gzip.decompress(packed.data) == whole
    with client.get(name, headers={**GZIP, "Range": "bytes=0-9"}) as part:
        assert (part.status_code, part.data) == (206, whole[:10])


def test_a_page_with_a_secret_is_sent_as_it_is(
    client: FlaskClient, path: str, context: Flask
) -> None:
    assert "Content-Encoding" not in client.get(f"{path}/comment", headers=GZIP).headers
    assert "Content-Encoding" not in client.get("/account/sign-in", headers=GZIP).headers
    sign_in(client, a_user("citizen"))
    for each in (path, "/account", "/"):
        page = client.get(each, headers=GZIP)
        assert "Content-Encoding" not in page.headers, each


@pytest.mark.parametrize("wanted", ["", "identity", "br", "gzip;q=0"])
def test_whoever_does_not_ask_for_it_gets_it_plain(
    client: FlaskClient, path: str, wanted: str
) -> None:
    page = client.get(path, headers={"Accept-Encoding": wanted})
    assert "Content-Encoding" not in page.headers
