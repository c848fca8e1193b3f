"""What a file becomes before it is kept: nothing tells where it was taken, nothing acts, and damage is called damage."""

import os
import subprocess
from io import BytesIO

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import cleaning
from hjemmekontakt.messages.cleaning import limits
from hjemmekontakt.messages.cleaning.making import made_anew
from hjemmekontakt.messages.rules.attachments import LARGEST, LONGEST_SIDE, CleanFile, FileRefusal, Kind
from tests.messages.files import MAKER, PLACE, document, picture

A_PHOTO, A_SCREENSHOT, A_DOCUMENT = picture(), picture("PNG"), document()
TOLD = (PLACE, MAKER.encode(), b"Exif", b"<x:xmpmeta>", b"GPS")


def refusal_of(content: bytes, *, by=made_anew) -> FileRefusal:
    with pytest.raises(Refused) as refused:
        by(content)
    return refused.value.why


def opened(made: CleanFile) -> Image.Image:
    return Image.open(BytesIO(made.content))


def test_the_photograph_that_is_sent_does_tell_where_it_was_taken():
    assert all(word in A_PHOTO for word in (PLACE, MAKER.encode(), b"Exif", b"<x:xmpmeta>"))
    assert all(word in A_DOCUMENT for word in (PLACE, MAKER.encode(), b"/JavaScript", b"/Launch", b"/XFA"))


@pytest.mark.parametrize("content", [A_PHOTO, A_SCREENSHOT, A_DOCUMENT], ids=["jpeg", "png", "pdf"])
def test_what_is_kept_tells_neither_where_nor_with_what_nor_by_whom(content):
    made = cleaning.clean(content)

    assert [word for word in TOLD if word in made.content] == []
    assert made.content.startswith(content[:4])


def test_a_photograph_taken_sideways_stands_upright_and_says_no_more_about_it():
    made = made_anew(picture(size=(64, 48), turned=6))

    assert opened(made).size == (48, 64)
    assert dict(opened(made).getexif()) == {}


@pytest.mark.parametrize("turned", range(1, 9))
def test_every_way_of_holding_the_telephone_is_turned_as_it_should(turned):
    corner = Image.new("RGB", (40, 20), "white")
    corner.paste("red", (0, 0, 10, 10))
    told = Image.Exif()
    told[0x0112] = turned
    written = BytesIO()
    corner.save(written, "PNG", exif=told)

    upright = opened(made_anew(written.getvalue()))

    corners = {"first": (2, 2), "right": (-3, 2), "below": (2, -3), "across": (-3, -3)}
    width, height = upright.size
    red = [name for name, (x, y) in corners.items() if upright.getpixel((x % width, y % height)) == (255, 0, 0)]
    where = {1: "first", 2: "right", 3: "across", 4: "below", 5: "first", 6: "right", 7: "across", 8: "below"}
    assert red == [where[turned]]
    assert upright.size == ((40, 20) if turned < 5 else (20, 40))


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_longest_side_is_three_thousand(kind):
    made = made_anew(picture(kind, size=(4000, 400), turned=1))

    assert opened(made).size == (LONGEST_SIDE, 300)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_way_of_writing_colours_in_a_png_is_read(mode):
    written = BytesIO()
    Image.linear_gradient("L").convert("I" if mode == "I;16" else mode).convert(mode).save(written, "PNG")

    made = made_anew(written.getvalue())

    assert opened(made).size == (256, 256)
    assert opened(made).mode in ("L", "RGB", "RGBA")


def test_grey_with_sixteen_bits_keeps_its_shades():
    written = BytesIO()
    Image.new("I;16", (8, 8), 0x8000).save(written, "PNG")

    assert opened(made_anew(written.getvalue())).getpixel((4, 4)) == 0x80


def test_a_picture_for_print_becomes_one_for_screens():
    written = BytesIO()
    Image.new("CMYK", (8, 8), (0, 0, 0, 0)).save(written, "JPEG")

    assert opened(made_anew(written.getvalue())).mode == "RGB"


def test_a_colour_profile_is_followed_and_not_kept():
    written = BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.new("RGB", (8, 8), (200, 30, 30)).save(written, "PNG", icc_profile=profile)

    made = opened(made_anew(written.getvalue()))

    assert made.info == {}
    assert all(abs(a - b) <= 2 for a, b in zip(made.getpixel((4, 4)), (200, 30, 30), strict=True))


def test_a_png_that_would_be_too_large_to_keep_becomes_a_jpeg():
    noise = Image.frombytes("RGB", (2000, 2000), os.urandom(12_000_000))
    written = BytesIO()
    noise.save(written, "PNG")

    made = made_anew(written.getvalue())

    assert made.kind is Kind.JPEG
    assert len(made.content) < LARGEST


@pytest.mark.parametrize("content", [A_PHOTO, A_SCREENSHOT], ids=["jpeg", "png"])
@pytest.mark.parametrize("tail", [b"PK\x03\x04 a zip", b"<script>alert(1)</script>", b"%PDF-1.7 %%EOF"])
def test_a_file_that_is_two_things_at_once_is_one_thing_afterwards(content, tail):
    assert tail not in made_anew(content + tail).content


@pytest.mark.parametrize("content", [A_PHOTO, A_SCREENSHOT, A_DOCUMENT], ids=["jpeg", "png", "pdf"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_file_that_is_cut_off_is_damaged(content, share):
    assert refusal_of(content[: int(len(content) * share)]) is FileRefusal.DAMAGED


def test_a_picture_of_too_many_points_is_refused_before_they_are_read():
    written = BytesIO()
    Image.new("1", (20_000, 20_000)).save(written, "PNG")

    assert refusal_of(written.getvalue(), by=cleaning.clean) is FileRefusal.DAMAGED


def test_a_program_is_not_taken_whatever_it_is_called():
    assert refusal_of(b"MZ\x90\0 this program cannot be run") is FileRefusal.NOT_A_KIND_WE_TAKE


# ── Documents ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_acts_in_a_document_is_gone_and_its_pages_stay():
    made = pikepdf.open(BytesIO(made_anew(A_DOCUMENT).content))
    with_all_written_out = BytesIO()
    made.save(with_all_written_out, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)

    active = [b"/JavaScript", b"/Launch", b"/OpenAction", b"/AA", b"/XFA", b"/EmbeddedFile", b"inni.exe", b"/Annots"]
    assert [each for each in active if each in with_all_written_out.getvalue()] == []
    assert len(made.pages) == 1
    assert b"/Photo Do" in made.pages[0].Contents.read_bytes()
    assert str(made.Root.Lang) == "nb"


def test_the_photograph_inside_a_document_is_the_same_points_without_the_words():
    made = pikepdf.open(BytesIO(made_anew(A_DOCUMENT).content))
    inside = made.pages[0].Resources.XObject.Photo.read_raw_bytes()

    assert Image.open(BytesIO(inside)).convert("RGB").tobytes() == Image.open(BytesIO(A_PHOTO)).tobytes()
    assert dict(Image.open(BytesIO(inside)).getexif()) == {}


def test_what_was_filled_in_in_a_form_is_drawn_onto_the_page():
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(200, 200))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    filled = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T=pikepdf.String("navn"),
            V=pikepdf.String("Astrid"),
            DA=pikepdf.String("/Helv 12 Tf 0 g"),
            Rect=[10, 10, 110, 30],
            F=4,
        )
    )
    pdf.pages[0].Annots = pikepdf.Array([filled])
    pdf.Root.AcroForm = pikepdf.Dictionary(
        Fields=pikepdf.Array([filled]),
        NeedAppearances=True,
        DA=pikepdf.String("/Helv 12 Tf 0 g"),
        DR=pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=font)),
    )
    written = BytesIO()
    pdf.save(written)

    made = pikepdf.open(BytesIO(made_anew(written.getvalue()).content))

    drawn = [each.read_bytes() for each in made.objects if isinstance(each, pikepdf.Stream)]
    assert any(b"Astrid" in each for each in drawn)
    assert "/AcroForm" not in made.Root


@pytest.mark.parametrize(
    ("word", "broken"),
    [
        (b"/Subtype /Image", b"/Subtype /Imagf"),
        (b"/Subtype /Image", b"/Subtype /Form "),
        (b"/Filter /DCTDecode", b"/Filter /DCTDecodf"),
        (b"/Filter /DCTDecode", b"/Filteq /DCTDecode"),
        (b"/Metadata", b"/Metadatb"),
        (b"/Metadata", b"/SMask   "),
        (b"/XObject <<", b"/Xobject <<"),
        (b"/Photo", b"/Phot\0"),
        (b"/XFA", b"/XFB"),
        (b"/Names", b"/Lang "),
    ],
)
def test_where_a_document_says_something_else_of_what_is_in_it_nothing_comes_through_unseen(word, broken):
    assert A_DOCUMENT.count(word) >= 1
    assert len(word) == len(broken)

    holds(A_DOCUMENT.replace(word, broken))


@pytest.mark.parametrize("other", ["a page's contents", "a font", "a profile", "an attachment of no name", "remarks"])
def test_a_photograph_under_another_name_is_not_kept(other):
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(200, 200))
    page, photo = pdf.pages[0], pdf.make_stream(A_PHOTO)
    font = pikepdf.Dictionary(FontDescriptor=pikepdf.Dictionary(FontFile2=photo))
    if other == "a page's contents":
        page.Contents = photo
    elif other == "a font":
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    elif other == "a profile":
        colour = pikepdf.Array([pikepdf.Name.ICCBased, photo])
        page.Resources = pikepdf.Dictionary(ColorSpace=pikepdf.Dictionary(C1=colour))
    elif other == "an attachment of no name":
        page.Resources = pikepdf.Dictionary(Own=photo)
    else:
        page.Contents = pdf.make_stream(b"q % " + PLACE + b"\n(" + PLACE.replace(b"\n", b"") + b") tells Q")
    written = BytesIO()
    pdf.save(written, compress_streams=False)

    holds(written.getvalue())


def test_what_draws_a_page_stays_as_it_was():
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(200, 200))
    page = pdf.pages[0]
    shades = pikepdf.Dictionary(FunctionType=2, Domain=[0, 1], C0=[1, 0, 0], C1=[0, 0, 1], N=1)
    palette = pikepdf.Array([pikepdf.Name.Indexed, pikepdf.Name.DeviceRGB, 1, pikepdf.String(b"\xff\0\0\0\0\xff")])
    points = pdf.make_stream(b"\x40and more", BitsPerComponent=1, ColorSpace=palette, Width=2, Height=1)
    points.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image})
    drawn = pdf.make_stream(b"0 0 9 9 re f", BBox=[0, 0, 9, 9])
    drawn.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Form})
    page.Resources = pikepdf.Dictionary(
        Font={
            "/F1": pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Courier)
        },
        XObject={"/Points": points, "/Drawn": drawn},
        ExtGState={"/G1": pikepdf.Dictionary(ca=0.5, SMask=pikepdf.Name("/None"))},
        Shading={
            "/S1": pikepdf.Dictionary(
                ShadingType=2, ColorSpace=pikepdf.Name.DeviceRGB, Coords=[0, 0, 9, 9], Function=shades
            )
        },
    )
    contents = b"q /G1 gs BT /F1 9 Tf (100 % \\(ca.\\)) Tj ET /S1 sh /Points Do /Drawn Do Q"
    page.Contents = pdf.make_stream(contents)
    written = BytesIO()
    pdf.save(written)

    again = pikepdf.open(BytesIO(made_anew(written.getvalue()).content))
    made = again.pages[0]

    assert made.Contents.read_bytes() == contents
    assert made.Resources.Shading.S1.Function.C1 == shades.C1
    assert made.Resources.ExtGState == page.Resources.ExtGState
    assert made.Resources.Font == page.Resources.Font
    assert made.Resources.XObject.Drawn.read_bytes() == b"0 0 9 9 re f"
    assert made.Resources.XObject.Points.read_bytes() == b"\x40"
    assert made.Resources.XObject.Points.ColorSpace == palette


def test_a_document_that_asks_for_a_password_is_locked():
    assert refusal_of(document(password="hemmelig"), by=cleaning.clean) is FileRefusal.LOCKED


def test_a_document_that_opens_for_all_but_forbids_printing_is_taken():
    made = pikepdf.open(BytesIO(made_anew(document(owner="eieren")).content))

    assert not made.is_encrypted


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\n%%EOF", b"%PDF-1.7\n<html>%%EOF", b"%PDF-" + bytes(5000) + b"%%EOF", A_PHOTO[:3] + b"x"]
)
def test_what_only_begins_like_a_file_is_damaged(content):
    assert refusal_of(content) is FileRefusal.DAMAGED


# ── Apart, and held to a measure ───────────────────────────────────────────────────────────────────────────────────


def test_a_file_is_opened_where_none_of_the_portals_settings_are(monkeypatch):
    monkeypatch.setenv("HK_SECRET_KEY", "not for a file to read")
    probe = "import os; print(*sorted(os.environ))"
    ran = subprocess.run(
        [*cleaning.COMMAND[:2], "-c", probe], env=cleaning.ENVIRONMENT, capture_output=True, text=True, check=True
    )

    assert not [name for name in ran.stdout.split() if name.startswith(("HK_", "DATABASE", "DJANGO"))]


@pytest.mark.parametrize(
    "deed", ["bytes(2 * limits.MEMORY)", "open('/tmp/from-a-file', 'w').write('x' * 9999)", "while True: pass"]
)
def test_one_that_takes_too_much_ends_and_takes_nothing_with_it(deed):
    hold = "from hjemmekontakt.messages.cleaning import limits; limits.SECONDS = 1; limits.hold_to_them()\n"
    ran = subprocess.run(
        [*cleaning.COMMAND[:2], "-c", hold + deed],
        env=cleaning.ENVIRONMENT,
        capture_output=True,
        check=False,
        timeout=9,
    )

    assert ran.returncode != 0


def test_where_the_process_breaks_down_the_file_is_called_damaged(monkeypatch):
    monkeypatch.setattr(cleaning, "COMMAND", [*cleaning.COMMAND[:2], "-c", "import os; os.abort()"])

    assert refusal_of(A_PHOTO, by=cleaning.clean) is FileRefusal.DAMAGED


@pytest.mark.parametrize("program", [["sleep", "9"], ["/no/such/program"]], ids=["slow", "cannot begin"])
def test_where_the_machine_is_too_slow_nothing_is_said_of_the_file_and_it_can_be_sent_again(monkeypatch, program):
    monkeypatch.setattr(cleaning, "COMMAND", program)
    monkeypatch.setattr(cleaning, "PATIENCE", 0.2)

    assert refusal_of(A_PHOTO, by=cleaning.clean) is FileRefusal.NOT_IN_TIME


def test_one_whose_turn_does_not_come_can_send_it_again_and_the_next_is_taken(monkeypatch):
    with monkeypatch.context() as meanwhile, cleaning._ONE_AT_A_TIME:
        meanwhile.setattr(cleaning, "PATIENCE", 0.1)
        assert refusal_of(A_PHOTO, by=cleaning.clean) is FileRefusal.NOT_IN_TIME

    assert cleaning.clean(A_PHOTO).kind is Kind.JPEG


def test_the_measure_is_what_the_operators_are_told():
    assert (limits.MEMORY, limits.SECONDS) == (1024**3, 10)


# ── Any bytes at all ───────────────────────────────────────────────────────────────────────────────────────────────

WHOLE = st.sampled_from([A_PHOTO, A_SCREENSHOT, A_DOCUMENT])
STEADY = {"deadline": None, "derandomize": True, "database": None}  # the same files each time


def all_in(made: CleanFile) -> bytes:
    """Everything in a file: in a document also what is packed, and each word and remark."""
    if made.kind is not Kind.PDF:
        return made.content
    unpacked = BytesIO()
    with pikepdf.open(BytesIO(made.content)) as pdf:
        pdf.save(
            unpacked,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return made.content + unpacked.getvalue()


def holds(content: bytes) -> None:
    """Either a file without what it told, or a refusal; never anything else."""
    try:
        made = made_anew(content)
    except Refused:
        return
    assert PLACE not in all_in(made)


@settings(max_examples=200, **STEADY)
@given(st.sampled_from([b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]), st.binary(max_size=2000))
def test_random_bytes_give_a_file_or_a_refusal(beginning, rest):
    holds(beginning + rest)
    holds(beginning + rest + b"%%EOF")


@settings(max_examples=150, **STEADY)
@given(WHOLE, st.data())
def test_a_file_cut_anywhere_gives_a_file_or_a_refusal(whole, data):
    holds(whole[: data.draw(st.integers(0, len(whole)))])


def changed(whole: bytes, draw) -> bytes:
    """The file with up to eight places changed."""
    changed = bytearray(whole)
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(len(whole) // 50, len(whole) - 1))
        changed[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=4))
    return bytes(changed)


@settings(max_examples=400, **STEADY)
@given(WHOLE, st.data())
def test_a_file_with_anything_changed_gives_a_file_or_a_refusal(whole, data):
    holds(changed(whole, data.draw))
