"""Reading the record: the same few statements along an index, however long the log is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from participation.comments.models import Comment
from participation.comments.queries import by_number
from participation.kernel.db import db, transaction
from participation.portal.queries import overview
from participation.record import operations, queries
from participation.record.rules import Cause, Kind
from tests.backends.test_plans import plan_of
from tests.backends.watching import analyse, statements
from tests.bench.filling import fill
from tests.conftest import NOON
from tests.drills.harness import size
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation
from tests.factories.surveys import a_response, a_survey

MANY = size(2_000, 100_000)
SCAN = re.compile(r"(?:SCAN|Seq Scan on) (?:record_leaf|record_node|record_opening|comment)\b")

# Along the primary key they would walk the whole log up to their leaf.
BY_KIND = {"receipt", "a leaf"}


@pytest.mark.both_databases
def test_a_long_log_is_read_along_its_indexes_in_few_statements(context: Flask) -> None:
    found = a_consultation("open")
    fill(found, MANY)
    with transaction():
        operations.sign_head(found.id, Cause.COMMAND)
    analyse()
    comment, of, slug = by_number(found.id, MANY // 2), found.id, found.slug
    index, last = MANY // 3, MANY
    reads: dict[str, tuple[int, Callable[[], Any]]] = {
        "receipt": (4, lambda: queries.receipt_file(comment)),
        "inclusion": (1, lambda: queries.inclusion_proof(of, index, last)),
        "consistency": (1, lambda: queries.consistency_proof(of, index, last)),
        "root": (1, lambda: queries.root_at(of, index)),
        "entries": (3, lambda: queries.public_entries(of, index, 50)),
        "leaves": (1, lambda: queries.leaves(of, index, 50)),
        "a leaf": (1, lambda: queries.comment_leaf(of, index)),
        "newest head": (1, lambda: queries.newest_head(of)),
        "keys": (2, lambda: queries.verifier_keys(of)),
    }
    faults = []
    for name, (most, read) in reads.items():
        assert comment.number  # loaded before it is counted
        with statements() as seen:
            read()
        plans = [plan_of(*each) for each in seen]
        by_kind = name not in BY_KIND or "ix_record_leaf_kind" in plans[0]
        if len(seen) > most or not by_kind or any(SCAN.search(plan) for plan in plans):
            faults.append(f"{name}: {len(seen)}\n" + "\n".join(plans))
    assert not faults, "\n".join(faults)
    with statements() as seen:
        overview(slug, NOON, Kind.CLOSE)
    assert ["ix_record_leaf_kind" in plan_of(*each) for each in seen] == [True]


@pytest.mark.both_databases
def test_what_was_written_past_the_operations_has_no_receipt(context: Flask) -> None:
    found = a_consultation("open")
    survey = a_survey(found)
    made, response = a_comment(found), a_response(found, survey)
    with transaction() as session:
        comment = session.get_one(Comment, made.id)
        comment.number = 7
    assert queries.receipt_file(db.session.get_one(Comment, made.id)) is None
    [entry] = queries.public_entries(found.id)
    assert entry == {"number": 7, "state": "waiting"}
    assert queries.survey_receipt_file(response) is not None


def test_lists_of_heads_and_leaves_go_on_from_a_place(context: Flask) -> None:
    found = a_consultation("open")
    for _ in range(5):
        a_comment(found)
        with transaction():
            operations.sign_head(found.id, Cause.COMMAND)
    sizes = [each.size for each in queries.heads(found.id)]
    assert sizes == [2, 3, 4, 5, 6]
    assert [each.size for each in queries.heads(found.id, 3, 2)] == [4, 5]
    assert queries.leaves(found.id, 4, 10) == queries.leaves(found.id)[4:]
    assert queries.leaves(found.id, 6) == []
    numbers = [each["number"] for each in queries.public_entries(found.id, 2, 2)]
    assert numbers == [3, 4]
    assert [slug for _, slug, _ in queries.all_logs()] == [found.slug]
