"""Each fullmakt ever given, with its end; changed never, ended and replaced."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Fullmakt(models.Model):
    """One fullmakt from a giver to a receiver, with the rights it opens (R58–R62)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    giver = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    receiver = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    rights = ArrayField(models.CharField(max_length=12))
    state = models.CharField(max_length=10, default="offered")
    offered_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    ends_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by_id = models.UUIDField(null=True)
    end_reason = models.CharField(max_length=24, blank=True, default="")

    class Meta:
        db_table = "fullmakt"
        indexes = [
            models.Index(fields=["giver"], name="fullmakter_given"),
            models.Index(fields=["receiver"], name="fullmakter_received"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["giver", "receiver"],
                condition=Q(state__in=["offered", "active"]),
                name="one_living_fullmakt_for_each_pair",
            ),
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="nobody_gives_herself_a_fullmakt"),
            models.CheckConstraint(
                condition=Q(state__in=["offered", "active", "declined", "ended"]), name="fullmakt_state_is_known"
            ),
        ]
