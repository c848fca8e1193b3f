"""The pages as something that is put on a phone's home screen: on an iPhone that is needed to be told in the browser (R46)."""

import json

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static

NAME = "Hjemmekontakt"
GROUND, GREEN = "#faf7f1", "#17553d"
SIZES = (192, 512)


def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest, the same for all: it knows neither who asks nor where she was."""
    said = {
        "id": "/",
        "name": NAME,
        "short_name": NAME,
        "lang": "nb",
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": GREEN,
        "background_color": GROUND,
        "icons": [
            {
                "src": static(f"icon-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": "any maskable",
            }
            for size in SIZES
        ],
    }
    answer = HttpResponse(json.dumps(said), content_type="application/manifest+json; charset=utf-8")
    answer.headers["Cache-Control"] = "public, max-age=86400"
    answer.headers["Content-Security-Policy"] = "default-src 'none'"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
