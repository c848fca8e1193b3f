"""A picture made anew from its points of colour: turned the right way up, not too large, and nothing else of it kept."""

from io import BytesIO

from PIL import Image, ImageCms

from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages.rules.attachments import LARGEST, LONGEST_SIDE, CleanFile, FileRefusal, Kind

MOST_POINTS = 52_000_000  # a telephone's largest pictures have some fifty million
QUALITY = 88
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
Image.MAX_IMAGE_PIXELS = MOST_POINTS


def made_anew(content: bytes, kind: Kind) -> CleanFile:
    """Read the points, and write them down again; a PNG that would be too large to keep becomes a JPEG."""
    with Image.open(BytesIO(content), formats=[kind.name]) as opened:
        if opened.width * opened.height > MOST_POINTS:
            raise Refused(FileRefusal.DAMAGED)
        turn, profile = _turn_of(opened), opened.info.get("icc_profile")
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is read at half or a quarter
        opened.load()
        points = _with_its_colours(opened)
        points.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=3.0)
        points = _as_srgb(points, profile)
        points = points if turn is None else points.transpose(turn)
        points.info.clear()
    if kind is Kind.PNG and len(written := _png(points)) <= LARGEST:
        return CleanFile(Kind.PNG, written)
    return CleanFile(Kind.JPEG, _jpeg(points))


def _turn_of(opened: Image.Image) -> Image.Transpose | None:
    try:
        return TURNS.get(opened.getexif().get(ORIENTATION))
    except Exception:  # what is said about the picture is broken, the picture may be whole
        return None


def _with_its_colours(opened: Image.Image) -> Image.Image:
    if opened.mode in ("L", "RGB"):
        return opened.convert("RGBA") if "transparency" in opened.info else opened
    if opened.mode in ("1", "I;16", "I"):
        return _grey(opened)
    has_holes = opened.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in opened.info
    return opened.convert("RGBA" if has_holes else "RGB")


def _grey(opened: Image.Image) -> Image.Image:
    """Grey with sixteen bits a point is brought down to eight; black and white as it is."""
    if opened.mode == "1":
        return opened.convert("L")
    return opened.convert("I").point(lambda value: value / 256).convert("L")


def _as_srgb(points: Image.Image, profile: bytes | None) -> Image.Image:
    """Give the colours as every screen knows them, since the profile that explained them is not kept."""
    if not profile or points.mode not in ("RGB", "RGBA"):
        return points
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(points, own, ImageCms.createProfile("sRGB")) or points
    except (ImageCms.PyCMSError, OSError):
        return points


def _png(points: Image.Image) -> bytes:
    written = BytesIO()
    points.save(written, "PNG")
    return written.getvalue()


def _jpeg(points: Image.Image) -> bytes:
    if points.mode == "RGBA":
        paper = Image.new("RGB", points.size, "white")
        paper.paste(points, mask=points.getchannel("A"))
        points = paper
    written = BytesIO()
    points.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()
