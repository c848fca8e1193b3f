"""What may stand in a document that is kept: every kind of thing that draws a page, and the names known in each (R16).

What stands under another name, or is of another kind than its place asks for, is not kept: nothing comes through unseen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

PLAIN, TEXT = "plain", "text"  # numbers and names; and words besides
DOCUMENT, PAGE, COLOUR = "document", "page", "colour"


@dataclass(frozen=True, slots=True)
class Known:
    """The names known in one kind of thing and what each holds; `every` where the names are the document's own."""

    names: Mapping[str, str] = field(default_factory=dict)
    every: str | None = None
    stream: str | None = None

    def holds(self, name: str) -> str | None:
        """What may stand under this name; None where nothing may."""
        return self.names.get(name, self.every)


def _known(plain: str = "", *, every: str | None = None, stream: str | None = None, **names: str) -> Known:
    """The names in `plain` hold numbers and names; the others what is said of each."""
    return Known({f"/{each}": PLAIN for each in plain.split()} | {f"/{n}": k for n, k in names.items()}, every, stream)


# What a stream holds: how it is read and made anew stands in `contents.py`.
DRAWING, PICTURE, FONT_FILE, PROFILE, FIGURES = "drawing", "picture", "font file", "profile", "figures"
KINDS: Mapping[str, Known] = {
    DOCUMENT: _known(
        "Type",
        Pages=PAGE,
        Lang=TEXT,
        MarkInfo="values",
        StructTreeRoot="element",
        PageLabels="labels",
        OCProperties="layers",
    ),
    PAGE: _known(
        "Type Count MediaBox CropBox BleedBox TrimBox ArtBox Rotate UserUnit StructParents Tabs",
        Kids=PAGE,
        Parent=PAGE,
        Resources="resources",
        Contents="page contents",
        Group="group",
    ),
    "page contents": _known(stream=DRAWING),
    "values": _known(every=PLAIN),
    # How a screen reader reads the pages, and what they are called.
    "element": _known(
        "Type S C R MCID ParentTreeNextKey Limits",
        P="element",
        Pg=PAGE,
        K="element",
        Kids="element",
        Nums="element",
        ParentTree="element",
        Stm="form",
        RoleMap="values",
        ClassMap="attributes of classes",
        A="attributes",
        Alt=TEXT,
        ActualText=TEXT,
        E=TEXT,
        Lang=TEXT,
        T=TEXT,
        ID=TEXT,
    ),
    "attributes": _known("JS S", every=PLAIN),
    "attributes of classes": _known(every="attributes"),
    "labels": _known("Type S St Limits", P=TEXT, Nums="labels", Kids="labels"),
    "layers": _known(OCGs="layer", D="view of layers", Configs="view of layers"),
    "view of layers": _known(
        "BaseState Intent ListMode",
        Name=TEXT,
        ON="layer",
        OFF="layer",
        Order="layer",
        RBGroups="layer",
        Locked="layer",
    ),
    "layer": _known("Type Intent P MCID", Name=TEXT, OCGs="layer", Alt=TEXT, ActualText=TEXT, E=TEXT, Lang=TEXT),
    # What pages are drawn with.
    "resources": _known(
        "ProcSet",
        XObject="drawn things",
        Font="fonts",
        ExtGState="states",
        ColorSpace="colours",
        Pattern="patterns",
        Shading="shadings",
        Properties="marks",
    ),
    "drawn things": _known(every="drawn thing"),
    "fonts": _known(every="font"),
    "states": _known(every="state"),
    "colours": _known(every=COLOUR),
    "patterns": _known(every="pattern"),
    "shadings": _known(every="shading"),
    "marks": _known(every="layer"),
    "group": _known("Type S I K", CS=COLOUR),
    "form": _known(
        "Type Subtype FormType BBox Matrix StructParent StructParents",
        Resources="resources",
        Group="group",
        OC="layer",
        stream=DRAWING,
    ),
    "picture": _known(
        "Type Subtype Width Height BitsPerComponent Intent ImageMask Decode Interpolate SMaskInData Matte StructParent",
        ColorSpace=COLOUR,
        Mask="picture",
        SMask="picture",
        OC="layer",
        DecodeParms="parameters",
        stream=PICTURE,
    ),
    "parameters": _known(every=PLAIN, JBIG2Globals="shapes of letters"),
    "shapes of letters": _known(stream=FIGURES),
    "state": _known(
        "Type LW LC LJ ML D RI OP op OPM FL SM SA BM CA ca AIS TK",
        Font="font",
        SMask="mask of a state",
    ),
    "mask of a state": _known("Type S BC", G="form", TR="function"),
    "pattern": _known(
        "Type PatternType PaintType TilingType BBox XStep YStep Matrix",
        Resources="resources",
        Shading="shading",
        ExtGState="state",
        stream=DRAWING,
    ),
    "shading": _known(
        "ShadingType Background BBox AntiAlias Coords Domain Extend Matrix BitsPerCoordinate BitsPerComponent"
        " BitsPerFlag VerticesPerRow Decode",
        ColorSpace=COLOUR,
        Function="function",
        stream=FIGURES,
    ),
    "function": _known(
        "FunctionType Domain Range Size BitsPerSample Order Encode Decode C0 C1 N Bounds",
        Functions="function",
        stream=FIGURES,
    ),
    COLOUR: _known("WhitePoint BlackPoint Gamma Matrix Range"),
    "profile": _known("N Range", Alternate=COLOUR, stream=PROFILE),
    "palette": _known(stream=FIGURES),
    # Letters.
    "font": _known(
        "Type Subtype BaseFont Name FirstChar LastChar Widths DW W DW2 W2 FontBBox FontMatrix",
        Encoding="encoding",
        ToUnicode="encoding",
        FontDescriptor="font's measures",
        DescendantFonts="font",
        CIDSystemInfo="words",
        CIDToGIDMap="numbers of letters",
        CharProcs="letters",
        Resources="resources",
    ),
    "letters": _known(every="page contents"),
    "words": _known(every=TEXT),
    "numbers of letters": _known(stream=FIGURES),
    "encoding": _known(
        "Type BaseEncoding Differences CMapName WMode", CIDSystemInfo="words", UseCMap="encoding", stream=FIGURES
    ),
    "font's measures": _known(
        "Type FontName FontStretch FontWeight Flags FontBBox ItalicAngle Ascent Descent Leading CapHeight XHeight StemV"
        " StemH AvgWidth MaxWidth MissingWidth",
        FontFamily=TEXT,
        CharSet=TEXT,
        CIDSet="numbers of letters",
        FontFile="font file",
        FontFile2="font file",
        FontFile3="font file",
    ),
    "font file": _known("Subtype Length1 Length2 Length3", stream=FONT_FILE),
}
# Words may stand by themselves in these, not only under a name.
WITH_WORDS = frozenset({TEXT, "layer", "palette"})
IN_A_STREAM = frozenset({"/Length", "/Filter", "/DecodeParms"})
