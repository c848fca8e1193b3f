"""The log's seal: finished lines go into batches, each a Merkle root chained to the batch before (R74); never in a request."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.lookup import portal
from hjemmekontakt.access.models import SealedBatch
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.ground import clock

LIMIT = 20_000
LOCK = 7_231_001
COLUMNS = (
    "id, xact::text, at, act, outcome, standing, actor_id, actor_name, actor_role, actor_unit, citizen_id,"
    " municipality_id, unit_id, about_kind, about_id, in_list"
)
PORTAL_CHAIN = "portal"


def leaf(row: Sequence[Any]) -> bytes:
    """The hash of one log line: SHA-256 over a zero byte and the line's columns as JSON (RFC 6962's leaf)."""
    plain = [value.isoformat() if hasattr(value, "isoformat") else value for value in row]
    return hashlib.sha256(b"\0" + json.dumps(plain, default=str, ensure_ascii=False).encode()).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The Merkle root of leaves in their order (RFC 6962: nodes begin with a one byte; an odd one goes up alone).

    >>> root([b"a"]) == b"a", root([b"a", b"b"]) == hashlib.sha256(b"\\x01" + b"ab").digest()
    (True, True)
    """
    level = list(leaves)
    while len(level) > 1:
        pairs = [level[place : place + 2] for place in range(0, len(level), 2)]
        level = [hashlib.sha256(b"\x01" + pair[0] + pair[1]).digest() if len(pair) == 2 else pair[0] for pair in pairs]
    return level[0] if level else hashlib.sha256(b"").digest()


def head(previous: bytes, *, sequence: int, count: int, merkle_root: bytes) -> bytes:
    """The chain's new head after a batch."""
    return hashlib.sha256(b"\x02" + previous + f"{sequence}:{count}:".encode() + merkle_root).digest()


@intent
def seal_the_log(actor: Actor, limit: int = LIMIT) -> int:
    """Seal every line whose transaction is finished and not sealed yet, a batch for each chain; say how many lines."""
    require(actor, May.SEAL_LOG, about=portal())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SELECT hk_log_epoch(), pg_snapshot_xmin(pg_current_snapshot())::text")
        epoch, horizon = cursor.fetchone()
        start = _watermark(epoch)
        rows = _lines(epoch, start, horizon, limit=limit)
    if not rows:
        return 0
    end = Decimal(horizon)
    if len(rows) == limit:  # cut before the last transaction, which may not be whole
        last = rows[-1][1]
        whole = [row for row in rows if row[1] != last]
        if whole:
            rows, end = whole, Decimal(last)
        else:
            rows = _lines(epoch, start, str(int(last) + 1), limit=None)
            end = Decimal(last) + 1
    for chain, lines in _by_chain(rows).items():
        _append(epoch, chain, lines, start=start, end=end)
    return len(rows)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found: how many lines and batches hold, and what is wrong, in words without personal data."""

    lines: int
    batches: int
    faults: tuple[str, ...]


@intent
def verify_the_log(actor: Actor) -> Verdict:
    """Recompute every batch of this epoch and every chain's links; any removed, changed or added line shows."""
    require(actor, May.SEAL_LOG, about=portal())
    faults: list[str] = []
    heads: dict[str, tuple[int, bytes]] = {}
    lines = batches = 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT hk_log_epoch()")
        epoch = cursor.fetchone()[0]
    for batch in SealedBatch.objects.filter(epoch=epoch).order_by("chain", "sequence").iterator():
        place, previous = heads.get(batch.chain, (0, b""))
        found = _by_chain(_lines(epoch, batch.from_xact, str(batch.to_xact), limit=None)).get(batch.chain, [])
        merkle_root = root([leaf(row) for row in found])
        if batch.sequence != place + 1 or bytes(batch.previous) != previous:
            faults.append(f"chain {batch.chain}: batch {batch.sequence} does not follow batch {place}")
        if len(found) != batch.entries or merkle_root != bytes(batch.root):
            faults.append(
                f"chain {batch.chain}: batch {batch.sequence} holds {batch.entries} lines, {len(found)} found"
            )
        expected = head(previous, sequence=batch.sequence, count=batch.entries, merkle_root=bytes(batch.root))
        if bytes(batch.head) != expected:
            faults.append(f"chain {batch.chain}: the head of batch {batch.sequence} is not its own")
        heads[batch.chain] = (batch.sequence, bytes(batch.head))
        lines, batches = lines + len(found), batches + 1
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM access_entry WHERE epoch = %s AND xact < %s::text::xid8",
            [epoch, str(_watermark(epoch))],
        )
        below = cursor.fetchone()[0]
    if below != lines:
        faults.append(f"{below} lines lie before the last seal, {lines} are sealed")
    return Verdict(lines, batches, tuple(faults))


def _watermark(epoch: int) -> Decimal:
    last = SealedBatch.objects.filter(epoch=epoch).order_by("-to_xact").first()
    return last.to_xact if last else Decimal(0)


def _lines(epoch: int, start: Decimal, end: str, *, limit: int | None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM access_entry WHERE epoch = %s AND xact >= %s::text::xid8 AND xact < %s::text::xid8"  # noqa: S608
            " ORDER BY xact, id LIMIT %s",
            [epoch, str(start), end, limit],
        )
        return list(cursor.fetchall())


def _by_chain(rows: Sequence[tuple[Any, ...]]) -> dict[str, list[tuple[Any, ...]]]:
    chains: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        chains.setdefault(str(row[11]) if row[11] else PORTAL_CHAIN, []).append(row)
    return chains


def _append(epoch: int, chain: str, lines: Sequence[tuple[Any, ...]], *, start: Decimal, end: Decimal) -> None:
    last = SealedBatch.objects.filter(epoch=epoch, chain=chain).order_by("-sequence").first()
    previous, sequence = (bytes(last.head), last.sequence + 1) if last else (b"", 1)
    merkle_root = root([leaf(row) for row in lines])
    SealedBatch.objects.create(
        epoch=epoch,
        chain=chain,
        sequence=sequence,
        from_xact=start,
        to_xact=end,
        entries=len(lines),
        root=merkle_root,
        previous=previous,
        head=head(previous, sequence=sequence, count=len(lines), merkle_root=merkle_root),
        sealed_at=clock.now(),
    )
