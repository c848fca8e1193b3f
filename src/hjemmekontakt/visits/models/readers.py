"""What each reader has of a citizen's visits: when she looked last, and her calendar's address."""

from uuid import uuid4

from django.db import models

from hjemmekontakt.visits.rules import CalendarView


class VisitsSeen(models.Model):
    """When a person last looked at a citizen's visits (sett): what changed since then is pointed out to her.

    `before_at` is the time before that: a page that is loaded again shows the same changes.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    reader_id = models.UUIDField()
    seen_at = models.DateTimeField()
    before_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "visits_seen"
        constraints = [
            models.UniqueConstraint(fields=["citizen", "reader_id"], name="a_reader_has_seen_a_citizens_visits_once")
        ]


class CalendarFeed(models.Model):
    """A secret address under which a person's calendar fetches a citizen's visits (kalenderadresse); kept as a digest (R37)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    citizen = models.ForeignKey("people.Citizen", models.PROTECT, related_name="+")
    owner_id = models.UUIDField()
    owner_name = models.CharField(max_length=200)
    on_behalf = models.BooleanField(default=False)
    digest = models.BinaryField(max_length=32)
    tells_more = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "calendar_feed"
        indexes = [models.Index(fields=["citizen"], name="feeds_of_a_citizen")]
        constraints = [models.UniqueConstraint(fields=["digest"], name="an_address_is_one_feed")]

    def as_seen(self) -> CalendarView:
        """The calendar address as pages show it."""
        return CalendarView(
            id=self.id,
            owner_id=self.owner_id,
            owner_name=self.owner_name,
            on_behalf=self.on_behalf,
            tells_more=self.tells_more,
            created_at=self.created_at,
            fetched_at=self.fetched_at,
        )
