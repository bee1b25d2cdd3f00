"""R10: S3 is gone, slow or cut off in the middle of an upload.

Uploads go through their real routes to a real S3 server behind a line that is made bad. Whatever
does not need a file is done meanwhile; an upload is either kept whole or refused with 503, the time
to try again and a plain sentence, and may be sent again. Afterwards no row names a file that is
missing, and after the reconciler no file is there that no row names.
"""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.kernel import clock, storage
from participation.kernel.errors import Unavailable
from participation.kernel.storage import Storage
from participation.upkeep.reconciling import GRACE, PREFIXES, Reconciled, reconcile
from tests.conftest import NOON
from tests.drills.fault_proxy import Fault, FaultProxy
from tests.drills.harness import size
from tests.drills.table import report, report_control
from tests.factories.accounts import a_user, sign_in
from tests.factories.consultations import SMALL_DRAFT, a_consultation
from tests.factories.meetings import a_meeting
from tests.kernel.test_storage import s3_url

__all__ = ["s3_url"]

pytestmark = pytest.mark.drill

PDF = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n% {}\ntrailer<</Root 1 0 R>>\n%%EOF\n"
FILES_OF_ONE_MEETING = 10


class Uploads:
    """Uploads of drafts and of meeting files, each with a content of its own."""

    def __init__(self, app: Flask, seed: int) -> None:
        self.luck = random.Random(seed)
        self._number = 0
        drafting, self._opened = a_consultation("drafting"), a_consultation("open")
        self.slug = self._opened.slug
        self._draft = f"/desk/consultations/{drafting.slug}/draft"
        self._drafter = sign_in(app.test_client(), a_user("drafter"))
        self._officer = sign_in(app.test_client(), a_user("officer"))
        self._files = ""

    def next(self) -> tuple[FlaskClient, str, bytes, str]:
        """Who uploads what where: the browser, the address, the content and its name."""
        self._number += 1
        padding = self.luck.randbytes(self.luck.choice((50, 5_000, 60_000))).hex()
        if self._number % 2:
            return self._drafter, self._draft, f"{SMALL_DRAFT}\n{padding}".encode(), "draft.txt"
        if self._number % (2 * FILES_OF_ONE_MEETING) == 2:
            meeting = a_meeting(self._opened)
            self._files = f"/desk/consultations/{self.slug}/meetings/{meeting.id}/files"
        return self._officer, self._files, PDF.replace("{}", padding).encode(), "record.pdf"


def upload(browser: FlaskClient, path: str, content: bytes, name: str) -> Any:
    """One upload through its form."""
    return browser.post(path, data={"file": (io.BytesIO(content), name)})


@pytest.fixture
def line(s3_url: str, context: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultProxy]:
    """The application stores in S3 over this line, and gives up sooner than it does elsewhere."""
    for name, seconds in (("CONNECT_SECONDS", 1), ("REQUEST_SECONDS", 1), ("RETRY_SECONDS", 1)):
        monkeypatch.setattr(storage, name, seconds)
    endpoint = urlsplit(s3_url.partition("endpoint=")[2])
    assert endpoint.port
    proxy = FaultProxy(endpoint.port)
    # A prefix of its own: what other tests store is none of this one's business.
    prefix = hashlib.sha256(context.instance_path.encode()).hexdigest()[:12]
    url = f"s3://files/{prefix}?endpoint=http://127.0.0.1:{proxy.port}"
    context.extensions["storage"] = Storage(url, Path(context.instance_path))
    with clock.fixed(NOON):
        yield proxy
    proxy.close()


def some_fault(luck: random.Random, length: int) -> Fault:
    """One of the ways in which a line is bad."""
    place = luck.randrange(200, length + 600)
    return luck.choice(
        (
            Fault(refuse=True),
            Fault(mute=True),
            Fault(latency=0.02),
            Fault(bytes_per_second=luck.choice((20_000, 400_000))),
            Fault(cut_after=place),
            Fault(half_close_after=place),
            Fault(cut_answer_after=luck.randrange(40)),
        )
    )


def through_faults(uploads: Uploads, line: FaultProxy, count: int) -> tuple[int, int]:
    """Upload over a bad line; every second one that is refused is sent again over a good one."""
    kept = refused = 0
    for number in range(count):
        browser, path, content, name = uploads.next()
        line.fault = some_fault(uploads.luck, len(content))
        answer = upload(browser, path, content, name)
        line.fault = Fault()
        if answer.status_code == 303:
            kept += 1
            continue
        refused += 1
        assert answer.status_code == 503, answer.text
        assert answer.headers["Retry-After"].isdigit()
        assert "文件暂时存取不了" in answer.text
        if number % 2:
            assert upload(browser, path, content, name).status_code == 303, "it may be sent again"
    return kept, refused


def a_day_later(*, dry_run: bool = False) -> Reconciled:
    """The reconciler's night."""
    with clock.fixed(datetime.now(UTC) + GRACE + timedelta(hours=1)):
        return reconcile(dry_run=dry_run)


def test_uploads_over_a_bad_line_leave_nothing_dangling(context: Flask, line: FaultProxy) -> None:
    uploads = Uploads(context, seed=7)
    kept, refused = through_faults(uploads, line, size(14, 200))
    assert kept
    assert refused
    before = a_day_later(dry_run=True)
    assert before.missing == [], "a row names a file that is missing"
    after = a_day_later()
    stored = {key for prefix in PREFIXES for key in storage.storage().listed(prefix)}
    assert len(stored) == after.claimed
    assert after.missing == []
    assert a_day_later(dry_run=True).removed == []
    report(
        "R10 S3 gone, slow, half-written",
        "after 200 faulted uploads 0 dangling rows, 0 unclaimed objects after the reconciler",
        f"{kept + refused} faulted uploads, {refused} refused with 503; 0 dangling rows, "
        f"{len(before.removed)} unclaimed objects before and 0 after the reconciler",
    )


def test_whatever_needs_no_file_is_done_while_the_storage_is_mute(
    context: Flask, line: FaultProxy
) -> None:
    uploads = Uploads(context, seed=1)
    line.fault = Fault(mute=True)
    words = {"stance": "suggest", "body": "桥头的灯太暗。", "respondent_kind": "person"}
    guest = context.test_client()
    answer = guest.post(
        f"/api/v1/consultations/{uploads.slug}/comments", json={**words, "submission_key": "k"}
    )
    assert answer.status_code == 201
    browser, path, content, name = uploads.next()
    assert upload(browser, path, content, name).status_code == 503
    assert guest.get("/readyz").json["checks"]["storage"] == "unavailable"
    assert guest.get("/healthz").status_code == 200


def test_the_drill_finds_out_a_row_that_is_written_before_its_object(
    context: Flask, line: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = Storage.put

    def promise(self: Storage, content: bytes) -> str:
        try:
            return put(self, content)
        except Unavailable:
            return hashlib.sha256(content).hexdigest()

    monkeypatch.setattr(Storage, "put", promise)
    uploads = Uploads(context, seed=3)
    for fault in (Fault(refuse=True), Fault(cut_after=400)):
        browser, path, content, name = uploads.next()
        line.fault = fault
        assert upload(browser, path, content, name).status_code == 303
    line.fault = Fault()
    missing = a_day_later(dry_run=True).missing
    assert len(missing) == 2
    report_control("R10", "rows before their objects", f"{len(missing)} of 2 are dangling")


def test_without_the_reconciler_objects_are_left_that_nobody_claims(
    context: Flask, line: FaultProxy
) -> None:
    uploads = Uploads(context, seed=4)
    browser, path, content, name = uploads.next()
    line.fault = Fault(cut_answer_after=0)
    assert upload(browser, path, content, name).status_code == 503
    line.fault = Fault()
    found = a_day_later(dry_run=True)
    assert hashlib.sha256(content).hexdigest() in found.removed
    report_control("R10", "no reconciler", f"{len(found.removed)} unclaimed objects stay")
