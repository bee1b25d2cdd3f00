"""Tells the pages of opinions which row of which table, or whose statement, an opinion was."""

from __future__ import annotations

from participation.comments.models import Comment
from participation.comments.origins import Origin, tellers
from participation.importing.queries import source_of, statement_of
from participation.kernel.verdict import N_


def of_table(comment: Comment) -> Origin | None:
    """The row of an imported table."""
    source = source_of(comment.id)
    if source is None:
        return None
    return Origin(
        N_("表格“%(name)s”第 %(row)s 行"),
        "importing.show",
        {"slug": comment.consultation.slug, "import_id": source.import_id},
        {"name": source.file_name, "row": source.row},
    )


def of_record(comment: Comment) -> Origin | None:
    """The speaker and the page of a meeting's record."""
    found = statement_of(comment.id)
    if found is None:
        return None
    said, meeting = found
    params = {"meeting": meeting.title, "speaker": said.speaker, "page": said.page}
    return Origin(
        N_("“%(meeting)s”记录，%(speaker)s发言，笔录第 %(page)s 页")
        if said.page
        else N_("“%(meeting)s”记录，%(speaker)s发言"),
        "importing.statements",
        {"slug": comment.consultation.slug, "meeting_id": meeting.id},
        params,
    )


tellers.extend((of_table, of_record))
