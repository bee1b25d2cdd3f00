"""Every text column of the models: who may be shown its words; a new column has to be put here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import JSON, Column, Enum, LargeBinary, String, Table, select, text, update

from participation.kernel.db import Base, Html, db
from tests.security.estate import (
    DEPARTMENT,
    EVERYBODY,
    NOBODY,
    OFFICERS,
    SETTLED,
    STAFF,
    UNPUBLISHED,
    Estate,
)
from tests.security.together import MEMBERS

Row = Mapping[str, Any]
Audience = Callable[[Estate, str, Row], frozenset[str]]


def department(_estate: Estate, _state: str, _row: Row) -> frozenset[str]:
    """The department's staff, at any time."""
    return DEPARTMENT


def matter(_estate: Estate, state: str, _row: Row) -> frozenset[str]:
    """Everybody once the matter is published, before that the department."""
    return DEPARTMENT if state in UNPUBLISHED else EVERYBODY


def result(_estate: Estate, state: str, _row: Row) -> frozenset[str]:
    """Everybody from the close on."""
    return EVERYBODY if state in SETTLED else DEPARTMENT


def unless_withheld(estate: Estate, state: str, row: Row) -> frozenset[str]:
    """As the matter, but a clause kept back stays in the house."""
    return DEPARTMENT if row["is_withheld"] else matter(estate, state, row)


def received(_estate: Estate, _state: str, row: Row) -> frozenset[str]:
    """The department, and whoever sent it with an account (or holds its receipt)."""
    return DEPARTMENT | ({"citizen"} if row.get("account_id") else set())


def asked(estate: Estate, state: str, row: Row) -> frozenset[str]:
    """Everybody once question and answer are public, before that as a received opinion."""
    return EVERYBODY if row["published_at"] else received(estate, state, row)


def quoted(estate: Estate, state: str, row: Row) -> frozenset[str]:
    """Words of the draft that stand with an opinion: shown with it."""
    return EVERYBODY if row["published_at"] else received(estate, state, row)


def explained(estate: Estate, state: str, row: Row) -> frozenset[str]:
    """As the matter, once an interpretation is public."""
    return matter(estate, state, row) if row["published_at"] else DEPARTMENT


def signed_in(estate: Estate, _state: str, row: Row) -> frozenset[str]:
    """Whose browser it is."""
    people = estate.people.items()
    return frozenset(name for name, (number, _known) in people if number == row["user_id"])


def staff(_estate: Estate, _state: str, _row: Row) -> frozenset[str]:
    """Whoever works in any department."""
    return STAFF


def removed(_estate: Estate, _state: str, _row: Row) -> frozenset[str]:
    """The legal basis of a removal: it stands in the public record."""
    return EVERYBODY


def shown(_estate: Estate, _state: str, row: Row) -> frozenset[str]:
    """Everybody while the opinion is shown."""
    return EVERYBODY if row["published_at"] else DEPARTMENT


def person(estate: Estate, _state: str, row: Row) -> frozenset[str]:
    """The person, the administrator, and colleagues."""
    own = {name for name, (number, _epoch) in estate.people.items() if number == row["id"]}
    if row["id"] == estate.values.get("colleague"):
        own |= MEMBERS
    is_colleague = row["department_id"] not in (None, estate.values["department_id"])
    return frozenset({"administrator"} | own | (DEPARTMENT if is_colleague else set()))


def everybody(_estate: Estate, _state: str, _row: Row) -> frozenset[str]:
    """Said to everybody."""
    return EVERYBODY


def administrator(_estate: Estate, _state: str, _row: Row) -> frozenset[str]:
    """Whoever keeps the installation."""
    return frozenset({"administrator"})


def nobody(_estate: Estate, _state: str, _row: Row) -> frozenset[str]:
    """Shown on no page at all."""
    return NOBODY


def members(_estate: Estate, _state: str, _row: Row) -> frozenset[str]:
    """Members of the organisation alone: no staff, no other citizen."""
    return MEMBERS


def importers(_estate: Estate, _state: str, _row: Row) -> frozenset[str]:
    """Whoever may enter opinions: the department's officers alone."""
    return OFFICERS


WORDS: dict[str, Audience] = {
    "comment.said_at_place": received,
    "comment_import.file_name": importers,
    "comment_import.sheet": importers,
    "meeting_statement.page": department,
    "meeting_statement_opinion.page": importers,
    "meeting_statement_opinion.speaker": importers,
    "comment.quoted_text": quoted,
    "comment_version.body": department,
    "comment_version.proposed_text": department,
    "consultation.affects": matter,
    "consultation.plain_summary": matter,
    "consultation_document.removal_note": matter,
    "consultation_document.source_name": matter,
    "consultation_document.title": matter,
    "decision.note": result,
    "decision.number": result,
    "decision.title": result,
    "inquiry.answer": asked,
    "inquiry.body": received,
    "inquiry.removal_basis": removed,
    "inquiry.shown_body": asked,
    "inquiry_earlier_answer.text": everybody,  # of a public one in the estate
    "inquiry_referral.note": department,
    "inquiry_referral.return_note": department,
    "inquiry_referral.unit": department,
    "interpretation.body": explained,
    "joint_opinion.body": members,
    "joint_opinion.proposed_text": members,
    "joint_opinion.quoted_text": members,
    "organisation.name": members,
    "interpretation.picture_words": explained,
    "interpretation.title": explained,
    "search_miss.words": staff,
    "text_in_force.title": matter,
    "user_session.device": signed_in,
    "adoption_summary.note": result,
    "audit_entry.actor_name": department,
    "comment.removal_basis": removed,
    "clause.text": unless_withheld,
    "comment.body": received,
    "comment.proposed_text": received,
    "comment.shown_body": shown,
    "comment.shown_proposed_text": shown,
    "consultation.attribute_reason": matter,
    "consultation.contact_address": matter,
    "consultation.contact_email": matter,
    "consultation.contact_phone": matter,
    "consultation.contact_unit": matter,
    "consultation.explanation": matter,
    "consultation.legal_basis": matter,
    "consultation.short_window_reason": matter,
    "consultation.summary": matter,
    "consultation.title": matter,
    "department.name": everybody,
    "erasure_request.answer": received,
    "kept_answer.note": department,
    "draft_version.source_name": department,
    "draft_version.title": matter,
    "job.last_error": administrator,
    "meeting.agenda": matter,
    "meeting.cancel_note": matter,
    "meeting.host": matter,
    "meeting.how_to_join": matter,
    "meeting.place": matter,
    "meeting.record_summary": department,  # no record of the estate is public
    "meeting.title": matter,
    "meeting_file.name": department,
    "meeting_statement.speaker": department,
    "meeting_statement.text": department,
    "opinion_point.changed_text": result,
    "opinion_point.clause_label": result,
    "opinion_point.clause_text": result,
    "opinion_point.reason": result,
    "opinion_point.title": result,
    "outage.reason": everybody,
    "outage_note.reason": matter,
    "publication_hold.reason": department,
    "review.note": department,
    "survey.note": matter,
    "survey.title": matter,
    "survey_answer.text": department,
    "survey_option.text": matter,
    "survey_question.scale_high_word": matter,
    "survey_question.scale_low_word": matter,
    "survey_question.text": matter,
    "user_account.display_name": person,
    "window_extension.note": matter,
}
"""Free text, with its audience: a word is put in front of every row's value."""

SECRETS = {
    "comment.submission_key", "comment.words_digest", "meeting_file.storage_key",
    "draft_version.source_key", "setup_link.token_hash", "survey_response.ticket_hash",
    "user_account.password_hash", "recovery_code.code_hash", "second_factor.pending_sealed",
    "second_factor.secret_sealed", "comment.name_sealed", "comment.contact_sealed",
    "account_link.email_digest", "account_link.email_sealed", "account_link.token_hash",
    "attachment.name_sealed", "comment.contact_digest", "comment_support.contact_digest",
    "comment_support.contact_sealed", "comment_support.nonce", "comment_support.token_hash",
    "contact_confirmation.token_hash", "follow_request.address_sealed", "follow_request.digest",
    "follow_request.nonce", "follower.address_sealed", "follower.digest", "identity.subject",
    "inquiry.mail_digest", "inquiry.mail_sealed", "inquiry.submission_key",
    "organisation_invitation.email_digest", "organisation_invitation.email_sealed",
    "organisation_invitation.token_hash",
    "search_miss_asker.digest", "sending.submission_key", "user_account.email_digest",
    "user_account.email_sealed", "comment_import.file_digest", "comment_import.ref",
    "comment_import.rows_key", "comment_import_row.digest",
}  # fmt: skip
"""Values that stand on no page: looked for as they are."""

LEFT: dict[str, str] = {
    "campaign.own_spans": "places in a text, no word of it",
    "account_link.key": "names a row to the worker; worth nothing without the token",
    "account_link.language": "a word of the program",
    "attachment.kind": "a word of the program",
    "attachment.ref": "the key to a file that waits, in its writer's form",
    "comment_import.defaults": "words of the program",
    "comment_import.mapping": "words of the program and numbers of columns",
    "comment_import.other_sheets": "shown with the sheet's name, which is planted",
    "comment_import.trouble": "a sentence of the program",
    "meeting_statement_opinion.statement_digest": "in the form by which a statement is taken",
    "comment_import_note.field": "a word of the program",
    "comment_import_note.params": "planted with the cells of the estate's tables",
    "comment_import_note.sentence": "a sentence of the program",
    "comment_support.locale": "a word of the program",
    "consultation_document.media_type": "a word of the program",
    "consultation_tag.value": "a word of the program",
    "decision.link": "an address, checked when it is written; public",
    "follow_request.locale": "a word of the program",
    "follow_request.subjects": "words of the program and ids",
    "follower.locale": "a word of the program",
    "follower.stop_key": "the key to its page",
    "happening.detail": "ids",
    "happening.key": "ids",
    "identity.issuer": "the provider's address",
    "inquiry.locale": "a word of the program",
    "joint_draft.submission_key": "in the form by which its lead sends it",
    "joint_opinion.clause_key": "the address of a clause",
    "joint_opinion.submission_key": "in the address by which its members change it",
    "organisation_invitation.key": "names a row to the vault; worth nothing without the token",
    "organisation_invitation.language": "a word of the program",
    "inquiry.notice_version": "a version of the notice, public",
    "inquiry.receipt": "the key to its page",
    "interpretation.clause_key": "the address of a clause",
    "interpretation.link": "an address, checked when it is written; public",
    "interpretation.media_type": "a word of the program",
    "search_entry.place": "the address of a clause, a number",
    "search_entry.text": "taken from the public texts, whose own words are looked for in it",
    "search_entry.title": "taken from the public texts, whose own words are looked for in it",
    "search_entry.words": "taken from the public texts, never shown",
    "sending.code": "the key to its page",
    "spent_challenge.challenge": "numbers that the platform gave out",
    "subscription.subject": "words of the program and ids",
    "text_in_force.clauses": "a text in force, public; compared with the draft by its form",
    "text_in_force.warnings": "messages of the reader, shown to staff",
    "user_session.key": "in the form by which its owner ends it",
    "adoption_summary.content": "the published document; its digest would no longer hold",
    "adoption_summary.digest": "public",
    "audit_entry.actor_role": "a word of the program",
    "audit_entry.event": "a word of the program",
    "audit_entry.payload": "ids and figures, no words",
    "bulletin.content": "the published document",
    "bulletin.meetings": "titles of meetings, public",
    "clause.key": "the address of a clause",
    "clause.kind": "a word of the program",
    "clause.label": "第三条: the number of a clause, shown for a withheld one too",
    "clause.number": "the number of a clause",
    "clause.short_label": "the number of a clause",
    "comment.locale": "a word of the program",
    "comment.notice_version": "a version of the notice, public",
    "comment.receipt": "the key to its page, looked for by its own test",
    "erasure.slug": "the address of a matter",
    "read_only.reason": "switched on, nothing can be written; shown to everybody by its own test",
    "comment_tally.dimension": "a word of the program",
    "comment_tally.value": "a word of the program",
    "consultation.slug": "the address of a matter",
    "draft_version.front_matter": "the lines above the first clause, planted with the draft",
    "draft_version.warnings": "messages of the reader, shown to staff",
    "job.kind": "a word of the program",
    "job.payload": "ids",
    "job.unique_key": "ids",
    "meeting_file.kind": "a word of the program",
    "opinion_point.clause_key": "the address of a clause",
    "publication_hold.params": "figures",
    "publication_hold.what": "a word of the program",
    **dict.fromkeys(
        (
            "erasure.kind",
            "erasure.reason",
            "record_head.cause",
            "record_leaf.kind",
            "record_opening.field",
            "record_package.cause",
        ),
        "a word of the program",
    ),
    **dict.fromkeys(
        (
            "audit_head.edge",
            "audit_head.note",
            "audit_head.root",
            "audit_leaf.hash",
            "erasure.digest",
            "record_head.note",
            "record_head.root",
            "record_key.public",
            "record_leaf.data",
            "record_leaf.hash",
            "record_log.edge",
            "record_log.origin",
            "record_map.content",
            "record_node.hash",
        ),
        "the public record: hashes and signatures, no words",
    ),
    "record_opening.salt": "given with the words it opens; looked for by the record's own tests",
    "sealed_point.content": "the published document",
    "user_account.username": "what a person signs in with; the browser tests need it as it is",
    "worker_sign.name": "a word of the program",
}
"""Text that is not planted, and why."""


def text_columns() -> Iterator[tuple[str, Table, Column[Any]]]:
    """Every column of the models that holds words or bytes, named `table.column`."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            is_text = isinstance(column.type, String | JSON | LargeBinary | Html)
            if is_text and not isinstance(column.type, Enum):
                yield f"{table.name}.{column.name}", table, column


def unclassified() -> set[str]:
    """Text columns that nobody has said the audience of."""
    return {place for place, _table, _column in text_columns()} - {*WORDS, *SECRETS, *LEFT}


def state_of(estate: Estate, table: Table, row: Row) -> str:
    """The state of the matter that a row belongs to, found along its foreign keys; else ''."""
    if table.name == "consultation":
        return next((m.state for m in estate.matters.values() if m.id == row["id"]), "")
    for key in table.foreign_keys:
        target, value = key.column.table, row[key.parent.name]
        if value is None or target is table or target.name in {"user_account", "department"}:
            continue
        above = db.session.execute(select(target).where(key.column == value)).mappings().first()
        if above is not None and (found := state_of(estate, target, above)):
            return found
    return ""


def plant_words(estate: Estate) -> None:
    """Put a word in front of every text of every row, straight into the tables."""
    with unlocked():
        _plant(estate)


@contextmanager
def unlocked() -> Iterator[None]:
    """Without the triggers that keep the audit, and without the tables' checks (SQLite)."""
    db.session.execute(text("PRAGMA ignore_check_constraints = ON"))
    found = db.session.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    ).all()
    for name, _sql in found:
        db.session.execute(text(f'DROP TRIGGER "{name}"'))
    yield
    for _name, sql in found:
        db.session.connection().exec_driver_sql(sql)
    db.session.execute(text("PRAGMA ignore_check_constraints = OFF"))


def unplanted() -> set[str]:
    """Columns for words of which no row has been made: nothing would be looked for."""
    return {
        place
        for place, table, _column in text_columns()
        if place in WORDS and not db.session.execute(select(table).limit(1)).first()
    }


def _plant(estate: Estate) -> None:
    for place, table, column in text_columns():
        if place not in WORDS:
            continue
        for row in db.session.execute(select(table)).mappings().all():
            audience = WORDS[place](estate, state_of(estate, table, row), row)
            word = estate.canaries.mint(f"{place} {_key(table, row)}", audience)
            put(table, row, column, word + (row[column.name] or ""))


def put(table: Table, row: Row, column: Column[Any], value: object) -> None:
    """Write one value into one row; a column type that cleans does so."""
    here = [each == row[each.name] for each in table.primary_key.columns]
    db.session.execute(update(table).where(*here).values({column.name: value}))


def secrets() -> dict[str, str]:
    """The values that stand on no page, with their places."""
    found: dict[str, str] = {}
    for place, table, column in text_columns():
        if place not in SECRETS:
            continue
        for row in db.session.execute(select(table)).mappings():
            value = row[column.name]
            if value:
                text = value.hex() if isinstance(value, bytes) else str(value)
                found[text] = f"{place} {_key(table, row)}"
    return found


def _key(table: Table, row: Row) -> str:
    return ",".join(str(row[each.name]) for each in table.primary_key.columns)
