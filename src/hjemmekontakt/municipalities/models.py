"""The municipality as a tree: municipality, district, unit, service; all of it public (R88, R89)."""

from datetime import time
from uuid import uuid4

from django.db import models


class Municipality(models.Model):
    """A municipality that takes part (kommune)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.CharField(max_length=4, unique=True)
    name = models.CharField(max_length=60)
    orgnr = models.CharField(max_length=9, unique=True)
    her_id = models.CharField(max_length=12, unique=True)
    phone = models.CharField(max_length=20)
    sms_sender = models.CharField(max_length=11)

    class Meta:
        db_table = "municipality"
        ordering = ["name"]


class District(models.Model):
    """A district of a municipality (bydel, distrikt)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="districts")
    name = models.CharField(max_length=60)

    class Meta:
        db_table = "district"
        ordering = ["name"]


class Unit(models.Model):
    """A unit of the home service (tjenestested) with its duty phone and opening hours."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="units")
    district = models.ForeignKey(District, models.PROTECT, related_name="units")
    name = models.CharField(max_length=80)
    her_id = models.CharField(max_length=12, unique=True)
    phone = models.CharField(max_length=20)
    opens_at = models.TimeField(default=time(8))
    closes_at = models.TimeField(default=time(15, 30))

    class Meta:
        db_table = "unit"
        ordering = ["name"]


class Service(models.Model):
    """A service that a unit gives (tjeneste), with the day from which each function is open; None is not opened (R12, R88)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="services")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="services")
    name = models.CharField(max_length=80)
    code = models.CharField(max_length=12)
    messages_from = models.DateField(null=True)
    visits_from = models.DateField(null=True)
    cancel_from = models.DateField(null=True)
    notices_from = models.DateField(null=True)
    late_cancel_allowed = models.BooleanField(default=True)

    class Meta:
        db_table = "service"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["unit", "code"], name="a_unit_gives_a_service_once")]


class ClosingDay(models.Model):
    """A day on which a municipality answers no messages beyond the red days (stengt dag, R22)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="closing_days")
    day = models.DateField()
    name = models.CharField(max_length=60)

    class Meta:
        db_table = "closing_day"
        constraints = [models.UniqueConstraint(fields=["municipality", "day"], name="a_day_is_closed_once")]


class JournalHook(models.Model):
    """Where a municipality's journal system wants to be told that something has happened (krok); the secret is sealed."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="journal_hooks")
    url = models.CharField(max_length=300)
    secret_sealed = models.BinaryField()
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "journal_hook"
        constraints = [
            models.UniqueConstraint(fields=["municipality", "url"], name="a_journal_is_told_once_at_an_address")
        ]
