"""The conversation of a dialogue at work as markup, by plain functions: the page that an employee opens all day long."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import get_language, gettext
from markupsafe import Markup, escape

from hjemmekontakt.kit.jinja import paragraphs, said
from hjemmekontakt.messages import words
from hjemmekontakt.messages.rules import HandlingView, MessageView, NoteView, Sender, StaffThreadView

Component = Callable[..., Any]
TINTED: Final = ' data-variant="tinted"'


@dataclass(frozen=True, slots=True)
class Alike:
    """What conversations say alike, in one language, as markup."""

    note: str
    for_colleagues: str
    on_the_phone: str
    opened: str


def conversation(
    thread: StaffThreadView, *, now: datetime, tag: Component, icon: Component, files: Component
) -> Markup:
    """Messages, notes and what was done, each in its place; the last three are components. What people write is escaped."""
    alike = _alike(get_language() or "nb")
    made: list[str] = []
    for item in words.conversation(thread):
        if isinstance(item, MessageView):
            made.append(_message(item, thread, alike, now, tag, files))
        elif isinstance(item, NoteView):
            made.append(_note(item, alike, now, icon))
        else:
            made.append(_handled(item, now))
    return Markup("".join(made))  # noqa: S704 - each text of somebody's goes through `escape`


def who_else(names: tuple[str, ...], *, tag: Component) -> Markup:
    """The colleagues who have it open just now."""
    here = (tag("warning", said("%(name)s har også denne åpen nå", name=name), "people") for name in names)
    return Markup("".join(f"<p>{each}</p>\n" for each in here))  # noqa: S704 - markup that a component made


def _message(
    message: MessageView, thread: StaffThreadView, alike: Alike, now: datetime, tag: Component, files: Component
) -> str:
    from_unit = message.author.sender is Sender.UNIT
    author = words.author_at_work(message.author, citizen_name=thread.person_name)
    phone = tag("neutral", alike.on_the_phone, "phone") if message.channel == "phone" else ""
    signature = f'<p class="hk-muted">{escape(message.signature)}</p>' if message.signature else ""
    sent = files(message.files, "inbox:file", thread.id, words.size) if message.files else ""
    opened = alike.opened % {"time": words.moment(message.read_at, now=now)} if from_unit and message.read_at else ""
    return (
        f'  <li data-item="{message.id}">\n'
        f'    <div class="ds-card"{TINTED if from_unit else ""}>\n'
        f"    <p><strong>{escape(author)}</strong>\n"
        f'      <span class="hk-muted">{_time(message.sent_at, now)}</span>\n'
        f"{phone}</p>\n"
        f"    {paragraphs(message.text)}\n"
        f"{signature}{sent}{opened}"
        "    </div>\n  </li>\n"
    )


def _note(note: NoteView, alike: Alike, now: datetime, icon: Component) -> str:
    return (
        '  <li>\n    <div class="hk-note">\n'
        f"      <p><strong>{icon('lock')} {alike.note}</strong> · {escape(note.author_name)} {_time(note.at, now)}</p>\n"
        f"      {paragraphs(note.text)}\n"
        f'      <p class="hk-small">{alike.for_colleagues}</p>\n'
        "    </div>\n  </li>\n"
    )


def _handled(handling: HandlingView, now: datetime) -> str:
    return (
        f'  <li class="hk-handled"><span>{escape(words.handled(handling))}</span> '
        f'<span class="hk-muted">{_time(handling.at, now)}</span></li>\n'
    )


def _time(moment: datetime, now: datetime) -> str:
    return f'<time datetime="{moment.isoformat()}">{words.moment(moment, now=now)}</time>'


@lru_cache(maxsize=8)
def _alike(language: str) -> Alike:
    """Made once for each language, while it is the one in use."""
    opened = gettext("Åpnet av innbyggeren eller den som har fullmakt, sist %(time)s.")
    return Alike(
        note=gettext("Intern merknad"),
        for_colleagues=gettext("Innbyggeren ser ikke dette."),
        on_the_phone=Markup(gettext("Svart på telefon")),  # noqa: S704 - our own text
        opened=f'    <p class="hk-muted hk-small">{opened}</p>\n',
    )
