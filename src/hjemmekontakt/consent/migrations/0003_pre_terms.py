"""The first version of the terms of use, in bokmål, nynorsk and English."""

from datetime import UTC, datetime
from uuid import uuid5

from django.db import migrations

from hjemmekontakt.consent.terms_v1 import SPACE, TEXTS


def publish(apps, schema_editor):
    """Put the texts in."""
    versions = apps.get_model("consent", "TermsVersion")
    for language, (summary, text) in TEXTS.items():
        versions.objects.create(
            id=uuid5(SPACE, f"1 {language}"),
            version=1,
            language=language,
            published_at=datetime(2026, 1, 1, tzinfo=UTC),
            summary=summary,
            text=text,
        )


class Migration(migrations.Migration):
    """Publishes version 1."""

    dependencies = [("consent", "0002_protection")]

    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
