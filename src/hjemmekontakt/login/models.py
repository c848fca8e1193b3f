"""Sessions, log-ins under way, and the machine clients of the journals with their tokens."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Session(models.Model):
    """One log-in (økt); found only by the SHA-256 of the cookie's 256-bit value."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    digest = models.BinaryField(max_length=32, unique=True)
    kind = models.CharField(max_length=8)
    person_id = models.UUIDField()
    acting_for_id = models.UUIDField(null=True)
    provider_session = models.CharField(max_length=200, blank=True, default="")
    issuer = models.CharField(max_length=200, blank=True, default="")
    level = models.CharField(max_length=40)
    id_token_sealed = models.BinaryField()
    language = models.CharField(max_length=2, blank=True, default="")
    authenticated_at = models.DateTimeField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "session"
        indexes = [
            models.Index(fields=["provider_session"], name="sessions_of_a_provider_session"),
            models.Index(fields=["person_id"], name="sessions_of_a_person", condition=Q(ended_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["citizen", "employee"]), name="session_kind_is_known")
        ]


class LoginUnderWay(models.Model):
    """A log-in begun and not yet finished: what the callback must match; used once (state, nonce, PKCE verifier sealed)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    digest = models.BinaryField(max_length=32, unique=True)
    kind = models.CharField(max_length=8)
    begun_sealed = models.BinaryField()
    next_path = models.CharField(max_length=500, blank=True, default="")
    fresh = models.BooleanField(default=False)
    started_at = models.DateTimeField()

    class Meta:
        db_table = "login_under_way"


class Attempt(models.Model):
    """One log-in attempt from an address, as a keyed value, for the limit (forsøk)."""

    id = models.BigAutoField(primary_key=True)
    address_key = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        db_table = "login_attempt"
        indexes = [models.Index(fields=["address_key", "at"], name="attempts_from_an_address")]


class MachineClient(models.Model):
    """A municipality's journal system as a SMART Backend Services client, and where it wants to be told (rest-hook)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    client_id = models.CharField(max_length=100, unique=True)
    municipality = models.ForeignKey("municipalities.Municipality", models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    jwks = models.JSONField()
    scopes = ArrayField(models.CharField(max_length=60))
    hook_url = models.CharField(max_length=300, blank=True, default="")
    hook_secret_sealed = models.BinaryField(null=True)
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "machine_client"


class MachineToken(models.Model):
    """A short access token of a machine client, kept as a digest; bound to a key where one was shown (DPoP)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    digest = models.BinaryField(max_length=32, unique=True)
    client = models.ForeignKey(MachineClient, models.PROTECT, related_name="+")
    scopes = ArrayField(models.CharField(max_length=60))
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    key_thumbprint = models.CharField(max_length=43, default="", db_default="")

    class Meta:
        db_table = "machine_token"


class UsedAssertion(models.Model):
    """The `jti` of a client assertion or a DPoP proof that has been used, so that it is never taken twice."""

    id = models.BigAutoField(primary_key=True)
    client = models.ForeignKey(MachineClient, models.PROTECT, related_name="+")
    jti = models.CharField(max_length=200)
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "used_assertion"
        constraints = [models.UniqueConstraint(fields=["client", "jti"], name="an_assertion_is_used_once")]
