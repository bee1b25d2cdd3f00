"""Many ask at once: one question for a key, numbers without a gap, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from participation.inquiries import operations, queries
from participation.inquiries.models import Inquiry
from participation.kernel.actor import GUEST
from participation.kernel.db import db, transaction
from tests.factories.consultations import a_consultation
from tests.factories.inquiries import a_question

CLICKS, OTHERS = 6, 6


@pytest.mark.both_databases
@pytest.mark.usefixtures("context", "at_noon")
def test_clicks_of_one_form_give_one_receipt_and_others_the_next_numbers(app: Flask) -> None:
    consultation = a_consultation("open")
    slug, consultation_id = consultation.slug, consultation.id
    db.session.rollback()
    keys = ["one"] * CLICKS + [f"other-{number}" for number in range(OTHERS)]

    def ask(key: str) -> str:
        with app.app_context(), transaction():
            asked = a_question(submission_key=key)
            return operations.ask_question(GUEST, slug, asked).inquiry.receipt

    with ThreadPoolExecutor(max_workers=8) as crowd:
        receipts = list(crowd.map(ask, keys))
    assert len(set(receipts[:CLICKS])) == 1
    assert len(set(receipts)) == OTHERS + 1
    numbers = sorted(db.session.scalars(db.select(Inquiry.number)))
    assert numbers == list(range(1, OTHERS + 2))
    assert queries.counts(consultation_id).received == OTHERS + 1
