"""After an erasure no byte of the words is left in any file of the instance (residual information).

The canaries are long enough not to be overwritten by chance. The controls show that the search
finds them where either half of the defence is missing.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from participation.comments import operations
from participation.comments.models import Comment
from participation.kernel import jobs
from participation.kernel.db import db, forget_traces, transaction
from participation.rulebook.removal import RemovalReason
from tests.factories.accounts import a_user, actor_of
from tests.factories.comments import a_comment, an_officer
from tests.factories.consultations import a_consultation

PHONE, MAIL = "13911112222", "canary.linxi@example.cn"
WORDS = "金丝雀的话：" + "桥头第七盏灯正对着我家的窗户，夜里睡不好。" * 30
PROPOSED = "金丝雀的建议：" + "每晚十点以后熄灭靠近住户的路灯。" * 30
CANARIES = {
    "words": "正对着我家的窗户".encode(),
    "proposed": "熄灭靠近住户的路灯".encode(),
    "phone": PHONE.encode(),
    "mail": MAIL.encode(),
    "name": "林溪溪".encode(),
}
FILES = ("participation.db", "participation.db-wal", "erasures.jsonl")


def hits(folder: Path) -> dict[str, int]:
    """How often each canary stands in the raw bytes of all files of the instance."""
    found = dict.fromkeys(CANARIES, 0)
    for path in folder.rglob("*"):
        if path.is_file() and "templates" not in path.parts:
            data = path.read_bytes()
            for name, canary in CANARIES.items():
                found[name] += data.count(canary)
    return found


def planted() -> list[Comment]:
    """Opinions among others, one erased by an officer, one withdrawn, one said by telephone."""
    consultation = a_consultation("open")
    made = []
    for number in range(6):
        words = {"body": WORDS, "proposed_text": PROPOSED, "name": "林溪溪"}
        contact = PHONE if number % 2 else MAIL
        wanted = words | {"contact": contact} if number in (1, 3, 4) else {}
        made.append(a_comment(consultation, released=True, **wanted))
    return [made[number] for number in (1, 3, 4)]


def forgotten() -> None:
    """Erase them all, by every way there is."""
    first, second, third = planted()
    slug, numbers = first.consultation.slug, (first.number, third.number)
    officer = an_officer(first.consultation)
    with transaction():
        operations.withdraw(second.receipt)
    for number in numbers:
        with transaction():
            operations.erase_comment(
                officer, slug, number, RemovalReason.PI_REQUEST, "《个人信息保护法》第四十七条"
            )


@pytest.mark.usefixtures("context")
def test_nothing_is_left_in_file_log_outbox_or_folder(tmp_path: Path) -> None:
    forgotten()
    jobs.run_due()
    assert all((tmp_path / each).is_file() for each in FILES)
    assert hits(tmp_path) == dict.fromkeys(CANARIES, 0)


@pytest.mark.usefixtures("context")
def test_without_the_checkpoint_the_log_still_holds_the_words(tmp_path: Path) -> None:
    forgotten()
    found = hits(tmp_path)
    assert found["words"] > 0
    assert found["proposed"] > 0
    # Names and contacts are sealed: not even before the erasure do they stand in any file.
    assert (found["phone"], found["mail"], found["name"]) == (0, 0, 0)


def test_without_secure_delete_the_file_still_holds_the_words(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        event.listen(
            db.engine, "connect", lambda made, _: made.execute("PRAGMA secure_delete = OFF")
        )
        db.engine.dispose()
        forgotten()
        jobs.run_due()
        assert forget_traces()
    assert hits(tmp_path)["words"] > 0


@pytest.mark.usefixtures("context")
def test_a_reader_in_the_way_makes_the_job_try_again(tmp_path: Path) -> None:
    forgotten()
    jobs.run_due()
    a_user()
    with db.engine.connect() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM comment").fetchone()
        actor_of(a_user())
        assert not forget_traces()
    assert forget_traces()
    assert (tmp_path / FILES[1]).stat().st_size == 0
