"""A photograph inside a document, without what it tells of itself: the points of colour are not touched."""

import re

# EXIF, XMP, IPTC and comments, but not what the picture is drawn from: APP0 (the scale) and APP14 (how colours are put).
WORDS = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
START_OF_POINTS, END_OF_PICTURE = 0xDA, 0xD9
NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
WORD_BOXES = frozenset({b"xml ", b"uuid", b"uinf"})
JPEG2000_SIGN = b"\0\0\0\x0cjP  "


def jpeg_without_words(picture: bytes) -> bytes:
    """Take EXIF, XMP and comments out of a JPEG; ValueError where it is none.

    >>> jpeg_without_words(b"\\xff\\xd8" + b"\\xff\\xfe\\x00\\x05GPS" + b"\\xff\\xda\\x00\\x02points\\xff\\xd9and a zip").hex()
    'ffd8ffda0002706f696e7473ffd9'
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
        if kind == START_OF_POINTS:
            found = NEXT_MARKER.search(picture, end)
            end = found.start() if found else len(picture)
        if kind not in WORDS:
            kept.append(picture[at:end])
        at = end
    return b"".join(kept)


def jpeg2000_without_words(picture: bytes) -> bytes:
    """Take the boxes with XMP and the like out of a JPEG 2000; one without boxes holds none.

    >>> jpeg2000_without_words(JPEG2000_SIGN + b"\\r\\n\\x87\\n" + b"\\0\\0\\0\\x0bxml GPS")[12:]
    b''
    """
    if not picture.startswith(JPEG2000_SIGN):
        return picture
    kept, at = [], 0
    while at + 8 <= len(picture):
        length = int.from_bytes(picture[at : at + 4], "big")
        if length == 1:
            length = int.from_bytes(picture[at + 8 : at + 16], "big")
        end = at + length if length else len(picture)
        if end < at + 8:
            raise ValueError("not a JPEG 2000")
        if picture[at + 4 : at + 8] not in WORD_BOXES:
            kept.append(picture[at:end])
        at = end
    return b"".join(kept)
