"""The seeding statements: a town with its units, people and all that has been written, made by the database itself.

All that differs from row to row comes from a hash of its number: the same town every time. `%(…)s` are the numbers of
`sizes.Size`, and `laid_at`, the moment that the town's year ends with.
"""

NAMED = "urn:ietf:rfc:3986"  # what the journals name the seeded visits by
# Each is what is told at the terminal, and the statement.
STEPS: tuple[tuple[str, str], ...] = (
    (
        "kommuner, distrikter og enheter",
        """
        INSERT INTO municipality (id, number, name, orgnr, her_id, phone, sms_sender)
            SELECT md5('municipality ' || i)::uuid, (4000 + i)::text, 'Storby ' || i, (810000000 + i)::text,
                (8000000 + i)::text, '32 00 00 00', 'Storby'
            FROM generate_series(1, %(municipalities)s + 1) AS i;
        INSERT INTO district (id, municipality_id, name)
            SELECT md5('district ' || i)::uuid, md5('municipality ' || bench_municipality(i * 4))::uuid, 'Distrikt ' || i
            FROM generate_series(1, %(districts)s + 1) AS i;
        INSERT INTO unit (id, municipality_id, district_id, name, her_id, phone, opens_at, closes_at)
            SELECT md5('unit ' || i)::uuid, md5('municipality ' || bench_municipality(i))::uuid,
                md5('district ' || CASE WHEN i > %(units)s THEN %(districts)s + 1 ELSE (i + 3) / 4 END)::uuid,
                'Hjemmetjenesten ' || i, (8500000 + i)::text, '32 00 10 00', '08:00', '15:30'
            FROM generate_series(1, %(units)s + 1) AS i;
        INSERT INTO service (id, municipality_id, unit_id, name, code, messages_from, visits_from, cancel_from,
                notices_from, late_cancel_allowed)
            SELECT md5('service ' || i || ' ' || code)::uuid, md5('municipality ' || bench_municipality(i))::uuid,
                md5('unit ' || i)::uuid, name, code, opened, opened, opened, opened, true
            FROM generate_series(1, %(units)s + 1) AS i,
                (VALUES ('15', 'Hjemmesykepleie'), ('1', 'Praktisk hjelp')) AS given(code, name),
                (SELECT (%(laid_at)s::timestamptz - interval '500 days')::date AS opened)
        """,
    ),
    (
        "ansatte",
        """
        INSERT INTO employee (id, municipality_id, national_id_lookup, given_name, family_name, title, active)
            SELECT md5('employee ' || i)::uuid, md5('municipality ' || bench_municipality(bench_unit(i)))::uuid,
                sha256(('employee ' || i)::bytea), n.given, n.family, 'sykepleier', true
            FROM generate_series(1, %(employees)s) AS i JOIN bench_name n ON n.n = bench_pick(i, 3, 1600);
        INSERT INTO employee (id, municipality_id, national_id_lookup, given_name, family_name, title, active)
            SELECT md5('employee ' || i)::uuid, md5('municipality ' || bench_municipality(%(units)s + 1))::uuid,
                sha256(('employee ' || i)::bytea), n.given, n.family, 'sykepleier', true
            FROM generate_series(%(employees)s + 1, %(employees)s + 20) AS i
                JOIN bench_name n ON n.n = bench_pick(i, 3, 1600);
        INSERT INTO duty (id, municipality_id, employee_id, unit_id, role)
            SELECT md5('duty ' || i)::uuid,
                md5('municipality ' || bench_municipality(u))::uuid, md5('employee ' || i)::uuid, md5('unit ' || u)::uuid,
                CASE WHEN i <= %(units)s THEN 'team-leader' ELSE 'nurse' END
            FROM generate_series(1, %(employees)s + 20) AS i,
                LATERAL (SELECT CASE WHEN i > %(employees)s THEN %(units)s + 1 ELSE bench_unit(i) END AS u)
        """,
    ),
    (
        "innbyggere, vedtak og samtykker",
        """
        INSERT INTO citizen (id, national_id_sealed, national_id_lookup, given_name, family_name, sort_key, birth_date,
                protection, language, large_type)
            SELECT md5('citizen ' || i)::uuid, decode(p.sealed, 'hex'), decode(p.lookup, 'hex'), n.given, n.family,
                n.sort_key, date '1930-01-01' + bench_pick(i, 5, 12000), 'none', 'nb', false
            FROM generate_series(1, %(recipients)s + 20) AS i JOIN bench_name n ON n.n = bench_pick(i, 4, 1600)
                JOIN bench_person p ON p.n = i;
        INSERT INTO decision (id, citizen_id, municipality_id, unit_id, service_id, starts_on, help_text, how_often,
                contact_name, contact_title)
            SELECT md5('decision ' || i)::uuid, md5('citizen ' || i)::uuid, md5('municipality ' || bench_municipality(u))::uuid,
                md5('unit ' || u)::uuid, md5('service ' || u || ' 15')::uuid,
                (%(laid_at)s::timestamptz - interval '480 days')::date, 'Hjelp til medisiner og morgenstell',
                'To ganger om dagen', 'Mona', 'sykepleier'
            FROM generate_series(1, %(recipients)s + 20) AS i,
                LATERAL (SELECT CASE WHEN i > %(recipients)s THEN %(units)s + 1 ELSE bench_unit(i) END AS u);
        INSERT INTO acceptance (id, citizen_id, version, language, level, accepted_at)
            SELECT md5('acceptance ' || i)::uuid, md5('citizen ' || i)::uuid, version, 'nb', 'idporten-loa-high',
                %(laid_at)s::timestamptz - interval '470 days'
            FROM generate_series(1, %(recipients)s + 20) AS i, (SELECT max(version) AS version FROM terms_version);
        INSERT INTO activation (citizen_id, state, due_at, activated_at, reason)
            SELECT md5('citizen ' || i)::uuid, 'active', since, since, ''
            FROM generate_series(1, %(recipients)s + 20) AS i,
                (SELECT %(laid_at)s::timestamptz - interval '469 days' AS since)
        """,
    ),
    (
        "varselvalg",
        """
        INSERT INTO preference (id, receiver_id, about_id, kind, channel)
            SELECT md5('preference ' || i)::uuid, md5('citizen ' || i)::uuid, md5('citizen ' || i)::uuid, 'visit-changed', 'sms'
            FROM generate_series(1, %(recipients)s) AS i
        """,
    ),
    (
        "samtaler",
        # The newest wait for an answer, in the last four days; the others lie over the fourteen months before.
        """
        CREATE TEMP TABLE bench_thread ON COMMIT PRESERVE ROWS AS
            SELECT g, md5('thread ' || g)::uuid AS id, c AS citizen, bench_unit(c) AS unit,
                g > %(threads)s - %(waiting)s AS waits,
                (ARRAY[2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 7])[1 + g %% 12] AS messages,
                md5('employee ' || (bench_unit(c) + %(units)s * (bench_pick(g, 8, %(employees)s / %(units)s) - 1)))::uuid
                    AS reader_id,
                %(laid_at)s::timestamptz - CASE WHEN g > %(threads)s - %(waiting)s
                    THEN interval '4 days' * (%(threads)s - g) / %(waiting)s
                    ELSE interval '4 days' + interval '421 days' * (%(threads)s - %(waiting)s - g) / %(threads)s END AS last_at,
                (ARRAY['sent', 'sent', 'opened', 'received', 'opened', 'sent', 'opened', 'opened', 'sent', 'opened'])[1 + g %% 10]
                    AS state
            FROM generate_series(1, %(threads)s) AS g, LATERAL (SELECT bench_pick(g, 1, %(recipients)s) AS c);
        INSERT INTO thread (id, citizen_id, municipality_id, unit_id, service_id, subject, category, state, assignee_id,
                assignee_name, answer_by, alarm_at, leader_at, last_place, citizen_place, unit_place, started_at,
                last_message_at, changed_at)
            SELECT t.id, md5('citizen ' || citizen)::uuid, md5('municipality ' || bench_municipality(unit))::uuid,
                md5('unit ' || unit)::uuid, md5('service ' || unit || ' 15')::uuid, s.text, '',
                CASE WHEN waits THEN state ELSE 'answered' END, CASE WHEN taken THEN e.id END,
                CASE WHEN taken THEN e.given_name || ' ' || e.family_name ELSE '' END,
                CASE WHEN waits THEN last_at + interval '2 days' END, CASE WHEN waits THEN last_at + interval '1 day' END,
                CASE WHEN waits AND NOT taken THEN last_at + interval '4 days' END, messages,
                CASE WHEN waits THEN messages ELSE greatest(messages - 1, 1) END,
                CASE WHEN waits THEN CASE WHEN messages > 2 THEN messages - 1 ELSE 0 END ELSE messages END,
                last_at - (messages - 1) * interval '20 hours', last_at, last_at
            FROM bench_thread t JOIN bench_subject s ON s.n = bench_pick(t.g, 2, 400) JOIN employee e ON e.id = t.reader_id,
                LATERAL (SELECT waits AND state = 'opened' AND t.g %% 3 > 0 AS taken)
        """,
    ),
    (
        "meldinger",
        # Whose turn it was is counted from the end: the last word is the citizen's where she waits, else the unit's.
        """
        INSERT INTO message (id, thread_id, place, citizen_id, municipality_id, unit_id, sender, author_id, author_name,
                author_role, on_behalf, text, search, signature, sent_at, answer_by, answered_at, form_key)
            SELECT md5('message ' || g || ' ' || place)::uuid, w.id, place, c.id, e.municipality_id, md5('unit ' || unit)::uuid,
                CASE WHEN hers THEN 'citizen' ELSE 'unit' END,
                CASE WHEN hers THEN c.id ELSE e.id END,
                CASE WHEN hers THEN c.given_name || ' ' || c.family_name ELSE e.given_name || ' ' || e.family_name END,
                CASE WHEN hers THEN '' ELSE 'nurse' END, false, x.text, x.search,
                CASE WHEN hers THEN '' ELSE e.given_name || ', sykepleier' END, sent_at,
                CASE WHEN hers THEN sent_at + interval '2 days' END,
                CASE WHEN hers AND NOT (waits AND place = messages) THEN sent_at + interval '20 hours' END,
                md5('form ' || g || ' ' || place)::uuid
            FROM (
                SELECT *, place = 1 OR ((messages - place) %% 2 = 0) = waits AS hers,
                    last_at - (messages - place) * interval '20 hours' AS sent_at,
                    md5('employee ' || (unit + %(units)s * (bench_pick(g + place, 6, %(employees)s / %(units)s) - 1)))::uuid
                        AS employee_id,
                    bench_pick(g * 8 + place, 7, %(texts)s) AS text_n
                FROM bench_thread, LATERAL generate_series(1, messages) AS place
            ) w
                JOIN bench_text x ON x.n = w.text_n
                JOIN citizen c ON c.id = md5('citizen ' || citizen)::uuid
                JOIN employee e ON e.id = w.employee_id
        """,
    ),
    (
        "lest-merker",
        """
        INSERT INTO reading (id, thread_id, citizen_id, municipality_id, unit_id, reader_id, reader_kind, reader_name, read_at,
                seen_place)
            SELECT md5('reading ' || g)::uuid, t.id, c.id, md5('municipality ' || bench_municipality(unit))::uuid,
                md5('unit ' || unit)::uuid, c.id, 'citizen', c.given_name || ' ' || c.family_name, last_at, messages
            FROM bench_thread t JOIN citizen c ON c.id = md5('citizen ' || citizen)::uuid;
        INSERT INTO reading (id, thread_id, citizen_id, municipality_id, unit_id, reader_id, reader_kind, reader_name, read_at,
                seen_place)
            SELECT md5('reading at work ' || g)::uuid, t.id, md5('citizen ' || citizen)::uuid,
                md5('municipality ' || bench_municipality(unit))::uuid, md5('unit ' || unit)::uuid, e.id, 'employee',
                e.given_name || ' ' || e.family_name, last_at, messages
            FROM bench_thread t JOIN employee e ON e.id = t.reader_id WHERE NOT waits OR state = 'opened'
        """,
    ),
    (
        "besøk",
        # Each who is visited has her visits in the four weeks around today; what lies behind them is older than that.
        """
        CREATE TEMP TABLE bench_home AS
            SELECT c, md5('citizen ' || c)::uuid AS citizen_id, md5('unit ' || bench_unit(c))::uuid AS unit_id,
                md5('municipality ' || bench_municipality(bench_unit(c)))::uuid AS municipality_id,
                md5('service ' || bench_unit(c) || ' 15')::uuid AS service_id
            FROM generate_series(1, %(recipients)s) AS c;
        INSERT INTO visit (id, citizen_id, municipality_id, unit_id, service_id, identifier_system, identifier_value, status,
                starts_at, ends_at, is_window, minutes, title, instruction, performer_name, performer_role, place,
                cancellable, cancelled_by, not_performed_reason, source_updated_at, version, digest, reported_at, stored_at)
            SELECT md5('visit ' || g)::uuid, h.citizen_id, h.municipality_id, h.unit_id, h.service_id, '<named>',
                'urn:bench:' || g,
                CASE WHEN starts_at < %(laid_at)s::timestamptz THEN CASE WHEN g %% 33 = 0 THEN 'cancelled' ELSE 'performed' END
                    WHEN g %% 5 < 2 THEN 'assigned' ELSE 'planned' END,
                starts_at, starts_at + interval '2 hours', true, 20, 'Hjelp med morgenstell', '', 'Mona', 'Sykepleier',
                'home', g %% 9 > 0,
                CASE WHEN starts_at < %(laid_at)s::timestamptz AND g %% 33 = 0 THEN 'municipality' ELSE '' END,
                '', %(laid_at)s, 1, '\\x00', %(laid_at)s, %(laid_at)s
            FROM (
                SELECT g, 1 + ((g - 1) / %(visits_of_one)s) AS c,
                    (SELECT date_trunc('day', %(laid_at)s::timestamptz)) + interval '7 hours'
                        + (g %% %(visits_of_one)s * 28 / %(visits_of_one)s - 14) * interval '1 day'
                        + (g %% 7) * interval '1 hour' AS starts_at
                FROM generate_series(1, %(visits)s) AS g
                UNION ALL
                SELECT %(visits)s + g, bench_pick(g, 11, %(recipients)s),
                    (SELECT date_trunc('day', %(laid_at)s::timestamptz)) - interval '20 days' - (g %% 700) * interval '1 day'
                        + (7 + g %% 12) * interval '1 hour'
                FROM generate_series(1, %(visits_behind)s) AS g
            ) AS planned JOIN bench_home h USING (c)
        """.replace("<named>", NAMED),
    ),
    (
        "innsynslogg",
        """
        INSERT INTO access_entry (at, act, outcome, standing, actor_id, actor_name, actor_role, actor_unit, citizen_id,
                municipality_id, unit_id, about_kind, about_id, in_list, xact, epoch)
            SELECT %(laid_at)s::timestamptz - interval '60 days' * (%(log_lines)s - i) / %(log_lines)s - interval '1 hour',
                CASE WHEN i %% 4 = 0 THEN 'read-thread-as-staff' ELSE 'see-inbox' END, 'done', 'employee',
                md5('employee ' || e)::uuid, 'Ansatt ' || e, 'nurse', 'Hjemmetjenesten ' || t.unit,
                md5('citizen ' || t.citizen)::uuid, md5('municipality ' || bench_municipality(t.unit))::uuid,
                md5('unit ' || t.unit)::uuid, CASE WHEN i %% 4 = 0 THEN 'thread' ELSE 'unit' END,
                CASE WHEN i %% 4 = 0 THEN t.id ELSE md5('unit ' || t.unit)::uuid END, i %% 4 <> 0, pg_current_xact_id(), 1
            FROM generate_series(1, %(log_lines)s) AS i JOIN bench_thread t ON t.g = bench_pick(i, 9, %(threads)s),
                LATERAL (SELECT t.unit + %(units)s * (bench_pick(i, 10, %(employees)s / %(units)s) - 1) AS e)
        """,
    ),
)

# The indexes of these are laid aside while they are filled, and built afterwards.
BIG_TABLES = ("thread", "message", "reading", "visit", "access_entry")
# What the database makes of each message for the search; many have the same text, and it is made once.
SEARCHED = ("message", "search")
# Where the benchmarks write, and the column that says when.
WRITTEN = {
    "access_entry": "at",
    "reading": "read_at",
    "message": "sent_at",
    "thread": "started_at",
    "outbox": "published_at",
    "visits_seen": "seen_at",
}
# Visits that the benchmarks put in go by the journal's own name for them: their table is too large to be looked through.
PUT_IN = "urn:bench:put"
TAKE_OUT = f"""
DELETE FROM visit WHERE municipality_id IN (SELECT id FROM municipality) AND identifier_system = '{PUT_IN}'
"""  # noqa: S608 - our own constant
# Visits that the benchmarks change are put back by the version before, which the database itself has kept; what is not kept
# there is as it was for every seeded visit. The first version is the seeded one.
PUT_BACK = """
WITH changed AS (DELETE FROM visit_version RETURNING *)
UPDATE visit SET version = 1, status = b.status, starts_at = b.starts_at, ends_at = b.ends_at, is_window = b.is_window,
    minutes = b.minutes, title = b.title, instruction = b.instruction, performer_name = b.performer_name,
    performer_role = b.performer_role, place = b.place, cancellable = b.cancellable, cancelled_by = b.cancelled_by,
    not_performed_reason = b.not_performed_reason, source_updated_at = b.source_updated_at, series = b.series,
    series_day = b.series_day, reported_by_name = b.reported_by_name, stored_at = b.stored_at, told_by_id = b.told_by_id,
    told_by_name = b.told_by_name, reported_at = b.stored_at, digest = '\\x00', moved_from = NULL, change = '', changed_at = NULL,
    performer_id = NULL, series_rhythm = '', outcome_at = NULL, planned_until = NULL
FROM changed b WHERE visit.id = b.visit_id AND b.version = 1
"""

FUNCTIONS = """
CREATE FUNCTION pg_temp.bench_pick(number bigint, of bigint, among bigint) RETURNS integer LANGUAGE sql IMMUTABLE
    AS 'SELECT (1 + abs(hashint8extended(number, of) % among))::integer';
CREATE FUNCTION pg_temp.bench_unit(number bigint) RETURNS integer LANGUAGE sql IMMUTABLE
    AS 'SELECT (1 + (number - 1) % {units})::integer';
CREATE FUNCTION pg_temp.bench_municipality(unit bigint) RETURNS integer LANGUAGE sql IMMUTABLE
    AS 'SELECT CASE WHEN unit > {units} THEN {municipalities} + 1 ELSE ((unit - 1) / 60 + 1)::integer END';
"""
