"""The access log and the batches that seal it; both only ever grow."""

from django.db import models


class Entry(models.Model):
    """One line of the access log (innsynslogg): who did what, in which standing, about whom, and whether it was let through.

    `xact` (the transaction that wrote it, xid8) and `epoch` are filled by the database; the worker seals by them.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    act = models.CharField(max_length=40)
    outcome = models.CharField(max_length=30)
    standing = models.CharField(max_length=12)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=200, blank=True, default="")
    actor_role = models.CharField(max_length=40, blank=True, default="")
    actor_unit = models.CharField(max_length=200, blank=True, default="")
    citizen_id = models.UUIDField(null=True)
    municipality_id = models.UUIDField(null=True)
    unit_id = models.UUIDField(null=True)
    about_kind = models.CharField(max_length=30, blank=True, default="")
    about_id = models.UUIDField(null=True)
    in_list = models.BooleanField(default=False)

    class Meta:
        db_table = "access_entry"
        indexes = [
            models.Index(fields=["citizen_id", "-at", "-id"], name="entry_of_a_citizen"),
            models.Index(fields=["citizen_id", "actor_id", "act", "-at"], name="entry_seen_lately"),
        ]


class SealedBatch(models.Model):
    """One link of the log's chain (forsegling): the Merkle root over the entries of the transactions `from_xact`–`to_xact`."""

    id = models.BigAutoField(primary_key=True)
    epoch = models.IntegerField()
    chain = models.CharField(max_length=40)
    sequence = models.BigIntegerField()
    from_xact = models.DecimalField(max_digits=20, decimal_places=0)
    to_xact = models.DecimalField(max_digits=20, decimal_places=0)
    entries = models.IntegerField()
    root = models.BinaryField()
    previous = models.BinaryField()
    head = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        db_table = "access_sealed_batch"
        constraints = [
            models.UniqueConstraint(fields=["epoch", "chain", "sequence"], name="one_batch_for_each_place_in_a_chain"),
            models.UniqueConstraint(fields=["epoch", "chain", "from_xact"], name="no_entry_is_sealed_twice"),
        ]
