"""A journal's token may be bound to a key of the journal's own (DPoP)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """`machine_token.key_thumbprint`: empty for a token that whoever has it may use."""

    dependencies = [("login", "0004_pre_covering_units")]

    operations = [
        migrations.AddField(
            "machinetoken", "key_thumbprint", models.CharField(db_default="", default="", max_length=43)
        ),
    ]
