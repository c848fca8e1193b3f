"""Whether the installation answers and is well: `/healthz`, `/readyz`, `/metrics`."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from hjemmekontakt.access.actions import the_portal
from hjemmekontakt.ground import outbox
from hjemmekontakt.municipalities.subscriptions import telling
from hjemmekontakt.project import worker

LOCAL = {"127.0.0.1", "::1"}


def health(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """200 when database, migrations and worker are well, else 503 with what is not."""
    faults = what_is_not_ready()
    return JsonResponse({"ready": not faults, "faults": faults}, status=503 if faults else 200)


def what_is_not_ready() -> list[str]:
    """What keeps the installation from being ready, in words for an operator."""
    from django.db.migrations.loader import MigrationLoader

    try:
        loader = MigrationLoader(connection)
        missing = set(loader.disk_migrations) - set(loader.applied_migrations)
        alive = worker.is_alive()
    except DatabaseError as problem:
        return [f"the database does not answer ({type(problem).__name__})"]
    faults = [f"{len(missing)} migrations are not applied: run ./hk migrate"] if missing else []
    return faults if alive else [*faults, "no worker has given a sign of life for 30 seconds: start ./hk work"]


def metrics(request: HttpRequest) -> HttpResponse:
    """A few figures in Prometheus's text form, for this machine alone; counts only."""
    if request.META.get("REMOTE_ADDR") not in LOCAL or request.META.get("HTTP_X_FORWARDED_FOR"):
        return HttpResponse(status=404)
    to_subscribers, given_up = telling.figures(the_portal())
    lines = [
        "# TYPE hk_outbox_waiting gauge",
        f"hk_outbox_waiting {outbox.waiting()}",
        "# TYPE hk_outbox_dead gauge",
        f"hk_outbox_dead {outbox.dead()}",
        "# TYPE hk_subscribers_waiting gauge",
        f"hk_subscribers_waiting {to_subscribers}",
        "# TYPE hk_subscribers_dead gauge",
        f"hk_subscribers_dead {given_up}",
        "# TYPE hk_worker_alive gauge",
        f"hk_worker_alive {int(worker.is_alive())}",
        "# TYPE hk_demo gauge",
        f"hk_demo {int(settings.IS_DEMO)}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")
