"""A municipality's journal reads the municipality's own lines of the log; nobody else's (R73, R96)."""

from django.db import migrations

from hjemmekontakt.ground.policies import in_municipality, mine

POLICY = f"""
ALTER POLICY by_scope ON access_entry USING (
    CASE current_setting('hk.scope', true) WHEN 'person' THEN {mine()} WHEN 'portal' THEN true
        WHEN 'municipality' THEN {in_municipality()} ELSE false END);
"""


class Migration(migrations.Migration):
    """The lines are still only added."""

    dependencies = [("access", "0003_pre_once_a_day")]

    operations = [migrations.RunSQL(POLICY, migrations.RunSQL.noop)]
