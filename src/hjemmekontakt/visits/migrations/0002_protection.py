"""A visit is seen by its citizen, who acts for her, the unit that makes it and the municipality's journal."""

from django.db import migrations

from hjemmekontakt.ground.policies import in_municipality, in_units, lookup_function, mine, protect

ABOUT = "TABLE (citizen_id uuid, municipality_id uuid, unit_id uuid, has_decision boolean, protected boolean, party_id uuid)"


class Migration(migrations.Migration):
    """Policies of the visits' tables, and whose a visit or a cancellation is."""

    dependencies = [("visits", "0001_tables"), ("people", "0002_protection")]

    operations = [
        protect("visit", person=mine(), unit=in_units(), municipality=in_municipality()),
        protect("cancellation", person=mine(), unit=in_units(), municipality=in_municipality()),
        lookup_function(
            "hk_about_visit",
            arguments="wanted uuid, today date",
            returns=ABOUT,
            body="""
            SELECT v.citizen_id, v.municipality_id, v.unit_id, hk_has_decision(v.citizen_id, v.service_id, today),
                c.protection <> 'none', NULL::uuid
            FROM visit v JOIN citizen c ON c.id = v.citizen_id WHERE v.id = wanted
            """,
        ),
        lookup_function(
            "hk_about_cancellation",
            arguments="wanted uuid, today date",
            returns=ABOUT,
            body="""
            SELECT x.citizen_id, x.municipality_id, x.unit_id, hk_has_decision(x.citizen_id, v.service_id, today),
                c.protection <> 'none', NULL::uuid
            FROM cancellation x JOIN visit v ON v.id = x.visit_id JOIN citizen c ON c.id = x.citizen_id
            WHERE x.id = wanted
            """,
        ),
    ]
