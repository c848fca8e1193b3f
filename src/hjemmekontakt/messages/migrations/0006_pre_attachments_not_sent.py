"""A file that is not sent yet is its author's alone, also before a municipality's journal system."""

from django.db import migrations

from hjemmekontakt.ground.policies import by_herself, change_protection, in_municipality, in_units, mine

WITH_WHAT_IS_SENT = f"(message_id IS NOT NULL OR {by_herself()})"


class Migration(migrations.Migration):
    """The policy of attachments, with the municipality's scope held to what is sent."""

    dependencies = [("messages", "0005_pre_protection_of_the_rest")]

    operations = [
        change_protection(
            "attachment",
            person=f"{mine()} AND {WITH_WHAT_IS_SENT}",
            unit=f"{in_units()} AND {WITH_WHAT_IS_SENT}",
            municipality=f"{in_municipality()} AND message_id IS NOT NULL",
        ),
    ]
