"""What a journal wishes to be told of, and each thing that is told it until it has heard (R97, R99)."""

import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from hjemmekontakt.ground.policies import in_municipality, lookup_function, protect

NO_OTHERS = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    """Two tables of a municipality's own journal and the worker, and the look-ups of where a thing belongs and whose token holds."""

    dependencies = [
        ("municipalities", "0009_pre_when_changed"),
        ("messages", "0004_pre_messages_in_full"),
        ("visits", "0006_pre_protection_in_full"),
        ("login", "0002_protection"),
    ]

    operations = [
        migrations.CreateModel(
            name="Subscription",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("client_id", models.UUIDField()),
                ("version", models.IntegerField(default=1)),
                ("status", models.CharField(default="requested", max_length=10)),
                ("topic", models.CharField(max_length=40)),
                ("reason", models.CharField(max_length=200)),
                ("url", models.CharField(max_length=300)),
                ("content", models.CharField(default="id-only", max_length=8)),
                ("authorization_sealed", models.BinaryField(null=True)),
                ("secret_sealed", models.BinaryField(null=True)),
                ("heartbeat_s", models.PositiveIntegerField(null=True)),
                ("ends_at", models.DateTimeField(null=True)),
                ("events", models.BigIntegerField(default=0)),
                ("shaken_at", models.DateTimeField(null=True)),
                ("heard_at", models.DateTimeField(null=True)),
                ("failing_since", models.DateTimeField(null=True)),
                ("failures", models.IntegerField(default=0)),
                ("last_error", models.CharField(blank=True, default="", max_length=20)),
                ("due_at", models.DateTimeField(null=True)),
                ("leased_until", models.DateTimeField(null=True)),
                ("stored_at", models.DateTimeField()),
                (
                    "municipality",
                    models.ForeignKey(on_delete=NO_OTHERS, related_name="+", to="municipalities.municipality"),
                ),
                (
                    "unit",
                    models.ForeignKey(null=True, on_delete=NO_OTHERS, related_name="+", to="municipalities.unit"),
                ),
                (
                    "service",
                    models.ForeignKey(null=True, on_delete=NO_OTHERS, related_name="+", to="municipalities.service"),
                ),
            ],
            options={"db_table": "subscription"},
        ),
        migrations.CreateModel(
            name="SubscriptionDelivery",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("source", models.BigIntegerField()),
                ("focus_kind", models.CharField(max_length=20)),
                ("focus_id", models.UUIDField()),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("happened_at", models.DateTimeField()),
                ("waits_from", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("attempts", models.IntegerField(default=0)),
                ("last_error", models.CharField(blank=True, default="", max_length=20)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="municipalities.subscription",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(on_delete=NO_OTHERS, related_name="+", to="municipalities.municipality"),
                ),
            ],
            options={"db_table": "subscription_delivery"},
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="subscriptions_that_are_due"),
        ),
        migrations.AddIndex(
            model_name="subscriptiondelivery",
            index=models.Index(
                fields=["subscription", "number"], condition=Q(state="waiting"), name="deliveries_that_wait"
            ),
        ),
        migrations.AddIndex(
            model_name="subscriptiondelivery",
            index=models.Index(fields=["municipality"], condition=Q(state="dead"), name="deliveries_given_up"),
        ),
        migrations.AddIndex(
            model_name="subscriptiondelivery",
            index=models.Index(
                fields=["settled_at"], condition=Q(state__in=["sent", "dropped"]), name="deliveries_to_be_forgotten"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.UniqueConstraint(
                fields=["municipality", "client_id", "topic", "url", "unit", "service"],
                name="a_client_subscribes_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=Q(status__in=["requested", "active", "error", "off"]), name="subscription_status_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=Q(content__in=["empty", "id-only"]), name="subscription_content_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=Q(authorization_sealed__isnull=False) | Q(secret_sealed__isnull=False),
                name="a_subscriber_can_tell_that_it_is_we",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptiondelivery",
            constraint=models.UniqueConstraint(
                fields=["subscription", "number"], name="events_of_a_subscription_stand_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptiondelivery",
            constraint=models.UniqueConstraint(
                fields=["subscription", "source", "focus_id"], name="an_event_is_put_to_a_subscription_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptiondelivery",
            constraint=models.CheckConstraint(
                condition=Q(state__in=["waiting", "sent", "dead", "dropped"]), name="delivery_state_is_known"
            ),
        ),
        protect(
            "subscription",
            municipality=in_municipality(),
            portal="true",
            rights="SELECT, INSERT, UPDATE, DELETE",
        ),
        protect(
            "subscription_delivery",
            municipality=in_municipality(),
            portal="true",
            rights="SELECT, INSERT, UPDATE, DELETE",
        ),
        migrations.RunSQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO hk_app", migrations.RunSQL.noop),
        lookup_function(
            "hk_client_is_in_use",
            arguments="wanted uuid",
            returns="boolean",
            body="SELECT EXISTS (SELECT 1 FROM machine_client c WHERE c.id = wanted AND c.active)",
        ),
        lookup_function(
            "hk_where_it_belongs",
            arguments="kind text, wanted uuid",
            returns="TABLE (unit_id uuid, service_id uuid)",
            body="""
            SELECT t.unit_id, t.service_id FROM message m JOIN thread t ON t.id = m.thread_id
                WHERE kind = 'message' AND m.id = wanted
            UNION ALL
            SELECT v.unit_id, v.service_id FROM cancellation c JOIN visit v ON v.id = c.visit_id
                WHERE kind = 'cancellation' AND c.id = wanted
            UNION ALL
            SELECT v.unit_id, v.service_id FROM change_wish w JOIN visit v ON v.id = w.visit_id
                WHERE kind = 'change wish' AND w.id = wanted
            """,
        ),
    ]
