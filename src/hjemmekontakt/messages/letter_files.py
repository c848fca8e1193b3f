"""The file of an important letter, made ready outside every transaction: a PDF, scanned and cleaned (R16, R28)."""

from hjemmekontakt.gateways import configured
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import cleaning, rules
from hjemmekontakt.messages.rules import FileRefusal, Kind, LetterRefusal
from hjemmekontakt.messages.scanning import refuse_virus


def clean_letter(content: bytes, *, size: int | None = None) -> bytes:
    """The file as it is kept; raises Refused where it is no PDF, or cannot be taken. `size` is that of one too large to bring."""
    if why_not := rules.why_not_attach(content, size=len(content) if size is None else size, already=0):
        raise Refused(why_not)
    if rules.kind_of(content) is not Kind.PDF:
        raise Refused(LetterRefusal.NOT_A_PDF)
    if not configured.has_virus_scanner():
        raise Refused(FileRefusal.NOT_OFFERED)
    refuse_virus(content)
    return cleaning.clean(content).content
