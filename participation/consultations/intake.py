"""Takes in an uploaded file before any transaction: read in the child process, then stored."""

from __future__ import annotations

import io
from dataclasses import dataclass

from participation.consultations.kinds import DocumentKind
from participation.consultations.parsed import Draft, ParsedClause
from participation.consultations.plaintext import decode_text
from participation.consultations.reading import read_file
from participation.kernel.errors import Invalid
from participation.kernel.files import MEDIA_TYPES, own_name
from participation.kernel.looking import look_into
from participation.kernel.storage import storage
from participation.kernel.verdict import N_

LONGEST_NAME = 200
PLAIN = "text/plain; charset=utf-8"
PICTURES = frozenset({"png", "jpg"})
NOT_A_PICTURE = N_("只接受 PNG、JPEG 图片。")


@dataclass(frozen=True)
class Upload:
    """A draft as read, and its file as stored: name, storage key, size in bytes."""

    name: str
    key: str
    size: int
    draft: Draft


@dataclass(frozen=True)
class TakenDocument:
    """A document of the package as stored; `text` where it is a text in force that was read."""

    name: str
    media_type: str
    key: str
    size: int
    text: Draft | None = None


@dataclass(frozen=True)
class TakenPicture:
    """A picture, drawn anew and stored; width and height in pixels."""

    key: str
    media_type: str
    width: int
    height: int


def take_document(kind: DocumentKind, name: str, data: bytes) -> TakenDocument:
    """Look into a document and store it; a text in force is read as a draft is.

    Raises Invalid, or UnreadableDraft for a text in force, before anything is stored.
    """
    is_text = name.lower().endswith((".txt", ".md"))
    is_compared = kind is DocumentKind.TEXT_IN_FORCE and (is_text or name.lower().endswith(".docx"))
    text = read_file(name, data) if is_compared or is_text else None
    if is_text:
        # Read by the child, so it is text and not too long; kept in one encoding.
        stored, media_type, own = decode_text(data).encode(), PLAIN, own_name(name)
    else:
        accepted = look_into(name, data, bare=True)
        stored, media_type, own = accepted.data, MEDIA_TYPES[accepted.kind], accepted.name
    key = storage().put(stored)
    return TakenDocument(own, media_type, key, len(stored), text if is_compared else None)


def take_picture(name: str, data: bytes) -> TakenPicture:
    """Look into a picture, draw it anew, store it; raise Invalid at `picture`."""
    try:
        accepted = look_into(name, data)
    except Invalid as error:
        raise Invalid(error.reason, error.params, field="picture") from error
    if accepted.kind not in PICTURES:
        raise Invalid(NOT_A_PICTURE, field="picture")
    # Imported with the first picture; its head only is read, of points that our child has drawn.
    from PIL import Image

    with Image.open(io.BytesIO(accepted.data)) as picture:
        width, height = picture.size
    key = storage().put(accepted.data)
    return TakenPicture(key, MEDIA_TYPES[accepted.kind], width, height)


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
