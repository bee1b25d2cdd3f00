"""Takes out of a PDF who made it, when, where and with what, and refuses what would run.

Only what the pages need is written anew: earlier revisions, which still hold what was deleted, and
whatever nothing points to are left behind. Source: ISO 32000-2, clauses 12.5, 12.6, 14.3, 14.5.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf

from participation.kernel.pictures import JPEG, bare_picture

_TRACES = ("/Metadata", "/PieceInfo", "/LastModified", "/Info", "/SpiderInfo", "/WebCapture")
# Remarks on a page bear their author's name; a form field's /T is its own name.
_REMARK_TRACES = ("/T", "/M", "/CreationDate", "/NM")
_RUNS = ("/JS", "/JavaScript", "/EmbeddedFiles", "/EmbeddedFile", "/RichMedia", "/XFA")
_RUNNING_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/RichMediaExecute", "/Rendition"}


class Active(ValueError):
    """Something in the file would run, or carries another file."""


def without_traces(data: bytes) -> bytes:
    """The same pages without traces; raises Active, ValueError or PdfError."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        if not len(pdf.pages):
            raise ValueError("no pages")
        for found in _dictionaries(pdf):
            _refuse_active(found)
            _clean(found)
        if "/Info" in pdf.trailer:
            del pdf.trailer["/Info"]
        pdf.save(
            made,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            fix_metadata_version=False,
        )
    return made.getvalue()


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary and stream of the file, those within others included."""
    waiting: list[pikepdf.Object] = [*pdf.objects]
    while waiting:
        found = waiting.pop()
        if isinstance(found, pikepdf.Array):
            inner = list(found)
        elif isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            yield found
            inner = [found[key] for key in found.keys() if key in found]  # noqa: SIM118
        else:
            continue
        # What has a number of its own comes by it.
        waiting += [each for each in inner if not getattr(each, "is_indirect", True)]


def _refuse_active(found: pikepdf.Object) -> None:
    if any(key in found for key in _RUNS):
        raise Active("something that runs")
    if str(found.get("/S", "")) in _RUNNING_ACTIONS:
        raise Active("an action that runs")
    if str(found.get("/Type", "")) == "/EmbeddedFile" or "/EF" in found:
        raise Active("a file within")


def _clean(found: pikepdf.Object) -> None:
    for key in _TRACES:
        if key in found:
            del found[key]
    is_remark = "/Subtype" in found and "/Rect" in found and str(found["/Subtype"]) != "/Widget"
    if is_remark:
        for key in _REMARK_TRACES:
            if key in found:
                del found[key]
    if isinstance(found, pikepdf.Stream) and _filters(found)[-1:] == ["/DCTDecode"]:
        _clean_picture(found)


def _filters(found: pikepdf.Object) -> list[str]:
    given = found.get("/Filter")
    if given is None:
        return []
    return [str(each) for each in given] if isinstance(given, pikepdf.Array) else [str(given)]


def _clean_picture(found: Any) -> None:
    packed = _filters(found)[:-1]
    content = bytes(found.read_raw_bytes())
    if packed == ["/FlateDecode"]:
        content = zlib.decompress(content)
    elif packed:
        raise ValueError("a picture packed as nobody packs one")
    start = content.find(JPEG, 0, 16)
    if start < 0:
        raise ValueError("no picture")
    parms = found.get("/DecodeParms")
    if isinstance(parms, pikepdf.Array):
        parms = parms[-1]
    is_given = isinstance(parms, pikepdf.Dictionary)
    found.write(
        bare_picture(content[start:]),
        filter=pikepdf.Name.DCTDecode,
        decode_parms=parms if is_given else None,
    )
