"""Who sees a person: herself and who acts for her, the units that help her, her municipality's journal, the portal."""

from django.db import migrations

from hjemmekontakt.ground.policies import MUNICIPALITY, UNITS, in_municipality, in_units, lookup_function, mine, protect

HELPED = "EXISTS (SELECT 1 FROM decision d WHERE d.citizen_id = citizen.id AND d.municipality_id = {0}{1})"


class Migration(migrations.Migration):
    """Policies of the people's tables, and the look-ups by national id."""

    dependencies = [("people", "0001_tables"), ("municipalities", "0002_protection"), ("access", "0002_protection")]

    operations = [
        protect(
            "citizen",
            person=mine("id"),
            unit=HELPED.format(MUNICIPALITY, f" AND d.unit_id = ANY ({UNITS})"),
            municipality=HELPED.format(MUNICIPALITY, ""),
            portal="true",
        ),
        protect("employee", unit=in_municipality(), municipality=in_municipality(), portal="true", rights="SELECT"),
        protect("duty", unit=in_municipality(), municipality=in_municipality(), portal="true", rights="SELECT"),
        protect(
            "decision",
            person=mine(),
            unit=in_units(),
            municipality=in_municipality(),
            portal="true",
            rights="SELECT",
        ),
        protect("journal_identifier", municipality=in_municipality(), portal="true", rights="SELECT, INSERT"),
        lookup_function(
            "hk_person_by_lookup",
            arguments="wanted bytea",
            returns="uuid",
            body="SELECT id FROM citizen WHERE national_id_lookup = wanted",
        ),
        lookup_function(
            "hk_employees_by_lookup",
            arguments="wanted bytea",
            returns="SETOF uuid",
            body="SELECT id FROM employee WHERE national_id_lookup = wanted AND active",
        ),
        lookup_function(
            "hk_has_decision",
            arguments="citizen uuid, service uuid, today date",
            returns="boolean",
            body="""
            SELECT EXISTS (SELECT 1 FROM decision d WHERE d.citizen_id = citizen AND d.service_id = service
                AND d.starts_on <= today AND (d.ends_on IS NULL OR d.ends_on >= today))
            """,
        ),
    ]
