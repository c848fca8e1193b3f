"""Files as people send them: photographs that tell where they were taken, and documents with more in them than pages."""

from io import BytesIO

import pikepdf
from PIL import Image

PLACE = b"59 deg 55' 12.0\" N"
MAKER = "Astrids telefon"


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (64, 48), mode: str = "RGB", turned: int = 6) -> bytes:
    """A photograph with all that a telephone puts into one: place, maker, thumbnail of words, comment."""
    points = Image.effect_mandelbrot(size, (-2.0, -1.5, 1.0, 1.5), 50).convert(mode)
    told = Image.Exif()
    told[0x0112], told[0x010F] = turned, MAKER
    told.get_ifd(0x8825).update({1: "N", 2: (59.0, 55.0, 12.0), 29: PLACE.decode()})
    written = BytesIO()
    extra = {"comment": PLACE, "xmp": b"<x:xmpmeta>" + PLACE} if kind == "JPEG" else {}
    points.save(written, kind, exif=told, **extra)
    return written.getvalue()


def document(*, password: str = "", owner: str = "") -> bytes:
    """A document of one page, with everything in it that a page does not show."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(200, 200))
    page = pdf.pages[0]
    photo = pdf.make_stream(picture())
    photo.update(
        {
            "/Type": pikepdf.Name.XObject,
            "/Subtype": pikepdf.Name.Image,
            "/Width": 64,
            "/Height": 48,
            "/ColorSpace": pikepdf.Name.DeviceRGB,
            "/BitsPerComponent": 8,
            "/Filter": pikepdf.Name.DCTDecode,
            "/Metadata": pdf.make_stream(PLACE),
        }
    )
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Photo=photo))
    page.Contents = pdf.make_stream(b"q 64 0 0 48 10 10 cm /Photo Do Q")
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert('hei')"))
    launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe"))
    page.AA = pikepdf.Dictionary(O=script)
    page.Annots = pdf.make_indirect(
        pikepdf.Array(
            [
                pdf.make_indirect(
                    pikepdf.Dictionary(
                        Type=pikepdf.Name.Annot,
                        Subtype=pikepdf.Name.Link,
                        Rect=[0, 0, 9, 9],
                        A=launch,
                        Border=[0, 0, 0],
                    )
                )
            ]
        )
    )
    pdf.Root.OpenAction = script
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA=pdf.make_stream(b"<xdp:xdp>"))
    pdf.Root.Lang = pikepdf.String("nb")
    pdf.attachments["inni.exe"] = b"MZ not a picture"
    with pdf.open_metadata(set_pikepdf_as_editor=False) as told:
        told["dc:creator"] = [MAKER]
    pdf.docinfo["/Author"] = MAKER
    written = BytesIO()
    locked = pikepdf.Encryption(user=password, owner=owner or password, R=6) if password or owner else False
    pdf.save(written, encryption=locked, deterministic_id=not locked)  # the same bytes each time
    return written.getvalue()
