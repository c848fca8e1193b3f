"""Pictures for the documents: small files with few colours, as a page of text needs no more."""

import base64
import struct
import zlib
from pathlib import Path

from playwright.sync_api import Page

COLOURS = 48
INTO_FEW_COLOURS = """async ([png, most]) => {
    const bytes = Uint8Array.from(atob(png), letter => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes]));
    const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
    canvas.drawImage(image, 0, 0);
    const {data, width, height} = canvas.getImageData(0, 0, image.width, image.height);
    const pixels = Uint32Array.from({length: width * height}, (_, at) =>
        data[4 * at] << 16 | data[4 * at + 1] << 8 | data[4 * at + 2]);
    const often = new Map();
    pixels.forEach(colour => often.set(colour, (often.get(colour) ?? 0) + 1));
    const palette = [...often.keys()].sort((a, b) => often.get(b) - often.get(a)).slice(0, most);
    const part = (colour, by) => colour >> by & 255;
    const apart = (a, b) => [16, 8, 0].reduce((sum, by) => sum + (part(a, by) - part(b, by)) ** 2, 0);
    const nearest = new Map();
    for (const colour of often.keys()) {
        nearest.set(colour, palette.reduce((best, _, at) =>
            apart(colour, palette[at]) < apart(colour, palette[best]) ? at : best, 0));
    }
    let places = '';
    pixels.forEach(colour => { places += String.fromCharCode(nearest.get(colour)); });
    return {width, height, palette, places: btoa(places)};
}"""


def save(picture: bytes, file: Path, *, page: Page) -> None:
    """Save a screenshot with its commonest colours alone; the blank page does the counting."""
    drawn = page.evaluate(INTO_FEW_COLOURS, [base64.b64encode(picture).decode(), COLOURS])
    places, width = base64.b64decode(drawn["places"]), drawn["width"]
    rows = b"".join(b"\0" + places[at : at + width] for at in range(0, len(places), width))
    palette = b"".join(colour.to_bytes(3, "big") for colour in drawn["palette"])
    head = struct.pack(">IIBBBBB", width, drawn["height"], 8, 3, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"PLTE", palette), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks))


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
