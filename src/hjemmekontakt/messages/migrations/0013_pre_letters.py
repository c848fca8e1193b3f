"""Important letters: one table for the letter, one for the file of what goes by post, and whom an office may write to."""

from uuid import uuid4

import django.db.models.deletion
from django.db import migrations, models

from hjemmekontakt.ground.policies import in_municipality, lookup_function, mine, protect

OF_ITS_LETTER = "EXISTS (SELECT 1 FROM letter l WHERE l.id = letter_id)"
ABOUT = "TABLE (citizen_id uuid, municipality_id uuid, unit_id uuid, has_decision boolean, protected boolean, party_id uuid)"


def to(table: str, **more: object) -> models.ForeignKey:
    """A foreign key that keeps what it points at."""
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=table, **more)


class Migration(migrations.Migration):
    """New tables, and one column that may be empty: old code never names them."""

    dependencies = [
        ("messages", "0012_pre_pulse_planned_once"),
        ("people", "0009_pre_helped_asked_of_each"),
        ("municipalities", "0005_pre_covers"),
    ]

    operations = [
        migrations.AddField("thread", "letter_id", models.UUIDField(null=True)),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.UUIDField(default=uuid4, editable=False, primary_key=True, serialize=False)),
                ("citizen", to("people.citizen")),
                ("municipality", to("municipalities.municipality")),
                ("unit", to("municipalities.unit")),
                ("service", to("municipalities.service")),
                ("thread", to("messages.thread", null=True)),
                ("title", models.CharField(max_length=50, blank=True, default="")),
                ("text", models.TextField(blank=True, default="")),
                ("file_name", models.CharField(max_length=100, blank=True, default="")),
                ("file_size", models.PositiveIntegerField(default=0)),
                ("given_digest", models.BinaryField(max_length=32)),
                ("state", models.CharField(max_length=10)),
                ("why_paper", models.CharField(max_length=20, blank=True, default="")),
                ("author_id", models.UUIDField()),
                ("author_name", models.CharField(max_length=200)),
                ("author_role", models.CharField(max_length=60, blank=True, default="")),
                ("made_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField(null=True)),
                ("on_paper_at", models.DateTimeField(null=True)),
                ("posted_at", models.DateTimeField(null=True)),
                ("posted_by_id", models.UUIDField(null=True)),
                ("posted_by_name", models.CharField(max_length=200, blank=True, default="")),
                ("form_key", models.UUIDField()),
            ],
            options={
                "db_table": "letter",
                "indexes": [
                    models.Index(fields=["unit", "-made_at", "-id"], name="letters_of_a_unit"),
                    models.Index(
                        fields=["unit", "on_paper_at"],
                        name="letters_to_be_posted",
                        condition=models.Q(state="paper"),
                    ),
                    models.Index(fields=["made_at"], name="letters_that_wait", condition=models.Q(state="waiting")),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("author_id", "form_key"), name="a_form_sends_one_letter"),
                    models.CheckConstraint(
                        condition=models.Q(state__in=["waiting", "digital", "opened", "paper", "posted", "stopped"]),
                        name="letter_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(state__in=["digital", "opened"]) | models.Q(thread__isnull=False),
                        name="a_digital_letter_is_a_dialogue",
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(state__in=["paper", "posted"]) | ~models.Q(why_paper=""),
                        name="paper_has_its_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterFile",
            fields=[
                (
                    "letter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="content",
                        serialize=False,
                        to="messages.letter",
                    ),
                ),
                ("content", models.BinaryField()),
            ],
            options={"db_table": "letter_file"},
        ),
        protect("letter", person=mine(), municipality=in_municipality(), portal="true"),
        protect("letter_file", municipality=OF_ITS_LETTER, rights="SELECT, INSERT, DELETE"),
        lookup_function(
            "hk_about_letter",
            arguments="wanted uuid, today date",
            returns=ABOUT,
            body="""
            SELECT l.citizen_id, l.municipality_id, l.unit_id, true, c.protection <> 'none', NULL::uuid
            FROM letter l JOIN citizen c ON c.id = l.citizen_id WHERE l.id = wanted
            """,
        ),
        lookup_function(
            "hk_about_letter_receiver",
            arguments="wanted uuid, today date, units uuid[]",
            returns=ABOUT,
            body="""
            SELECT c.id, u.municipality_id, u.id, true, c.protection <> 'none', NULL::uuid
            FROM citizen c JOIN unit u ON u.id = ANY (units)
            WHERE c.id = wanted AND EXISTS (
                SELECT 1 FROM decision d
                WHERE d.citizen_id = c.id AND d.municipality_id = u.municipality_id
                    AND (d.unit_id = u.id OR u.kind = 'office')
                    AND d.starts_on <= today AND (d.ends_on IS NULL OR d.ends_on >= today))
            ORDER BY u.kind = 'office' DESC, u.name LIMIT 1
            """,
        ),
    ]
