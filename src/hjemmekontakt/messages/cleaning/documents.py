"""A PDF made anew from its pages: what is seen on them stays, what acts, hides or tells of its author is gone."""

from collections.abc import Iterator
from io import BytesIO

from pikepdf import Array, Dictionary, Object, ObjectStreamMode, PasswordError, Pdf, Stream, String

from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages.cleaning import contents, kinds
from hjemmekontakt.messages.rules.attachments import CleanFile, FileRefusal, Kind

THE_END = b"%%EOF"
WITHIN_LAST = 2048


def made_anew(content: bytes) -> CleanFile:
    """Open the document, draw what was filled in onto its pages, take away all else and write it down again."""
    if THE_END not in content[-WITHIN_LAST:]:
        raise Refused(FileRefusal.DAMAGED)
    try:
        opened = Pdf.open(BytesIO(content))
    except PasswordError:
        raise Refused(FileRefusal.LOCKED) from None
    with opened as pdf:
        _take_away(pdf)
        written = BytesIO()
        pdf.save(written, object_stream_mode=ObjectStreamMode.generate, encryption=False, deterministic_id=True)
    with Pdf.open(written, attempt_recovery=False):  # what was kept is whole, whatever state it came in
        pass
    return CleanFile(Kind.PDF, written.getvalue())


def _take_away(pdf: Pdf) -> None:
    """Leave what is reached from the pages by known ways; what nothing leads to any more is not written down."""
    if not len(pdf.pages):
        raise Refused(FileRefusal.DAMAGED)
    pdf.generate_appearance_streams()
    pdf.flatten_annotations("all")
    for page in pdf.pages:
        page.contents_coalesce()
    for name in set(pdf.trailer.keys()) - {"/Root", "/Size"}:
        del pdf.trailer[name]
    seen: set[tuple[tuple[int, int], str]] = set()
    waiting: list[tuple[Object, str]] = [(pdf.Root, kinds.DOCUMENT)]
    while waiting:
        each, kind = waiting.pop()
        where = (each.objgen, kind)
        if where not in seen:
            if each.is_indirect:
                seen.add(where)
            waiting += _kept_of(pdf, each, kind)


def _kept_of(pdf: Pdf, each: Object, kind: str) -> Iterator[tuple[Object, str]]:
    """Take away from one thing what is not known in it; what is left in it comes next."""
    if isinstance(each, Array):
        yield from _kept_of_list(each, kind)
        return
    known = kinds.KINDS[_kind_of(each, kind)]
    if isinstance(each, Stream):
        contents.make_anew(pdf, each, known.stream or "")
    names = set(each.keys()) - (kinds.IN_A_STREAM - set(known.names) if isinstance(each, Stream) else set())
    for name in names:
        value, holds = each[name], known.holds(name)
        if holds is None or not _fits(value, holds):
            del each[name]
        elif isinstance(value, Array | Dictionary | Stream):
            yield value, holds


def _kept_of_list(each: Array, kind: str) -> Iterator[tuple[Object, str]]:
    for place, value in enumerate(each):
        holds = _in_colour(each, place) if kind == kinds.COLOUR else kind
        if not _fits(value, holds):
            each[place] = None
        elif isinstance(value, Array | Dictionary | Stream):
            yield value, holds


def _in_colour(colour: Array, place: int) -> str:
    """What stands in a place of a way of giving colours: `[/Indexed base highest palette]`, and so on."""
    ways = {
        "/ICCBased": [kinds.PLAIN, "profile"],
        "/Indexed": [kinds.PLAIN, kinds.COLOUR, kinds.PLAIN, "palette"],
        "/Separation": [kinds.PLAIN, kinds.PLAIN, kinds.COLOUR, "function"],
        "/DeviceN": [kinds.PLAIN, kinds.PLAIN, kinds.COLOUR, "function"],
    }
    way = ways.get(str(colour[0]), [kinds.COLOUR] * 2)
    return way[place] if place < len(way) else kinds.PLAIN


def _fits(value: object, kind: str) -> bool:
    """Whether a value can be what its place asks for; numbers and names can stand anywhere, and say little."""
    if isinstance(value, String):
        return kind in kinds.WITH_WORDS
    if isinstance(value, Stream):
        known = kinds.KINDS.get(_kind_of(value, kind))
        return known is not None and known.stream is not None
    return kind in (*kinds.KINDS, "drawn thing") if isinstance(value, Dictionary) else True


def _kind_of(value: Object, kind: str) -> str:
    """A thing that is drawn says itself whether it is a picture; one that says neither is not known, and so damaged."""
    if kind != "drawn thing":
        return kind
    return {"/Image": "picture", "/Form": "form"}[str(value.get("/Subtype"))]
