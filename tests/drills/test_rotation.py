"""A change of keys killed midway: every value opens meanwhile, and a second run ends it."""

from __future__ import annotations

from collections import Counter

import pytest

from participation import create_app
from participation.comments.models import Comment
from participation.comments.portable import opened
from participation.comments.rules import ContactField
from participation.kernel import sealing
from participation.kernel.db import db
from participation.kernel.vault import Vault, new_key
from tests.drills.harness import Place, size, wait_for
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.drill


def test_a_rotation_killed_midway_loses_nothing_and_is_ended_by_the_next(place: Place) -> None:
    old, new, count = new_key(), new_key(), size(40, 2000)
    app = create_app(instance=place.folder, demo="0", rate_limits="off", encryption_key=old)
    app.extensions["wake"] = None
    phones = [f"138{number:08}" for number in range(count)]
    with app.app_context():
        consultation = a_consultation("open")
        for phone in phones:
            a_comment(consultation, name="王小明", contact=phone)
        app.extensions["vault"] = Vault(f"{new},{old}")
        new_id, old_id = app.extensions["vault"].key_ids

        def used() -> Counter[str]:
            db.session.rollback()
            return sum(sealing.keys_in_use().values(), Counter())

        def readable() -> int:
            db.session.rollback()
            found = db.session.query(Comment).order_by(Comment.number).all()
            return sum(_opens(each, phone) for each, phone in zip(found, phones, strict=True))

        env = {**place.env, "PARTICIPATION_ENCRYPTION_KEY": f"{new},{old}"}
        words = ["flask", "--app", "app", "privacy", "rotate-key", "--batch", "1", "--json"]
        killed = place.starter.start(words, env, place.folder / "rotation.log")
        wait_for(lambda: used()[new_id] >= count // 10, "the first values under the new key")
        killed.kill()
        middle = used()
        assert middle[new_id] > 0
        assert middle[old_id] > 0, "the kill came too late to tell anything"
        assert middle.total() == 2 * count
        assert readable() == count
        # The control: whoever takes the old key out now loses what has not moved.
        app.extensions["vault"] = Vault(new)
        assert readable() < count
        app.extensions["vault"] = Vault(f"{new},{old}")
        again = place.starter.start(words, env, place.folder / "again.log")
        wait_for(lambda: not again.is_alive, "the end of the second run")
        assert used() == {new_id: 2 * count}
        app.extensions["vault"] = Vault(new)
        assert readable() == count
        db.session.remove()
        db.engine.dispose()


def _opens(comment: Comment, phone: str) -> bool:
    try:
        return opened(comment, ContactField.CONTACT) == phone
    except ValueError:
        return False
