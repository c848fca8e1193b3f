"""Binary: a file with a message, as it was cleaned and stored; opening it is logged as reading the message is (R16, R74)."""

import base64

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from hjemmekontakt.fhir.door import JSON, Asked, resource
from hjemmekontakt.fhir.scopes import Deed
from hjemmekontakt.messages import for_journal as messages

ALONE = "default-src 'none'; sandbox"


def get(asked: Asked) -> HttpResponse:
    """GET Binary/<id>: the file itself; or, where the client asks for FHIR, the resource with the file in it."""
    asked.must_be_let(Deed.READ)
    opened = messages.file(asked.actor, asked.uuid())
    media_type = opened.file.kind.media_type
    if _wants_the_resource(asked):
        data = base64.b64encode(opened.content).decode()
        told = {"resourceType": "Binary", "id": str(opened.file.id), "contentType": media_type, "data": data}
        return resource(told)
    response = HttpResponse(opened.content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, opened.file.name) or "attachment"
    response["Content-Security-Policy"] = ALONE
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def _wants_the_resource(asked: Asked) -> bool:
    """FHIR's rule: the raw file, unless a FHIR type is asked for by name."""
    wanted = asked.request.GET.get("_format", "") or asked.request.headers.get("Accept", "")
    return any(part.split(";")[0].strip().lower() in (JSON, "application/json", "json") for part in wanted.split(","))
