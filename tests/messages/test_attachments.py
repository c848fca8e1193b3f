"""Files with messages: who may, what is taken and what is not, and that a draft's file is its author's alone."""

from collections.abc import Callable
from io import BytesIO
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, transaction
from PIL import Image

from hjemmekontakt.access.actions import Denied
from hjemmekontakt.access.rules import Right
from hjemmekontakt.gateways import virus_fake
from hjemmekontakt.gateways.virus_fake import EICAR
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.messages import actions, queries
from hjemmekontakt.messages.rules import LARGEST, DraftPlace, FileRefusal, Kind, Written
from hjemmekontakt.messages.words.attachments import FILE_SENTENCES, say_of_file, size
from tests.messages.files import MAKER, PLACE, document, picture
from tests.people import an_id, on_behalf


@pytest.fixture
def attach(world, opened) -> Callable:
    """Put a file in the draft of a new message to Nord, or in that of an answer in a thread."""

    def to_nord(
        actor, content: bytes | None = None, *, name="Sår.jpg", thread: UUID | None = None, key="skjema 1", text="Hei."
    ):
        place = DraftPlace(thread_id=thread) if thread else DraftPlace(world.nord_nursing)
        written = Written(an_id(key), text=text, subject="" if thread else "Nøkkel")
        return actions.attach(
            actor, place, name=name, content=picture() if content is None else content, written=written
        )

    return to_nord


def new_message(world) -> DraftPlace:
    return DraftPlace(world.nord_nursing)


def refusal_of(deed: Callable[[], object]) -> FileRefusal:
    with pytest.raises(Refused) as refused:
        deed()
    return refused.value.why


def test_a_photograph_goes_with_the_message_and_mona_gets_it_without_the_place_where_it_was_taken(
    attach, write, astrid, mona, kept, world
) -> None:
    begun = attach(astrid)
    assert (begun.name, begun.kind, kept()) == ("Sår.jpg", Kind.JPEG, (1, 0, 1))

    sent = write(astrid, "Hei.")

    assert kept() == (0, 1, 1)
    (message,) = queries.staff_thread(mona, sent.thread_id).messages
    assert [file.name for file in message.files] == ["Sår.jpg"]
    got = queries.opened_file(mona, sent.thread_id, begun.id)
    assert Image.open(BytesIO(got.content)).size == (48, 64)
    assert PLACE not in got.content
    assert MAKER.encode() not in got.content
    assert got.file.size == len(got.content)
    assert queries.files_in_draft(astrid, new_message(world)) == []


def test_a_file_with_a_reply_and_one_with_the_answer_go_each_with_its_own(attach, write, astrid, mona, kept) -> None:
    sent = write(astrid)
    attach(mona, document(), name="Plan.pdf", thread=sent.thread_id)
    attach(astrid, thread=sent.thread_id, key="svar fra astrid")
    actions.reply(astrid, sent.thread_id, text="Her er bildet.", form_key=an_id("svar fra astrid"))
    assert kept() == (1, 1, 2)
    seen = queries.staff_thread(mona, sent.thread_id).last_message_id
    actions.answer(mona, sent.thread_id, text="Takk.", form_key=an_id("svar fra mona"), seen_message_id=seen)

    files = [[file.name for file in message.files] for message in queries.thread(astrid, sent.thread_id).messages]
    assert files == [[], ["Sår.jpg"], ["Plan.pdf"]]


def test_the_draft_is_no_more_when_it_is_sent(attach, write, astrid, database) -> None:
    attach(astrid)
    write(astrid, "Hei.")
    assert database.execute("SELECT count(*) FROM draft").fetchone() == (0,)


def test_words_begun_in_another_page_stay_when_the_files_go(attach, write, astrid, database, kept) -> None:
    attach(astrid, key="en annen side", text="Noe helt annet.")
    attach(astrid, document(), name="Plan.pdf")
    write(astrid, "Hei.")
    assert kept() == (0, 2, 2)
    assert database.execute("SELECT text FROM draft").fetchall() == [("Noe helt annet.",)]


def test_the_words_of_the_same_page_follow_each_file(attach, astrid, database) -> None:
    attach(astrid, text="Først.")
    attach(astrid, document(), name="Plan.pdf", text="Først, og så mer.")
    assert database.execute("SELECT text FROM draft").fetchall() == [("Først, og så mer.",)]


# ── What is taken ──────────────────────────────────────────────────────────────────────────────────────────────────

NOT_TAKEN = {
    FileRefusal.EMPTY: b"",
    FileRefusal.TOO_LARGE: b"%PDF-" + bytes(LARGEST - 4),
    FileRefusal.NOT_A_KIND_WE_TAKE: b"MZ\x90\0 this program is called Sar.jpg",
    FileRefusal.DAMAGED: b"\xff\xd8\xff and nothing more",
    FileRefusal.LOCKED: document(password="hemmelig"),
    FileRefusal.INFECTED: b"%PDF-1.7 " + EICAR + b"%%EOF",
}


@pytest.mark.parametrize("why", NOT_TAKEN)
def test_what_is_not_taken_is_not_kept(attach, astrid, kept, why) -> None:
    assert refusal_of(lambda: attach(astrid, NOT_TAKEN[why])) is why
    assert kept() == (0, 0, 0)


def test_ten_megabytes_are_not_too_many_and_one_byte_more_is(attach, astrid) -> None:
    exactly = b"%PDF-".ljust(LARGEST, b"\0")
    assert refusal_of(lambda: attach(astrid, exactly)) is FileRefusal.DAMAGED
    assert refusal_of(lambda: attach(astrid, exactly + b"\0")) is FileRefusal.TOO_LARGE


def test_a_virus_is_named_in_the_operators_log_and_nowhere_else(attach, astrid, caplog) -> None:
    assert refusal_of(lambda: attach(astrid, NOT_TAKEN[FileRefusal.INFECTED])) is FileRefusal.INFECTED

    (line,) = [record for record in caplog.records if record.name.endswith("scanning")]
    assert (line.reason, line.getMessage()) == (virus_fake.SIGNATURE, "A file with a virus was not taken")
    assert "Eicar" not in say_of_file(FileRefusal.INFECTED, "Sår.jpg")


def test_the_sixth_file_is_one_too_many(attach, astrid, kept) -> None:
    for number in range(5):
        attach(astrid, picture(size=(10 + number, 10)))
    assert refusal_of(lambda: attach(astrid, picture(size=(30, 30)))) is FileRefusal.TOO_MANY
    assert kept() == (5, 0, 5)


def test_where_the_scanner_is_away_no_file_is_taken_and_the_message_goes(
    attach, write, astrid, scanner, kept, stored
) -> None:
    scanner.shutdown()
    scanner.server_close()
    assert refusal_of(lambda: attach(astrid)) is FileRefusal.SCANNER_DOWN
    write(astrid, "Hei.")
    assert (kept(), stored()) == ((0, 0, 0), (1, 1))


def test_where_there_is_no_scanner_files_are_not_offered(attach, astrid, monkeypatch, kept) -> None:
    monkeypatch.setattr(settings, "CLAMD_URL", "")
    assert refusal_of(lambda: attach(astrid)) is FileRefusal.NOT_OFFERED
    assert kept() == (0, 0, 0)


@pytest.mark.parametrize("since", [None, "2026-03-03"])
def test_a_service_that_has_not_opened_for_files_takes_none(attach, astrid, world, since) -> None:
    world.connection.execute("UPDATE service SET attachments_from = %s", [since])
    assert refusal_of(lambda: attach(astrid)) is FileRefusal.NOT_OFFERED


# ── Once, and away again ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_file_twice_is_one(attach, astrid, kept) -> None:
    assert attach(astrid) == attach(astrid, name="et annet navn.jpg")
    assert kept() == (1, 0, 1)


def test_a_form_that_has_sent_its_message_attaches_nothing_more(attach, write, astrid, kept) -> None:
    attach(astrid)
    write(astrid, "Hei.")
    assert attach(astrid) is None
    assert write(astrid, "Hei.")
    assert kept() == (0, 1, 1)


def test_a_file_is_taken_away_again_and_can_be_put_back(attach, astrid, world, kept) -> None:
    begun = attach(astrid)
    for _ in range(2):
        actions.remove_attachment(astrid, new_message(world), begun.id)
    assert kept() == (0, 0, 0)
    assert attach(astrid).id != begun.id


def test_what_is_sent_is_not_taken_away_any_more(attach, write, astrid, world, kept) -> None:
    begun = attach(astrid)
    sent = write(astrid, "Hei.")
    attach(astrid, thread=sent.thread_id, key="svar")
    for place in (new_message(world), DraftPlace(thread_id=sent.thread_id)):
        actions.remove_attachment(astrid, place, begun.id)
    assert kept() == (1, 1, 2)


def test_a_service_that_is_not_there_is_not_found(opened, astrid) -> None:
    with pytest.raises(Denied) as denied:
        actions.attach(
            astrid, DraftPlace(an_id("no such service")), name="a", content=b"x", written=Written(an_id("s"))
        )
    assert not denied.value.near


# ── Whose it is ────────────────────────────────────────────────────────────────────────────────────────────────────


def jonas_with(*rights: Right):
    return on_behalf("jonas", "Jonas Berg", of="astrid", of_name="Astrid Berg", rights=frozenset(rights))


FAR, NEAR, LET_IN = "404", "403", "let in"
WHO_MAY = {
    "astrid": {"attach": LET_IN, "open": LET_IN},
    "jonas who may write": {"attach": LET_IN, "open": NEAR},
    "jonas who may read": {"attach": NEAR, "open": LET_IN},
    "jonas himself": {"attach": FAR, "open": FAR},
    "siri": {"attach": FAR, "open": FAR},
    "mona": {"attach": LET_IN, "open": LET_IN},
    "per": {"attach": FAR, "open": FAR},
    "kari": {"attach": FAR, "open": FAR},
    "the journal": {"attach": NEAR, "open": NEAR},
}


@pytest.mark.parametrize(("who", "deed"), [(who, deed) for who, deeds in WHO_MAY.items() for deed in deeds])
def test_who_may_attach_in_astrids_thread_and_open_what_stands_there(
    attach, write, astrid, jonas, siri, mona, per, kari, journal, who, deed
) -> None:
    persons = {
        "astrid": astrid,
        "jonas who may write": jonas_with(Right.WRITE),
        "jonas who may read": jonas_with(Right.READ),
        "jonas himself": jonas,
        "siri": siri,
        "mona": mona,
        "per": per,
        "kari": kari,
        "the journal": journal,
    }
    file = attach(astrid)
    sent = write(astrid, "Hei.")
    deeds = {
        "attach": lambda actor: attach(actor, picture("PNG"), thread=sent.thread_id, key="svar"),
        "open": lambda actor: queries.opened_file(actor, sent.thread_id, file.id),
    }
    assert outcome(lambda: deeds[deed](persons[who])) == WHO_MAY[who][deed]


def outcome(deed: Callable[[], object]) -> str:
    try:
        deed()
    except Denied as denied:
        return NEAR if denied.near else FAR
    return LET_IN


def test_to_open_a_file_leaves_a_line_and_to_attach_one_leaves_none(attach, write, astrid, mona, log_of) -> None:
    file = attach(astrid)
    sent = write(astrid, "Hei.")
    queries.opened_file(mona, sent.thread_id, file.id)
    assert log_of("astrid") == [
        ("write-message", "done", "Astrid Berg"),
        ("open-attachment", "done", "Mona Lie"),
    ]


def test_astrid_does_not_see_the_file_in_jonas_draft(attach, write, astrid, jonas_for_astrid, world) -> None:
    sent = write(astrid)
    his = attach(jonas_for_astrid, thread=sent.thread_id, key="jonas")
    attach(jonas_for_astrid, key="jonas, ny")

    for place in (DraftPlace(thread_id=sent.thread_id), new_message(world)):
        assert len(queries.files_in_draft(jonas_for_astrid, place)) == 1
        assert queries.files_in_draft(astrid, place) == []
    actions.remove_attachment(astrid, DraftPlace(thread_id=sent.thread_id), his.id)
    assert queries.files_in_draft(jonas_for_astrid, DraftPlace(thread_id=sent.thread_id)) == [his]
    assert outcome(lambda: queries.opened_file(astrid, sent.thread_id, his.id)) == FAR


def test_when_astrid_sends_jonas_file_stays_in_his_draft(attach, write, astrid, jonas_for_astrid, kept) -> None:
    attach(jonas_for_astrid, key="jonas")
    write(astrid, "Hei.")
    assert kept() == (1, 0, 1)


@pytest.mark.parametrize(("scope", "who"), [("person", "astrid"), ("unit", "mona"), ("municipality", "journal")])
def test_a_drafts_file_is_behind_the_policies_of_the_database_itself(
    attach, write, astrid, jonas_for_astrid, mona, journal, world, scope, who
) -> None:
    sent = write(astrid)
    attach(jonas_for_astrid, thread=sent.thread_id, key="jonas")

    def seen_by(actor) -> list[int]:
        unlocked = {"scope": scope, "actor": actor.id, "municipality": world.tunvik}
        unlocked |= {"persons": f"{{{an_id('astrid')}}}", "units": f"{{{world.nord}}}"}
        with transaction.atomic(), connection.cursor() as cursor:
            for name, value in unlocked.items():
                cursor.execute("SELECT set_config(%s, %s, true)", [f"hk.{name}", str(value)])
            counts = []
            for table in ("attachment", "attachment_content"):
                cursor.execute(f"SELECT count(*) FROM {table}")
                counts += cursor.fetchone()
        return counts

    assert seen_by({"astrid": astrid, "mona": mona, "journal": journal}[who]) == [0, 0]
    if scope == "person":
        assert seen_by(jonas_for_astrid) == [1, 1]
    actions.reply(jonas_for_astrid, sent.thread_id, text="Hei.", form_key=an_id("jonas"))
    assert seen_by({"astrid": astrid, "mona": mona, "journal": journal}[who]) == [1, 1]


# ── Words ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_refusal_of_a_file_has_its_sentence() -> None:
    assert set(FILE_SENTENCES) == set(FileRefusal)
    general = {FileRefusal.SCANNER_DOWN, FileRefusal.NOT_OFFERED}
    for why in FileRefusal:
        said = say_of_file(why, "mappe/100 % sant.exe")
        assert said.endswith(".")
        assert ("«100 % sant.exe»" in said) is (why not in general)


@pytest.mark.parametrize(("bytes_", "said"), [(10, "1 kB"), (348_160, "340 kB"), (1_258_291, "1,2 MB")])
def test_a_size_is_said_as_people_say_it(bytes_, said) -> None:
    assert size(bytes_) == said
