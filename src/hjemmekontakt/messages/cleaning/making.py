"""A file made anew by its kind; whatever a library says of a file it cannot read, the file is damaged."""

from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages.cleaning import documents, images
from hjemmekontakt.messages.rules.attachments import LARGEST, CleanFile, FileRefusal, Kind, kind_of


def made_anew(content: bytes) -> CleanFile:
    """Make a picture or a document anew; Refused where it is damaged or locked, or of another kind."""
    kind = kind_of(content)
    if kind is None:
        raise Refused(FileRefusal.NOT_A_KIND_WE_TAKE)
    try:
        made = documents.made_anew(content) if kind is Kind.PDF else images.made_anew(content, kind)
    except Refused:
        raise
    except Exception as fault:  # the libraries have no common kind of fault, and hostile files find them all
        raise Refused(FileRefusal.DAMAGED) from fault
    if len(made.content) > LARGEST:
        raise Refused(FileRefusal.TOO_LARGE)
    return made
