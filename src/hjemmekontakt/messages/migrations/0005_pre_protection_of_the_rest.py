"""Who sees drafts, attachments, notes, handlings, templates and broadcasts; and where each thread had come when this began."""

from django.db import migrations

from hjemmekontakt.ground.policies import (
    MUNICIPALITY,
    UNITS,
    by_herself,
    change_protection,
    in_municipality,
    in_units,
    lookup_function,
    mine,
    protect,
)

WITH_WHAT_IS_SENT = f"(message_id IS NOT NULL OR {by_herself()})"
OF_ITS_ATTACHMENT = "EXISTS (SELECT 1 FROM attachment a WHERE a.id = attachment_id)"
HELPED = "EXISTS (SELECT 1 FROM decision d WHERE d.citizen_id = citizen.id AND d.municipality_id = {0}{1})"
A_CASE_OF_THE_UNITS = (
    "EXISTS (SELECT 1 FROM thread t WHERE t.citizen_id = citizen.id AND t.case_kind <> ''"
    f" AND t.municipality_id = {MUNICIPALITY} AND t.unit_id = ANY ({UNITS}))"
)

PLACES = """
UPDATE thread t SET last_place = m.last, citizen_place = m.citizen, unit_place = m.unit
FROM (SELECT thread_id, max(place) AS last, coalesce(max(place) FILTER (WHERE sender = 'citizen'), 0) AS citizen,
        coalesce(max(place) FILTER (WHERE sender = 'unit'), 0) AS unit FROM message GROUP BY thread_id) m
WHERE m.thread_id = t.id
"""


class Migration(migrations.Migration):
    """A draft is its author's alone; what the unit notes is the unit's alone; a case is open to the office that treats it."""

    dependencies = [
        ("messages", "0004_pre_messages_in_full"),
        ("people", "0004_pre_absences"),
        ("municipalities", "0005_pre_covers"),
    ]

    operations = [
        migrations.RunSQL(PLACES, migrations.RunSQL.noop),
        protect(
            "draft",
            person=f"{mine()} AND {by_herself()}",
            unit=f"{in_units()} AND {by_herself()}",
            rights="SELECT, INSERT, UPDATE, DELETE",
        ),
        protect(
            "attachment",
            person=f"{mine()} AND {WITH_WHAT_IS_SENT}",
            unit=f"{in_units()} AND {WITH_WHAT_IS_SENT}",
            municipality=in_municipality(),
            rights="SELECT, INSERT, UPDATE, DELETE",
        ),
        protect(
            "attachment_content",
            person=OF_ITS_ATTACHMENT,
            unit=OF_ITS_ATTACHMENT,
            municipality=OF_ITS_ATTACHMENT,
            rights="SELECT, INSERT, DELETE",
        ),
        protect("note", unit=in_units(), municipality=in_municipality()),
        protect(
            "handling", person=mine(), unit=in_units(), municipality=in_municipality(), rights="SELECT, INSERT, UPDATE"
        ),
        protect(
            "answer_template",
            unit=f"municipality_id = {MUNICIPALITY} AND coalesce(unit_id = ANY ({UNITS}), true)",
        ),
        protect("broadcast", unit=in_units(), municipality=in_municipality(), portal="true"),
        protect("broadcast_receiver", unit=in_units(), municipality=in_municipality(), portal="true"),
        change_protection("reading", person=mine(), unit=in_units(), municipality=in_municipality()),
        change_protection(
            "citizen",
            person=mine("id"),
            unit=f"({HELPED.format(MUNICIPALITY, f' AND d.unit_id = ANY ({UNITS})')} OR {A_CASE_OF_THE_UNITS})",
            municipality=HELPED.format(MUNICIPALITY, ""),
            portal="true",
        ),
        migrations.RunSQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO hk_app", migrations.RunSQL.noop),
        migrations.RunSQL("DROP FUNCTION hk_about_thread(uuid, date)", migrations.RunSQL.noop),
        lookup_function(
            "hk_about_thread",
            arguments="wanted uuid, today date",
            returns="TABLE (citizen_id uuid, municipality_id uuid, unit_id uuid, has_decision boolean, protected boolean, party_id uuid)",
            body="""
            SELECT t.citizen_id, t.municipality_id, t.unit_id,
                (t.case_kind <> '' AND u.kind = 'office') OR hk_has_decision(t.citizen_id, t.service_id, today),
                c.protection <> 'none', NULL::uuid
            FROM thread t JOIN citizen c ON c.id = t.citizen_id JOIN unit u ON u.id = t.unit_id WHERE t.id = wanted
            """,
        ),
    ]
