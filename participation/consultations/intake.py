"""Takes in an uploaded file before any transaction: read in the child process, then stored."""

from __future__ import annotations

from dataclasses import dataclass

from participation.consultations.parsed import Draft, ParsedClause
from participation.consultations.reading import read_file
from participation.kernel.storage import storage

LONGEST_NAME = 200


@dataclass(frozen=True)
class Upload:
    """A draft as read, and its file as stored: name, storage key, size in bytes."""

    name: str
    key: str
    size: int
    draft: Draft


def take_draft(name: str, data: bytes) -> Upload:
    """Read a draft and store its file; raise UnreadableDraft before anything is stored."""
    draft = read_file(name, data)
    return Upload(_short_name(name), storage().put(data), len(data), draft)


def take_text(name: str, data: bytes) -> str:
    """The words of a file (起草说明), a blank line between paragraphs; raise UnreadableDraft."""
    read = read_file(name, data)
    lines = [read.title, *read.preamble, *(_line(clause) for clause in read.clauses)]
    return "\n\n".join(line for line in lines if line)


def _line(clause: ParsedClause) -> str:
    if clause.kind == "paragraph":
        return clause.text
    between = "" if clause.kind in {"item", "subitem"} else "　"
    return f"{clause.short_label}{between}{clause.text}".strip("　")


def _short_name(name: str) -> str:
    """The file's own name without any folder, its ending kept when it is cut."""
    own = "".join(sign for sign in name.replace("\\", "/").rpartition("/")[2] if sign.isprintable())
    return own[-LONGEST_NAME:] or "draft"
