"""What pages say of files: why one is not taken, always by its name, and how large one is."""

from typing import Final

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from hjemmekontakt.messages.rules import FileRefusal, shown_name

FILE_SENTENCES: Final[dict[FileRefusal, str | Promise]] = {
    FileRefusal.EMPTY: _("Fila «%(name)s» er tom og ble ikke lagt ved. Velg den på nytt, eller velg en annen."),
    FileRefusal.TOO_LARGE: _("Fila «%(name)s» er for stor og ble ikke lagt ved. En fil kan være på inntil 10 MB."),
    FileRefusal.TOO_MANY: _("Fila «%(name)s» ble ikke lagt ved. En melding kan ha inntil 5 filer."),
    FileRefusal.NOT_A_KIND_WE_TAKE: _("Fila «%(name)s» ble ikke lagt ved. Du kan legge ved PDF, JPG og PNG."),
    FileRefusal.DAMAGED: _(
        "Vi kunne ikke lese fila «%(name)s», så den ble ikke lagt ved. Lagre den på nytt, eller velg en annen."
    ),
    FileRefusal.NOT_IN_TIME: _("Vi rakk ikke å lese fila «%(name)s», så den ble ikke lagt ved. Prøv igjen om litt."),
    FileRefusal.LOCKED: _(
        "Fila «%(name)s» er låst med passord, så den ble ikke lagt ved. Lagre den uten passord, og prøv igjen."
    ),
    FileRefusal.INFECTED: _("Fila «%(name)s» kan være skadelig, så den ble ikke lagt ved. Velg en annen fil."),
    FileRefusal.SCANNER_DOWN: _("Vi kan ikke ta imot vedlegg akkurat nå. Meldingen kan sendes uten."),
    FileRefusal.NOT_OFFERED: _("Du kan ikke legge ved filer her. Meldingen kan sendes uten."),
}
KB, MB = 1024, 1024 * 1024


def say_of_file(why: FileRefusal, name: str) -> str:
    """The sentence for a file that was not taken."""
    sentence = str(FILE_SENTENCES[why])
    return sentence % {"name": shown_name(name)} if "%(" in sentence else sentence


def kept_with_draft(count: int) -> str:
    """That nothing is lost when a file was not taken."""
    if not count:
        return gettext("Meldingen er ikke sendt ennå. Teksten din er tatt vare på.")
    return ngettext(
        "Meldingen er ikke sendt ennå. Teksten din og 1 fil er tatt vare på.",
        "Meldingen er ikke sendt ennå. Teksten din og %(count)s filer er tatt vare på.",
        count,
    ) % {"count": count}


def size(bytes_: int) -> str:
    """How large a file is, as people say it: «340 kB», «1,2 MB»."""
    if bytes_ < MB:
        return f"{max(1, round(bytes_ / KB))} kB"
    return f"{formats.number_format(round(bytes_ / MB, 1), decimal_pos=1)} MB"
