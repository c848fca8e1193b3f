"""However many decisions are stored, nothing that runs all day reads them from end to end (M8)."""

from datetime import UTC, datetime

import pytest

from hjemmekontakt.notifications.deciding import beginning_of_ids
from hjemmekontakt.notifications.statements import SQL
from tests.people import an_id

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MANY = (
    "INSERT INTO notice (id, event_key, kind, about_id, receiver_id, municipality_id, channel, decision, values,"
    " decided_at, due_at, attempts, sent_at, provider_reference, last_error)"
    " SELECT gen_random_uuid(), 'message:' || n, 'message', %(who)s, %(who)s, %(town)s, 'sms', 'sent', '{}', %(now)s, %(now)s,"
    " 1, %(now)s, 'm' || n, '' FROM generate_series(1, 30000) AS n"
)
ID, OTHER = an_id("notice"), an_id("other")
ALL_DAY = {
    "settle_calls": {"now": NOW},
    "raise_calls": {"now": NOW},
    "claim_due": {"now": NOW, "real": NOW, "lease": NOW, "held": [], "limit": 50},
    "settle": {
        "ids": [ID, OTHER], "decisions": ["sent"] * 2, "channels": ["sms"] * 2, "sent_at": [NOW] * 2, "retry_at": [None] * 2,
        "references": [""] * 2, "errors": [""] * 2, "attempts": [1] * 2, "segments": [1] * 2, "address_ends": [""] * 2,
        "due_at": [None] * 2,
        "lease": NOW, "month": NOW.date(), "now": NOW, "reached_nobody": ["failed"],
    },
    "record_reports": {
        "ours": [ID], "theirs": ["m1"], "providers": ["link"], "states": ["sent"], "at": [NOW], "now": NOW,
        "order": ["queued", "sent", "delivered"],
    },
    "record_returned": {"ids": [ID], "receipts": ["failed"], "errors": ["bounced"], "now": NOW, "look_at": NOW},
}  # fmt: skip


@pytest.fixture
def many(world, database):
    database.execute(MANY, {"who": an_id("astrid"), "town": world.tunvik, "now": NOW})
    database.execute("ANALYZE notice")


def test_no_statement_reads_all_notices(many, database) -> None:
    each = {
        "keys": "message:x",
        "kinds": "message",
        "about": ID,
        "receivers": ID,
        "municipalities": ID,
        "channels": "sms",
    }
    each |= {"decisions": "due", "said": "{}", "due": NOW, "remind": NOW}
    kept = {"now": NOW, "moment": beginning_of_ids(NOW), **{name: [value] * 50 for name, value in each.items()}}
    for name, values in {**ALL_DAY, "keep_decisions": kept}.items():
        plan = [line for (line,) in database.execute(f"EXPLAIN {SQL[name]}", values).fetchall()]
        assert any("notice" in line for line in plan), name
        assert not any("Seq Scan on notice" in line for line in plan), (name, plan)
