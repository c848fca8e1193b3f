"""Attachments: which files are taken, what they are called, and why one is not (R16)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

LARGEST = 10 * 1024 * 1024
MOST = 5
LONGEST_NAME = 80
LONGEST_SIDE = 3000
NAMELESS = "vedlegg"


class Kind(StrEnum):
    """What kind a file is."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"

    @property
    def media_type(self) -> str:
        """How browsers know it."""
        return "application/pdf" if self is Kind.PDF else f"image/{self.value}"

    @property
    def is_image(self) -> bool:
        """Whether a browser may show it by itself."""
        return self is not Kind.PDF


SIGNS = {Kind.PDF: b"%PDF-", Kind.JPEG: b"\xff\xd8\xff", Kind.PNG: b"\x89PNG\r\n\x1a\n"}
ENDINGS = {Kind.PDF: ".pdf", Kind.JPEG: ".jpg", Kind.PNG: ".png"}
KNOWN_ENDING = re.compile(r"\.(pdf|jpe?g|jpe|jfif|png|heic|heif)$", re.IGNORECASE)
NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


class FileRefusal(StrEnum):
    """Why a file is not taken; each has its sentence in the words, and the sentence names the file."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    TOO_MANY = "too-many"
    NOT_A_KIND_WE_TAKE = "not-a-kind-we-take"
    DAMAGED = "damaged"
    NOT_IN_TIME = "not-in-time"
    LOCKED = "locked"
    INFECTED = "infected"
    SCANNER_DOWN = "scanner-down"
    NOT_OFFERED = "not-offered"


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A file as it is kept: its bytes made anew, and what kind they are."""

    kind: Kind
    content: bytes


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """A file as pages list it, and as it is called when it is fetched."""

    id: UUID
    name: str
    kind: Kind
    size: int
    added_at: datetime


@dataclass(frozen=True, slots=True)
class DraftPlace:
    """Where a draft belongs: the dialogue it answers, or the service that a new message would go to."""

    service_id: UUID | None = None
    thread_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the form that a file came with, so that the draft keeps it too."""

    form_key: UUID
    text: str = ""
    subject: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file with its bytes, for the one who opens it."""

    file: AttachmentView
    content: bytes


def kind_of(content: bytes) -> Kind | None:
    """Say what kind a file is by how it begins, never by its name (R16).

    >>> kind_of(b"%PDF-1.7 ..."), kind_of(b"MZ\\x90...")
    (<Kind.PDF: 'pdf'>, None)
    """
    return next((kind for kind, sign in SIGNS.items() if content.startswith(sign)), None)


def why_not_attach(content: bytes, *, size: int, already: int) -> FileRefusal | None:
    """Say why a file cannot be attached, as far as it can be seen from outside; None means that it may be looked into.

    >>> why_not_attach(b"%PDF-1.7", size=8, already=4), why_not_attach(b"%PDF-1.7", size=8, already=5)
    (None, <FileRefusal.TOO_MANY: 'too-many'>)
    >>> why_not_attach(b"", size=0, already=0), why_not_attach(b"MZ", size=2, already=0)
    (<FileRefusal.EMPTY: 'empty'>, <FileRefusal.NOT_A_KIND_WE_TAKE: 'not-a-kind-we-take'>)
    >>> why_not_attach(b"%PDF-", size=LARGEST + 1, already=0)
    <FileRefusal.TOO_LARGE: 'too-large'>
    """
    if size > LARGEST:
        return FileRefusal.TOO_LARGE
    if already >= MOST:
        return FileRefusal.TOO_MANY
    if not size:
        return FileRefusal.EMPTY
    return None if kind_of(content) else FileRefusal.NOT_A_KIND_WE_TAKE


def file_name(name: str, kind: Kind) -> str:
    """Make the name that a file is shown and downloaded under: no folders, no hidden signs, the ending of its kind.

    >>> file_name("C:\\\\Users\\\\Astrid\\\\Bilder\\\\Sår på foten.HEIC", Kind.JPEG)
    'Sår på foten.jpg'
    >>> file_name("faktura\\u202efdp.exe", Kind.PDF), file_name("../..", Kind.PNG)
    ('fakturafdp.exe.pdf', 'vedlegg.png')
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    spaced = " ".join(re.sub(r"\s", " ", last).split())
    seen = "".join(each for each in spaced if unicodedata.category(each) not in HIDDEN)
    stem = KNOWN_ENDING.sub("", NOT_IN_NAMES.sub("", seen)).strip(" .")
    ending = ENDINGS[kind]
    return f"{stem[: LONGEST_NAME - len(ending)].rstrip(' .') or NAMELESS}{ending}"


def shown_name(name: str) -> str:
    """A file's name as a refusal says it: the last part alone, nothing hidden, not too long.

    >>> shown_name("mappe/rapport\\u202e.exe")
    'rapport.exe'
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(each for each in last if unicodedata.category(each) not in HIDDEN).strip()
    return seen if len(seen) <= LONGEST_NAME else f"{seen[:LONGEST_NAME].rstrip()} …"
