"""A backup of uploads in S3, restored into the same bucket after they were lost there."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import select

from participation.consultations.models import DraftVersion
from participation.kernel.db import db
from participation.kernel.storage import storage
from tests.factories.consultations import a_consultation
from tests.kernel.test_storage import s3_url as s3_url
from tests.upkeep.test_backups import run, told


def test_uploads_in_a_bucket_are_backed_up_and_put_back(
    app: Flask, s3_url: str, tmp_path: Path
) -> None:
    app = app.extensions["another"](storage_url=s3_url)
    with app.app_context():
        a_consultation("open")
        key = db.session.scalars(select(DraftVersion.source_key)).one()
        content = storage().get(key)
        db.session.remove()
    file = tmp_path / "backup.tar"
    assert told(run(app, "backup", file, "--json"))["uploads"] == 1
    with app.app_context():
        storage().delete(key)
    assert run(app, "backup", tmp_path / "second.tar").exit_code == 1, "it is missed"
    told(run(app, "restore", file, "--replace", "--json"))
    with app.app_context():
        assert storage().get(key) == content
        db.session.remove()
        db.engine.dispose()
