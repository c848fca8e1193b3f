"""A PDF made anew from its pages: what is seen on them stays, what acts, hides or tells of its author is gone."""

import zlib
from base64 import a85decode
from binascii import unhexlify
from collections.abc import Callable
from io import BytesIO

from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, PasswordError, Pdf, Stream

from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages.cleaning.pictures_inside import jpeg2000_without_words, jpeg_without_words
from hjemmekontakt.messages.rules.attachments import CleanFile, FileRefusal, Kind

THE_END = b"%%EOF"
WITHIN_LAST = 2048
KEPT_IN_DOCUMENT = frozenset(
    {"/Type", "/Pages", "/Lang", "/MarkInfo", "/StructTreeRoot", "/PageLabels", "/OCProperties"}
)
KEPT_IN_PAGE = frozenset(
    {"/Type", "/Parent", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate", "/UserUnit"}
    | {"/Resources", "/Contents", "/Group", "/StructParents", "/Tabs"}
)
# What acts, carries files or tells of the author, wherever it stands.
GONE_EVERYWHERE = frozenset(
    {"/AA", "/OpenAction", "/JS", "/JavaScript", "/EF", "/AF", "/EmbeddedFiles", "/XFA", "/Metadata", "/PieceInfo"}
    | {"/LastModified", "/RichMediaContent", "/RichMediaSettings", "/Ref", "/OPI", "/Annots"}
)
GONE_IN_STREAMS = frozenset({"/F", "/FFilter", "/FDecodeParms"})  # content that lies in another file
FILTERS: dict[str, Callable[[bytes], bytes]] = {
    "/FlateDecode": zlib.decompress,
    "/ASCII85Decode": lambda written: a85decode(written.strip().removesuffix(b"~>")),
    "/ASCIIHexDecode": lambda written: unhexlify(b"".join(written.partition(b">")[0].split())),
}
PICTURES = {"/DCTDecode": jpeg_without_words, "/JPXDecode": jpeg2000_without_words}


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
    return CleanFile(Kind.PDF, written.getvalue())


def _take_away(pdf: Pdf) -> None:
    """Leave the pages, and the tree by which a screen reader reads them."""
    if not len(pdf.pages):
        raise Refused(FileRefusal.DAMAGED)
    pdf.generate_appearance_streams()
    pdf.flatten_annotations("all")
    _keep_only(pdf.Root, KEPT_IN_DOCUMENT)
    for page in pdf.pages:
        _keep_only(page.obj, KEPT_IN_PAGE)
    for each in pdf.objects:
        _sweep(each)
    _keep_only(pdf.trailer, frozenset({"/Root", "/Size"}))


def _keep_only(what: Object, names: frozenset[str]) -> None:
    for name in set(what.keys()) - names:
        del what[name]


def _sweep(top: Object) -> None:
    """Go through one object and all that stands directly in it; what it refers to has its own turn."""
    waiting = [top]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Stream | Dictionary):
            _sweep_one(each)
            waiting += [value for _, value in each.items() if not _is_elsewhere(value)]
        elif isinstance(each, Array):
            waiting += [value for value in each if not _is_elsewhere(value)]


def _is_elsewhere(value: object) -> bool:
    return not isinstance(value, Array | Dictionary) or value.is_indirect


def _sweep_one(each: Object) -> None:
    gone = GONE_EVERYWHERE | GONE_IN_STREAMS if isinstance(each, Stream) else GONE_EVERYWHERE
    for name in gone & set(each.keys()):
        del each[name]
    if "/A" in each and _acts(each["/A"]):
        del each["/A"]
    if isinstance(each, Stream):
        _clean_picture(each)


def _acts(what: object) -> bool:
    """An action says what it does (/S); the attributes of a heading or a table, under the same name, say whose they are."""
    return isinstance(what, Dictionary) and "/S" in what and "/O" not in what


def _clean_picture(stream: Stream) -> None:
    """Take away what a photograph inside the document tells of where and when it was taken."""
    filters = stream.get("/Filter", Array())
    names = [str(each) for each in (filters if isinstance(filters, Array) else [filters])]
    if not names or names[-1] not in PICTURES:
        return
    written = stream.read_raw_bytes()
    for name in names[:-1]:
        written = FILTERS[name](written)
    parameters = stream.get("/DecodeParms")
    stream.write(PICTURES[names[-1]](written), filter=Name(names[-1]), decode_parms=_last(parameters))


def _last(parameters: Object | None) -> Object | None:
    return parameters[-1] if isinstance(parameters, Array) and len(parameters) else parameters
