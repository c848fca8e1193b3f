"""A photograph inside a document, without what it tells of itself: the points of colour are not touched."""

import re

# EXIF, XMP, IPTC and comments, but not what the picture is drawn from: APP0 (the scale) and APP14 (how colours are put).
WORDS = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
SCALE, COLOURS = 0xE0, 0xEE
TABLES_OF_STEPS, TABLES_OF_CODES, START_OF_POINTS, END_OF_PICTURE = 0xDB, 0xC4, 0xDA, 0xD9
TABLE_NUMBERS = frozenset({0, 1, 2, 3, 16, 17, 18, 19})
FRAMES = frozenset({*range(0xC0, 0xD0)} - {TABLES_OF_CODES, 0xC8, 0xCC})
NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
JPEG2000_SIGN = b"\0\0\0\x0cjP  "
JPEG2000_POINTS, FIRST_TILE, REMARK, END_OF_POINTS = b"\xff\x4f\xff\x51", b"\xff\x90", b"\xff\x64", b"\xff\xd9"
JPEG2000_BOXES = frozenset({b"jP  ", b"ftyp", b"jp2h", b"jp2c"})


def jpeg_without_words(picture: bytes) -> bytes:
    """Take EXIF, XMP and comments out of a JPEG; ValueError where it is none, or a part of it is not what it says.

    >>> jpeg_without_words(bytes.fromhex("ffd8 fffe0005475053 ffdd00040001 ffd9") + b"and a zip").hex(" ", 2)
    'ffd8 ffdd 0004 0001 ffd9'
    """
    if not picture.startswith(b"\xff\xd8"):
        raise ValueError("not a JPEG")
    kept, at = [b"\xff\xd8"], 2
    while at < len(picture):
        while picture[at : at + 2] == b"\xff\xff":
            at += 1
        if picture[at] != 0xFF:
            raise ValueError("not a JPEG")
        kind = picture[at + 1]
        if kind == END_OF_PICTURE:
            return b"".join([*kept, b"\xff\xd9"])
        end = at + 2 + int.from_bytes(picture[at + 2 : at + 4], "big")
        if kind not in WORDS:
            kept += [picture[at : at + 2], _part(kind, picture[at + 2 : end])]
        if kind == START_OF_POINTS:
            found = NEXT_MARKER.search(picture, end)
            start, end = end, found.start() if found else len(picture)
            kept.append(picture[start:end])
        at = end
    return b"".join(kept)


def _part(kind: int, part: bytes) -> bytes:
    """A part that the picture is drawn from, its length first: without what follows what it should hold."""
    if kind == SCALE and part[2:7] == b"JFIF\0" and len(part) >= 16:
        return b"\0\x10" + part[2:14] + b"\0\0"  # without the small picture
    if kind == COLOURS and part[2:7] == b"Adobe" and len(part) >= 14:
        return b"\0\x0e" + part[2:14]
    if len(part) < 2 or len(part) != int.from_bytes(part[:2], "big") or not _is_whole(kind, part):
        raise ValueError("not a JPEG")
    return part


def _is_whole(kind: int, part: bytes) -> bool:
    """Whether a part is as long as what it says that it holds."""
    if kind == START_OF_POINTS:
        return len(part) > 2 and len(part) == 6 + 2 * part[2]
    if kind in FRAMES:
        return len(part) > 7 and len(part) == 8 + 3 * part[7]
    if kind == 0xDD:  # how often the points begin again
        return len(part) == 4
    at, tables = 2, kind in (TABLES_OF_STEPS, TABLES_OF_CODES)
    while tables and at < len(part):
        if part[at] not in TABLE_NUMBERS:
            return False
        wide = 128 if part[at] > 15 else 64
        at += 1 + (wide if kind == TABLES_OF_STEPS else 16 + sum(part[at + 1 : at + 17]))
    return tables and at == len(part)


def jpeg2000_without_words(picture: bytes) -> bytes:
    """Take the boxes with XMP and the like out of a JPEG 2000; one without boxes holds none.

    >>> jpeg2000_without_words(JPEG2000_SIGN + b"\\r\\n\\x87\\n" + b"\\0\\0\\0\\x0bxml GPS")[12:]
    b''
    """
    if picture.startswith(JPEG2000_POINTS):
        return _points_without_remarks(picture)
    if not picture.startswith(JPEG2000_SIGN):
        raise ValueError("not a JPEG 2000")
    kept, at = [], 0
    while at + 8 <= len(picture):
        length, kind = int.from_bytes(picture[at : at + 4], "big"), picture[at + 4 : at + 8]
        head = 16 if length == 1 else 8
        length = int.from_bytes(picture[at + 8 : at + 16], "big") if length == 1 else length
        end = at + length if length else len(picture)
        if end < at + head:
            raise ValueError("not a JPEG 2000")
        if kind == b"jp2c":
            points = _points_without_remarks(picture[at + head : end])
            kept.append((len(points) + 8).to_bytes(4, "big") + kind + points)
        elif kind in JPEG2000_BOXES:
            kept.append(picture[at:end])
        at = end
    return b"".join(kept)


def _points_without_remarks(points: bytes) -> bytes:
    """Take the remarks out of the head of a JPEG 2000's points; they are of no use to who draws it."""
    if not points.startswith(JPEG2000_POINTS):
        raise ValueError("not a JPEG 2000")
    kept, at = [points[:2]], 2
    while points[at : at + 2] != FIRST_TILE:
        end = at + 2 + int.from_bytes(points[at + 2 : at + 4], "big")
        if points[at] != 0xFF or end < at + 4:
            raise ValueError("not a JPEG 2000")
        if points[at : at + 2] != REMARK:
            kept.append(points[at:end])
        at = end
    last = points.rfind(END_OF_POINTS, at)
    return b"".join([*kept, points[at : last + 2 if last >= 0 else len(points)]])
