"""What helps to read a draft in the JSON face: the package and the changes, public parts only."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from participation.consultations import operations
from participation.consultations.intake import take_document
from participation.consultations.kinds import DocumentKind, InterpretationKind
from participation.consultations.operations import InterpretationFields
from participation.kernel import clock
from participation.kernel.actor import Role
from participation.kernel.db import transaction
from participation.rulebook.subjects import Topic
from tests.conftest import NOON
from tests.factories.accounts import a_department, a_user, actor_of
from tests.factories.consultations import SMALL_DRAFT, a_consultation

pytestmark = pytest.mark.usefixtures("context", "at_noon")
PATH = "/api/v1/consultations"


def test_a_tool_reads_the_package_and_the_changes(client: FlaskClient) -> None:
    author = a_user(Role.DRAFTER, a_department())
    slug = a_consultation("open", author=author, topics=frozenset({Topic.CITY})).slug
    old = SMALL_DRAFT.replace("三日内修好", "十日内修好").encode()
    taken = take_document(DocumentKind.TEXT_IN_FORCE, "现行.txt", old)
    with clock.fixed(NOON), transaction():
        actor = actor_of(author)
        operations.add_document(actor, slug, DocumentKind.TEXT_IN_FORCE, "现行办法", taken)
        for title in ("公开的", "没有公开的"):
            fields = InterpretationFields(InterpretationKind.TEXT, title, "t3", "三日够了。")
            made = operations.save_interpretation(actor, slug, fields)
            if title == "公开的":
                operations.publish_interpretation(actor, slug, made.id)
    told = client.get(f"{PATH}/{slug}/package").json
    assert told["topics"] == ["city"]
    assert told["has_changes"] is True
    assert told["decision"] is None
    assert [(each["kind"], each["title"]) for each in told["documents"]] == [
        ("text_in_force", "现行办法")
    ]
    assert client.get(told["documents"][0]["url"]).status_code == 200
    assert [(each["title"], each["clause_id"]) for each in told["interpretations"]] == [
        ("公开的", "t3")
    ]
    page = client.get(f"{PATH}/{slug}/changes").json
    assert page["next"] is None
    [changed] = [each for each in page["items"] if each["change"] == "changed"]
    assert changed["new"]["id"] == "t3"
    assert "十日" in changed["old"]["text"]
    assert all(each["new"]["text"] is None for each in page["items"] if each["change"] == "same")
    assert client.get(f"{PATH}/{slug}/changes?after=50").json["items"] == []
    assert client.get(f"{PATH}/{slug}/changes?after=-1").status_code == 422


def test_what_is_not_public_is_not_there(client: FlaskClient) -> None:
    hidden = a_consultation("approved").slug
    for part in ("package", "changes"):
        assert client.get(f"{PATH}/{hidden}/{part}").status_code == 404
    assert client.get(f"{PATH}/{a_consultation('open').slug}/changes").status_code == 404
