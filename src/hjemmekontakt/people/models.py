"""Citizens, employees, decisions and the journals' identifiers of a citizen."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q


class Citizen(models.Model):
    """A person (innbygger): one who receives home care, one who acts for her, or one who only looked in.

    `national_id_sealed` is ciphertext with its key id, `national_id_lookup` the keyed value to find it by (R105).
    With `names_hidden` she, and who acts for her, see no names of those who come (R35).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    national_id_sealed = models.BinaryField()
    national_id_lookup = models.BinaryField(max_length=32)
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    sort_key = models.CharField(max_length=220)
    birth_date = models.DateField(null=True)
    protection = models.CharField(max_length=24, default="none")
    deceased_on = models.DateField(null=True)
    language = models.CharField(max_length=2, default="nb")
    large_type = models.BooleanField(default=False)
    register_checked_at = models.DateTimeField(null=True)
    names_hidden = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "citizen"
        constraints = [
            models.UniqueConstraint(fields=["national_id_lookup"], name="a_citizen_stands_once"),
            models.CheckConstraint(
                condition=Q(protection__in=["none", "confidential", "strictly-confidential"]),
                name="protection_is_known",
            ),
        ]

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}"


class Employee(models.Model):
    """One who works for a municipality (ansatt); the look-up value is the same as a citizen's, to keep her from her own.

    With `name_hidden` no citizen sees her name as one who comes; `hpr_number` is hers in the register of health personnel, by
    which a journal may name her (R35).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    national_id_lookup = models.BinaryField(max_length=32)
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    title = models.CharField(max_length=60, blank=True, default="")
    active = models.BooleanField(default=True)
    hpr_number = models.CharField(max_length=9, blank=True, default="", db_default="")
    name_hidden = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "employee"
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "national_id_lookup"], name="an_employee_stands_once_in_a_municipality"
            )
        ]

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}"


class Duty(models.Model):
    """An employee's role, in a unit or (unit empty) in the municipality as a whole (R79)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="duties")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=24)

    class Meta:
        db_table = "duty"
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "unit", "role"], name="a_duty_is_held_once", nulls_distinct=False
            )
        ]


class Absence(models.Model):
    """A time in which an employee is away, and who takes her threads meanwhile (fravær, R81)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="absences")
    substitute = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        db_table = "absence"
        indexes = [models.Index(fields=["employee", "ends_on"], name="absences_of_an_employee")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="absence_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(substitute__isnull=True) | ~Q(substitute=F("employee")),
                name="nobody_is_her_own_substitute",
            ),
        ]


class Decision(models.Model):
    """A decision (vedtak) by which a citizen receives a service from a unit, in plain words (★6)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    citizen = models.ForeignKey(Citizen, models.PROTECT, related_name="decisions")
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    unit = models.ForeignKey("municipalities.Unit", models.PROTECT, related_name="+")
    service = models.ForeignKey("municipalities.Service", models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    help_text = models.CharField(max_length=300)
    how_often = models.CharField(max_length=100, blank=True, default="")
    contact_name = models.CharField(max_length=100, blank=True, default="")
    contact_title = models.CharField(max_length=60, blank=True, default="")
    zone = models.CharField(max_length=40, blank=True, default="", db_default="")

    class Meta:
        db_table = "decision"
        indexes = [
            models.Index(fields=["citizen", "service"], name="decisions_of_a_citizen"),
            models.Index(fields=["unit", "citizen"], name="decisions_in_a_unit"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="decision_ends_after_it_starts"
            )
        ]


class JournalIdentifier(models.Model):
    """What a municipality's journal system calls a citizen (pasient-id); unique within the municipality, never across."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    citizen = models.ForeignKey(Citizen, models.PROTECT, related_name="+")
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    system = models.CharField(max_length=200)
    value = models.CharField(max_length=200)

    class Meta:
        db_table = "journal_identifier"
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "system", "value"], name="a_journal_identifier_means_one_citizen"
            )
        ]
