"""Takes out of JPEG and PNG what is not the picture: places, devices, names, dates, thumbnails.

The points stay as they are, bit for bit: for pictures inside documents, which are not drawn anew.
Sources: ITU-T T.81 annex B (markers), PNG third edition (chunks).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

# Markers without a length: TEM, RST0–7.
_ALONE = {0x01, *range(0xD0, 0xD8)}
_START_OF_SCAN, _END = 0xDA, 0xD9
# APP0 says how points lie, APP14 which colours; a profile (APP2) says how they look.
_KEPT_APP = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_APP_OR_COMMENT = {*range(0xE0, 0xF0), 0xFE}

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
_PNG_KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP"),
    *(b"pHYs", b"sBIT", b"bKGD", b"cICP"),
}


def bare_picture(data: bytes) -> bytes:
    """The same picture without metadata; what is neither JPEG nor PNG comes back as it is.

    A JPEG that is cut off among its points ends there, as it is shown. Raises ValueError where
    anything else is cut off or is not of its form.
    """
    if data.startswith(JPEG):
        return b"".join(_jpeg_parts(data))
    return b"".join(_png_parts(data)) if data.startswith(PNG) else data


def _jpeg_parts(data: bytes) -> Iterator[bytes]:
    yield data[:2]
    place = 2
    while True:
        marker, place = _marker_at(data, place)
        if marker == _END:
            # What stands behind the end is no part of the picture.
            yield b"\xff\xd9"
            return
        if marker in _ALONE:
            yield bytes((0xFF, marker))
            continue
        end = place + _length_at(data, place)
        if end > len(data):
            raise ValueError("cut off")
        if marker not in _APP_OR_COMMENT or _is_kept(marker, data[place + 2 : end]):
            yield bytes((0xFF, marker)) + data[place:end]
        place = end
        if marker == _START_OF_SCAN:
            end = _end_of_scan(data, place)
            yield data[place:end]
            place = end
            if place == len(data):
                yield b"\xff\xd9"
                return


def _marker_at(data: bytes, place: int) -> tuple[int, int]:
    if data[place : place + 1] != b"\xff":
        raise ValueError("no marker")
    while data[place : place + 1] == b"\xff":
        place += 1
    if place >= len(data):
        raise ValueError("cut off")
    return data[place], place + 1


def _length_at(data: bytes, place: int) -> int:
    length = int.from_bytes(data[place : place + 2], "big")
    if length < 2:
        raise ValueError("no length")
    return length


def _is_kept(marker: int, content: bytes) -> bool:
    return marker in _KEPT_APP and content.startswith(_KEPT_APP[marker])


def _end_of_scan(data: bytes, place: int) -> int:
    """Where the next marker stands that is neither a stuffed byte nor a restart, or the end."""
    while True:
        place = data.find(b"\xff", place)
        if place < 0 or place + 1 >= len(data):
            return len(data)
        if data[place + 1] != 0 and data[place + 1] not in _ALONE:
            return place
        place += 2


def _png_parts(data: bytes) -> Iterator[bytes]:
    yield PNG
    place = len(PNG)
    while place + 12 <= len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        kind, end = data[place + 4 : place + 8], place + 12 + length
        if end > len(data):
            raise ValueError("cut off")
        if kind in _PNG_KEPT:
            yield data[place:end]
        if kind == b"IEND":
            return
        place = end
    raise ValueError("cut off")
