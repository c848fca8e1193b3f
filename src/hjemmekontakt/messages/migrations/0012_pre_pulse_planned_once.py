"""How far a unit's inbox has come is asked with every look at it, and planned once for a connection."""

from django.db import migrations

from hjemmekontakt.ground.policies import plan_once


class Migration(migrations.Migration):
    """The plan is the same for every unit."""

    dependencies = [("messages", "0011_pre_search_from_the_newest")]

    operations = [
        plan_once("hk_unit_pulse", arguments="wanted uuid, reader uuid, moment timestamptz, due timestamptz"),
    ]
