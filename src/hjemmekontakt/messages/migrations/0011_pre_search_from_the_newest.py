"""Search at work: the newest are looked through first, so that common words cost no more with a longer history."""

import django.contrib.postgres.indexes
from django.db import migrations

from hjemmekontakt.ground.policies import lookup_function

# What the reader may open of a dialogue `t`. It is asked dialogue by dialogue, in their order, so that the asking can stop
# when a page is full: hence no joins, and the order said at each level.
MAY_OPEN = """
    NOT t.citizen_id = ANY (family)
    AND (SELECT c.protection FROM citizen c WHERE c.id = t.citizen_id) = 'none'
    AND ((t.case_kind <> '' AND (SELECT u.kind FROM unit u WHERE u.id = t.unit_id) = 'office')
        OR (SELECT true FROM decision d WHERE d.citizen_id = t.citizen_id AND d.service_id = t.service_id
            AND d.starts_on <= today AND (d.ends_on IS NULL OR d.ends_on >= today) LIMIT 1))
"""
PLACE = "(SELECT max(m.place) FROM message m WHERE m.thread_id = t.id AND m.search @@ words)"
NEWEST = """
    SELECT n.id, n.citizen_id, n.unit_id, n.service_id, n.case_kind, n.last_message_at, n.search FROM thread n
    WHERE n.unit_id = hers.id AND n.last_message_at >= since
"""
IN_ORDER = "ORDER BY last_message_at DESC, id DESC"

# Where three of the units' sixty newest dialogues have the words, the words are common: the dialogues are looked through
# from the newest until a page is full. Else they are rare, and the index of words names few places. Only a full page of
# `walked` counts: a page that is not full may lack what lies farther back.
SEARCH = f"""
WITH lately AS MATERIALIZED (
    SELECT count(*) AS often FROM unnest(units) AS hers(id) CROSS JOIN LATERAL ({NEWEST} {IN_ORDER} LIMIT 60) t
    WHERE t.search @@ words OR {PLACE} IS NOT NULL
), walked AS MATERIALIZED (
    SELECT page.id, page.place, page.last_message_at FROM unnest(units) AS hers(id) CROSS JOIN LATERAL (
        SELECT t.id, t.place, t.last_message_at FROM (
            SELECT t.*, {PLACE} AS place FROM (
                {NEWEST} {IN_ORDER} LIMIT 1500
            ) t {IN_ORDER} OFFSET 0
        ) t
        WHERE (t.place IS NOT NULL OR t.search @@ words)
            AND (after_at IS NULL OR (t.last_message_at, t.id) < (after_at, after_id)) AND {MAY_OPEN}
        {IN_ORDER} LIMIT most
    ) page
    WHERE (SELECT often FROM lately) >= 3
    {IN_ORDER} LIMIT most
), named AS (
    SELECT m.thread_id AS id, m.place FROM message m
    WHERE m.unit_id = ANY (units) AND m.sent_at >= since AND m.search @@ words
        AND (SELECT count(*) FROM walked) < most
    UNION ALL
    SELECT t.id, NULL FROM thread t
    WHERE t.unit_id = ANY (units) AND t.last_message_at >= since AND t.search @@ words
        AND (SELECT count(*) FROM walked) < most
)
SELECT found.id, found.place FROM (
    SELECT * FROM walked WHERE (SELECT count(*) FROM walked) = most
    UNION ALL
    SELECT t.id, h.place, t.last_message_at
    FROM (SELECT id, max(place) AS place FROM named GROUP BY id) h JOIN thread t ON t.id = h.id
    WHERE t.unit_id = ANY (units) AND (after_at IS NULL OR (t.last_message_at, t.id) < (after_at, after_id)) AND {MAY_OPEN}
) found
{IN_ORDER} LIMIT most
"""


class Migration(migrations.Migration):
    """The same answers as before, and an index of the words in subjects."""

    dependencies = [("messages", "0010_pre_word_of_a_broadcast")]

    operations = [
        migrations.AddIndex(
            "thread",
            django.contrib.postgres.indexes.GinIndex(fields=["search"], name="threads_by_their_words"),
        ),
        migrations.RunSQL(
            "DROP FUNCTION hk_search_threads(uuid[], tsquery, timestamptz, date, uuid[], timestamptz, uuid, integer)",
            migrations.RunSQL.noop,
        ),
        lookup_function(
            "hk_search_threads",
            arguments="units uuid[], words tsquery, since timestamptz, today date, family uuid[], after_at timestamptz,"
            " after_id uuid, most integer",
            returns="TABLE (found uuid, at_place integer)",
            body=SEARCH,
        ),
    ]
