"""Publication attribute, secrecy review and the parts of a notice."""

from __future__ import annotations

import pytest

from participation.rulebook.publication import (
    PublicationAttribute,
    SecrecyClass,
    check_attribute,
    check_public,
    check_secrecy,
    missing_parts,
)

FULL, REDACTED, WITHHELD = PublicationAttribute
ALL_CLEAR = dict.fromkeys(SecrecyClass, False)


@pytest.mark.parametrize(
    ("attribute", "reason", "may_be_approved", "may_be_published"),
    [
        (None, "", False, False),
        (FULL, "", True, True),
        (REDACTED, "", False, False),
        (REDACTED, " ", False, False),
        (REDACTED, "附件涉及商业秘密", True, True),
        (WITHHELD, "", False, False),
        (WITHHELD, "涉及国家秘密", True, False),
    ],
)
def test_the_attribute_comes_first_and_what_is_kept_back_has_a_reason(
    attribute, reason, may_be_approved, may_be_published
):
    assert check_attribute(attribute, reason).allowed is may_be_approved
    assert check_public(attribute, reason).allowed is may_be_published


def test_attributes_and_classes_carry_the_offices_terms_and_sources():
    assert [a.label for a in PublicationAttribute] == ["全文公开", "删减后公开", "不予公开"]
    assert [c.label for c in SecrecyClass] == ["国家秘密", "工作秘密", "敏感信息"]
    assert all(item.rule.source for item in (*PublicationAttribute, *SecrecyClass))


@pytest.mark.parametrize(
    ("contains", "allowed"),
    [
        (ALL_CLEAR, True),
        ({}, False),
        ({**ALL_CLEAR, SecrecyClass.WORK_SECRET: None}, False),
        ({**ALL_CLEAR, SecrecyClass.WORK_SECRET: True}, False),
        ({SecrecyClass.STATE_SECRET: False, SecrecyClass.SENSITIVE: False}, False),
    ],
)
def test_the_secrecy_review_answers_no_to_every_class(contains, allowed):
    assert check_secrecy(contains).allowed is allowed


@pytest.mark.parametrize(
    ("lacking", "word"),
    [
        ("draft", "草案"),
        ("explanation", "起草说明"),
        ("how_to_comment", "方式"),
        ("deadline", "截止时间"),
    ],
)
def test_each_missing_part_is_named(lacking, word):
    parts = {"draft": True, "explanation": True, "how_to_comment": True, "deadline": True}
    assert missing_parts(**parts) == []
    [remark] = missing_parts(**{**parts, lacking: False})
    assert word in str(remark)
    assert remark.rule.id == "P1"
