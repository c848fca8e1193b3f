"""The terms, each acceptance of them, and how far a person has come towards a usable service."""

from uuid import uuid4

from django.db import models
from django.db.models import Q


class TermsVersion(models.Model):
    """One version of the terms of use (bruksvilkår) in one language (R3)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.IntegerField()
    language = models.CharField(max_length=2)
    published_at = models.DateTimeField()
    summary = models.TextField()
    text = models.TextField()

    class Meta:
        db_table = "terms_version"
        constraints = [
            models.UniqueConstraint(fields=["version", "language"], name="terms_have_one_text_in_each_language")
        ]


class Acceptance(models.Model):
    """Who accepted which version, when, in which language and at which level of log-in (R3); withdrawn, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    version = models.IntegerField()
    language = models.CharField(max_length=2)
    level = models.CharField(max_length=40)
    accepted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "acceptance"
        constraints = [
            models.UniqueConstraint(
                fields=["citizen", "version"], condition=Q(withdrawn_at__isnull=True), name="a_version_is_accepted_once"
            )
        ]


class Activation(models.Model):
    """How far a citizen has come: activating until the night's job, then active, or inactive with a reason (R5–R7)."""

    citizen = models.OneToOneField("people.Citizen", models.PROTECT, primary_key=True, related_name="+")
    state = models.CharField(max_length=12, default="activating")
    due_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=30, blank=True, default="")

    class Meta:
        db_table = "activation"
        indexes = [models.Index(fields=["due_at"], name="activations_due", condition=Q(state="activating"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["activating", "active", "inactive"]), name="activation_state_is_known"
            )
        ]
