"""E-mail that came back marks its notice; a delay, a stranger's report and anything else in the box do not (R55)."""

import mailbox

import pytest

from hjemmekontakt.access.actions import the_portal
from hjemmekontakt.gateways.mail_domain import Lack, lacks
from hjemmekontakt.gateways.mail_returned import Fate, Returned, read_returned, return_path, signed
from hjemmekontakt.messages.events import MessageAnswered
from hjemmekontakt.notifications import reactions
from hjemmekontakt.notifications.returned_mail import take_back
from hjemmekontakt.project.commands.bounces import _letters
from tests.people import an_id

RETURNS_TO = "retur@tunvik.example"
DSN = """\
From: MAILER-DAEMON@mx.example.no
To: <{to}>
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=b"

--=b
Content-Type: text/plain

Brukeren finnes ikke.

--=b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.no

Final-Recipient: rfc822; jonas.berg@example.no
Action: {action}
Status: 5.1.1

--=b
Content-Type: text/rfc822-headers

Subject: Ny melding
{header}

--=b--
"""
ARF = """\
From: complaints@isp.example
To: misbruk@tunvik.example
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="=b"

--=b
Content-Type: text/plain

A complaint.

--=b
Content-Type: message/feedback-report

Feedback-Type: abuse
Version: 1

--=b
Content-Type: message/rfc822

Subject: Ny melding
X-Hjemmekontakt-Reference: {signed}

Hei

--=b--
"""


def dsn(reference: str, *, action: str = "failed", to: str = "", header: str = "X-Other: 1") -> bytes:
    back = to or return_path(reference, returns_to=RETURNS_TO)
    return DSN.format(to=back, action=action, header=header).replace("\n", "\r\n").encode()


def test_a_bounce_is_known_by_the_address_it_came_to_or_by_the_header_it_holds() -> None:
    reference = str(an_id("notice"))
    assert read_returned(dsn(reference)) == Returned(reference, Fate.BOUNCED, "5.1.1")
    by_header = dsn("", to="ikke-svar@tunvik.example", header=f"X-Hjemmekontakt-Reference: {signed(reference)}")
    assert read_returned(by_header) == Returned(reference, Fate.BOUNCED, "5.1.1")
    shouted = dsn("", to=return_path(reference, returns_to=RETURNS_TO).upper())
    assert read_returned(shouted) == Returned(reference, Fate.BOUNCED, "5.1.1")


def test_a_complaint_is_known_by_the_message_it_holds() -> None:
    reference = str(an_id("notice"))
    assert read_returned(ARF.format(signed=signed(reference)).encode()) == Returned(reference, Fate.COMPLAINT)


def forged(signature: str) -> str:
    """The same with another last letter, whatever it was."""
    return signature[:-1] + ("y" if signature.endswith("x") else "x")


@pytest.mark.parametrize(
    "letter",
    [
        dsn(str(an_id("n")), action="delayed"),
        dsn(str(an_id("n")), action="delivered"),
        dsn("", to=f"retur+{an_id('n')}.aaaaaaaaaaaaaaaa@tunvik.example"),
        dsn("", to=f"retur+{forged(signed(str(an_id('other'))))}@tunvik.example"),
        dsn("", to="retur@tunvik.example"),
        f"To: {return_path(str(an_id('n')), returns_to=RETURNS_TO)}\n\nJeg er på ferie.".encode(),
        b"",
        b"\xff\xfe\0" * 100,
        ARF.format(signed="tull").encode(),
    ],
)
def test_what_is_no_bounce_of_ours_says_nothing(letter) -> None:
    assert read_returned(letter) is None


@pytest.fixture
def by_mail(world, wishes, outside, deliver, database):
    """Astrid has had an SMS and Jonas an e-mail; their notices' ids, his first."""
    wishes("jonas", about="astrid", message="email")
    reactions.tell_of_answers([MessageAnswered(an_id("m"), an_id("t"), an_id("astrid"), world.tunvik)])
    deliver()
    found = database.execute("SELECT id FROM notice ORDER BY channel").fetchall()
    return [str(id) for (id,) in found]


def test_jonas_s_notice_is_marked_once_and_astrid_s_sms_is_not(by_mail, database) -> None:
    his, hers = by_mail
    assert take_back(the_portal(), [dsn(his), dsn(hers), b"noe annet"]) == 1
    assert take_back(the_portal(), [dsn(his)]) == 0
    rows = database.execute("SELECT decision, receipt, last_error FROM notice ORDER BY channel").fetchall()
    assert rows == [("failed", "failed", "bounced"), ("sent", "", "")]


def test_a_maildir_is_read_and_emptied_one_by_one(by_mail, database, tmp_path) -> None:
    box = mailbox.Maildir(tmp_path / "retur")
    for letter in (dsn(by_mail[0]), b"Subject: ferie\n\nHei"):
        box.add(letter)
    assert sum(take_back(the_portal(), [letter]) for letter in _letters(tmp_path / "retur")) == 1
    assert list(mailbox.Maildir(tmp_path / "retur").keys()) == []


@pytest.mark.parametrize(
    ("dns", "found"),
    [
        ({"t.no": ["v=spf1 mx"]}, [Lack.OPEN_SPF, Lack.NO_DKIM, Lack.NO_DMARC]),
        ({"t.no": ["v=spf1 -all", "v=spf1 mx -all"], "_dmarc.t.no": ["v=DMARC1; p=none"]},
         [Lack.MANY_SPF, Lack.NO_DKIM, Lack.WEAK_DMARC]),
        ({"t.no": ["google-site=1", "V=SPF1 ~ALL"], "s._domainkey.t.no": ["k=rsa; p="], "_dmarc.t.no": ["v=DMARC1;p=reject"]},
         [Lack.NO_DKIM]),
    ],
)  # fmt: skip
def test_what_a_domain_lacks(dns, found) -> None:
    assert lacks("t.no", "s", texts=lambda name: dns.get(name, [])) == found
