"""Takes out of Word and Excel files who wrote them, where and with what; the words stay.

What goes: the properties (author, company, template, times), authors of remarks and tracked
changes, persons, printers, paths of the writer's disk, thumbnails, and what pictures inside tell.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

from lxml import etree  # type: ignore[import-untyped]

from participation.kernel.pictures import bare_picture

_PROPERTIES = "http://schemas.openxmlformats.org/"
_EMPTY_PARTS = {
    "docProps/core.xml": (
        f'<cp:coreProperties xmlns:cp="{_PROPERTIES}package/2006/metadata/core-properties"/>'
    ),
    "docProps/app.xml": (
        f'<Properties xmlns="{_PROPERTIES}officeDocument/2006/extended-properties"/>'
    ),
    "docProps/custom.xml": (
        f'<Properties xmlns="{_PROPERTIES}officeDocument/2006/custom-properties"/>'
    ),
}
# Parts that go, with what points at them; names begin with a slash, or are relative to a part.
_DROPPED = re.compile(r"(?i)(?:^|/)(?:docProps/thumbnail\.|printerSettings/|customXml/)")
_PICTURE = re.compile(r"(?i)\.(?:jpe?g|jfif|png)$")
_MARKED = re.compile(
    rb"author|initials|userName|absPath|displayName|userId|lastModifiedBy|lastEditedBy"
    rb"|pageSetup|dataBinding"
)
_NAMES = {"author", "initials", "userName", "userId", "lastModifiedBy", "lastEditedBy"}
_ON_DISK = re.compile(r"(?i)^(?:file:|[a-z]:[\\/]|\\\\)")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# The schemas want an author to have some name.
NOBODY = "-"


def without_traces(data: bytes) -> bytes:
    """The same package without traces; raises ValueError, BadZipFile or LxmlError where broken."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as given,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for member in given.infolist():
            if member.is_dir() or _DROPPED.search(member.filename):
                continue
            entry = zipfile.ZipInfo(member.filename, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            kept.writestr(entry, _part(member.filename, given.read(member)))
    return made.getvalue()


def _part(name: str, content: bytes) -> bytes:
    if name in _EMPTY_PARTS:
        return _EMPTY_PARTS[name].encode()
    if _PICTURE.search(name):
        return bare_picture(content)
    if name.lower().endswith(".xlsx"):
        return without_traces(content)
    if not name.lower().endswith((".xml", ".rels", ".vml")):
        return content
    is_wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    if not is_wide and not name.endswith(".rels") and not _MARKED.search(content):
        return content
    return _rewritten(name, content)


def _rewritten(name: str, content: bytes) -> bytes:
    # A text node may be longer than lxml's own limit; the child's memory bounds it.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    root = etree.fromstring(content, parser)
    if root.getroottree().docinfo.doctype:
        raise ValueError("a document type")
    for element in list(root.iter(etree.Element)):
        _clean(name, element)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _clean(part: str, element: etree._Element) -> None:
    if act := _ACTS.get(etree.QName(element).localname):
        act(part, element)
    for key in element.attrib:
        if etree.QName(key).localname in _NAMES:
            element.set(key, NOBODY)


def _drop(_part: str, element: etree._Element) -> None:
    above = element.getparent()
    if above is not None:
        above.remove(element)


def _empty_author(part: str, element: etree._Element) -> None:
    if "comments" in part.lower():
        element.text = NOBODY


def _nobody(part: str, element: etree._Element) -> None:
    if "persons" in part.lower():
        element.set("displayName", NOBODY)


def _unbind_printer(_part: str, element: etree._Element) -> None:
    element.attrib.pop(_RELATION_ID, None)


def _relationship(_part: str, element: etree._Element) -> None:
    target = element.get("Target", "")
    if _DROPPED.search(target):
        _drop(_part, element)
    elif element.get("TargetMode") == "External" and _ON_DISK.search(target):
        element.set("Target", "file:///-")


def _override(_part: str, element: etree._Element) -> None:
    if _DROPPED.search(element.get("PartName", "")):
        _drop(_part, element)


_ACTS: dict[str, Callable[[str, etree._Element], None]] = {
    "absPath": _drop,
    "fileSharing": _drop,
    "dataBinding": _drop,
    "author": _empty_author,
    "person": _nobody,
    "pageSetup": _unbind_printer,
    "Relationship": _relationship,
    "Override": _override,
}
