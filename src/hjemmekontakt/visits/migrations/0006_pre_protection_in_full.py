"""Who sees plans, time away, wishes, silent visits, what somebody has seen, and calendar addresses."""

from django.db import migrations

from hjemmekontakt.ground.policies import (
    MUNICIPALITY,
    UNITS,
    by_herself,
    in_municipality,
    in_units,
    lookup_function,
    mine,
    protect,
)

ABOUT = "TABLE (citizen_id uuid, municipality_id uuid, unit_id uuid, has_decision boolean, protected boolean, party_id uuid)"
ITS_READERS = f"{mine()} AND {by_herself('reader_id')}"
ITS_OWNERS = f"{mine()} AND {by_herself('owner_id')}"


class Migration(migrations.Migration):
    """Policies of the new tables, and whose a wish, a time away or a calendar address is."""

    dependencies = [("visits", "0005_pre_visits_in_full"), ("people", "0006_pre_about_citizen")]

    operations = [
        protect("visit_plan", person=mine(), unit=in_units(), municipality=in_municipality(), portal="true"),
        protect(
            "away_period",
            person=mine(),
            unit=f"municipality_id = {MUNICIPALITY} AND unit_ids && {UNITS}",
            municipality=in_municipality(),
        ),
        protect("change_wish", person=mine(), unit=in_units(), municipality=in_municipality()),
        protect("silent_visit", unit=in_units(), municipality=in_municipality()),
        protect("visits_seen", person=ITS_READERS),
        protect("calendar_feed", person=ITS_OWNERS, portal="true"),
        lookup_function(
            "hk_about_change_wish",
            arguments="wanted uuid, today date",
            returns=ABOUT,
            body="""
            SELECT w.citizen_id, w.municipality_id, w.unit_id, hk_has_decision(w.citizen_id, v.service_id, today),
                c.protection <> 'none', NULL::uuid
            FROM change_wish w JOIN visit v ON v.id = w.visit_id JOIN citizen c ON c.id = w.citizen_id
            WHERE w.id = wanted
            """,
        ),
        lookup_function(
            "hk_about_away_period",
            arguments="wanted uuid, today date",
            returns=ABOUT,
            body="""
            SELECT a.citizen_id, a.municipality_id, NULL::uuid, true, c.protection <> 'none', NULL::uuid
            FROM away_period a JOIN citizen c ON c.id = a.citizen_id WHERE a.id = wanted
            """,
        ),
        lookup_function(
            "hk_about_calendar_feed",
            arguments="wanted uuid, today date",
            returns=ABOUT,
            body="""
            SELECT f.citizen_id, NULL::uuid, NULL::uuid, true, c.protection <> 'none', NULL::uuid
            FROM calendar_feed f JOIN citizen c ON c.id = f.citizen_id WHERE f.id = wanted
            """,
        ),
    ]
