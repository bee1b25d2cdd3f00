"""Reasons for withholding a comment."""

from __future__ import annotations

import pytest

from participation.rulebook.moderation import WithholdingReason


@pytest.mark.parametrize("reason", WithholdingReason)
def test_every_reason_tells_the_author_what_happened_and_that_it_is_counted(reason):
    assert reason.label
    assert "没有公开显示" in reason.explanation
    assert "计入收到的总数" in reason.explanation
    assert reason.source
    assert reason.evidence


def test_every_reason_has_a_label_of_its_own():
    assert len({reason.label for reason in WithholdingReason}) == len(WithholdingReason)
