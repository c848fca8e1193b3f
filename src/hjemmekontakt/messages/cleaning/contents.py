"""The bytes inside a document's streams, each read as what it is to be, and written anew; what is none of it is damage."""

import re
import zlib
from base64 import a85decode
from binascii import unhexlify
from collections.abc import Callable

from pikepdf import (
    Array,
    ContentStreamInlineImage,
    ContentStreamInstruction,
    Dictionary,
    Name,
    Object,
    Pdf,
    Stream,
    parse_content_stream,
    unparse_content_stream,
)

from hjemmekontakt.messages.cleaning import kinds
from hjemmekontakt.messages.cleaning.pictures_inside import jpeg2000_without_words, jpeg_without_words

OPERATORS = frozenset(
    b"b B b* B* BDC BMC BT BX c cm cs CS d d0 d1 Do DP EMC ET EX f F f* g G gs h i j J k K l m M MP n q Q re rg RG ri s S"
    b" sc SC scn SCN sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' \"".split()
)
# Page contents in which nothing can hide: numbers, names, words that are drawn, and the operators that draw.
END_OF_WORD = rb"(?=[\s()<>\[\]/]|\Z)"
_STRING = rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*+\))*+\)"
ONLY_DRAWS = re.compile(
    rb"(?:[\s\0]++|[-+.\d]++" + END_OF_WORD + rb"|/[^\s\0()<>\[\]{}/%]*+|" + _STRING + rb"|<[0-9A-Fa-f\s]*+>|<<|>>|[\[\]]|(?:"
    + rb"|".join(re.escape(each) for each in sorted({*OPERATORS, b"true", b"false", b"null"}, key=len, reverse=True))
    + rb")" + END_OF_WORD + rb")*+",
    re.DOTALL,
)  # fmt: skip
# How what tells of a picture begins, wherever it lies; and how a whole file begins.
TELLS = re.compile(
    rb"Exif\0\0(?:II|MM)|MM\0\*\0\0\0\x08|II\*\0\x08\0\0\0|<x:xmpmeta|<\?xpacket|ns\.adobe\.com/xap|Photoshop 3\.0\0"
)
FILES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-", b"PK\x03\x04", b"GIF8", b"MZ\x90")
FONTS = (b"%!", b"\x80\x01", b"\0\1\0\0", b"true", b"OTTO", b"ttcf", b"\x01\x00")  # the last is bare CFF
FILTERS: dict[str, Callable[[bytes], bytes]] = {
    "/FlateDecode": zlib.decompress,
    "/ASCII85Decode": lambda written: a85decode(written.strip().removesuffix(b"~>")),
    "/ASCIIHexDecode": lambda written: unhexlify(b"".join(written.partition(b">")[0].split())),
}
PHOTOGRAPHS = {"/DCTDecode": jpeg_without_words, "/JPXDecode": jpeg2000_without_words}
BLACK_AND_WHITE = frozenset({"/CCITTFaxDecode", "/JBIG2Decode"})
IN_A_SMALL_PICTURE = frozenset(
    {"/BitsPerComponent", "/ColorSpace", "/Decode", "/DecodeParms", "/Filter", "/Height", "/ImageMask", "/Intent"}
    | {"/Interpolate", "/Length", "/L", "/Width"}
)
COMPONENTS = {"/DeviceGray": 1, "/CalGray": 1, "/Indexed": 1, "/Separation": 1, "/DeviceRGB": 3, "/CalRGB": 3}
COMPONENTS |= {"/Lab": 3, "/DeviceCMYK": 4}


def make_anew(pdf: Pdf, stream: Stream, holds: str) -> None:
    """Read a stream as what stands in its place, and write it again; ValueError where it is something else."""
    if holds == kinds.PICTURE:
        _picture(stream)
        return
    content = stream.read_bytes()
    if holds == kinds.DRAWING:
        content = _drawing(pdf, content)
    else:
        _look_through(content)
    if holds == kinds.FONT_FILE and not content.lstrip().startswith(FONTS):
        raise ValueError("not a font")
    if holds == kinds.PROFILE and content[36:40] != b"acsp":
        raise ValueError("not a colour profile")
    _write(stream, content)


def _write(stream: Stream, content: bytes) -> None:
    stream.write(zlib.compress(content), filter=Name.FlateDecode)


def _look_through(content: bytes) -> None:
    """Stop what holds a whole file, or what a camera tells, under another name."""
    if content.startswith(FILES) or TELLS.search(content):
        raise ValueError("something else than it is called")


def _drawing(pdf: Pdf, content: bytes) -> bytes:
    """What is drawn; remarks and words that no reader knows are left out."""
    if ONLY_DRAWS.fullmatch(content):
        return content
    return unparse_content_stream([each for each in parse_content_stream(pdf.make_stream(content)) if _draws(each)])


def _draws(each: ContentStreamInstruction | ContentStreamInlineImage) -> bool:
    if isinstance(each, ContentStreamInlineImage):
        inside = each.iimage.read_raw_bytes()
        if not set(each.iimage.obj.keys()) <= IN_A_SMALL_PICTURE:
            raise ValueError("a picture with more in it than points")
        if "/DCTDecode" not in each.iimage.filters or jpeg_without_words(inside) != inside:
            _look_through(inside)
        return True
    return bytes(each.operator) in OPERATORS


def _picture(stream: Stream) -> None:
    """A photograph without its words, and any other picture without what comes after its last point."""
    filters = stream.get("/Filter", Array())
    names = [str(each) for each in (filters if isinstance(filters, Array) else [filters])]
    last = names[-1] if names else ""
    if last in PHOTOGRAPHS:
        written = PHOTOGRAPHS[last](_before(names[:-1], stream.read_raw_bytes()))
    elif last in BLACK_AND_WHITE:
        written = _before(names[:-1], stream.read_raw_bytes())
        _look_through(written)
    else:
        points = stream.read_bytes()[: _size_of(stream)]
        _look_through(points)
        _write(stream, points)
        return
    stream.write(written, filter=Name(last), decode_parms=_last(stream.get("/DecodeParms")))


def _before(filters: list[str], written: bytes) -> bytes:
    for name in filters:
        written = FILTERS[name](written)
    return written


def _last(parameters: Object | None) -> Dictionary | None:
    last = parameters[-1] if isinstance(parameters, Array) and len(parameters) else parameters
    return last if isinstance(last, Dictionary) else None


def _size_of(picture: Stream) -> int:
    """How many bytes the points of a picture take: each line begins with a byte of its own."""
    bits = 1 if picture.get("/ImageMask") else int(picture.BitsPerComponent) * _components(picture.ColorSpace)
    return (int(picture.Width) * bits + 7) // 8 * int(picture.Height)


def _components(colour: Object) -> int:
    kind = str(colour[0] if isinstance(colour, Array) else colour)
    if kind == "/ICCBased":
        return int(colour[1].N)
    return len(colour[1]) if kind == "/DeviceN" else COMPONENTS[kind]
