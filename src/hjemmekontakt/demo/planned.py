"""What the demo's journal plans for whom, besides the ordinary visits: a series for Astrid, practical help for Ruth."""

from typing import Any

from hjemmekontakt.demo.seed import PRACTICAL

EVERY_DAY = tuple(range(7))

PLANS: dict[str, dict[str, Any]] = {
    # Hours in which nothing else is planned: a visit in a series' hours would take the place of one of its own.
    "astrid": {
        "series": [
            {"title": "Tilsyn sent på kvelden", "from": "22:00", "to": "23:00", "minutes": 15, "days": [0, 3, 5]},
        ]
    },
    # Her helpers tell in the portal how it went, so her day stands on their list from the morning on.
    "ruth": {
        "unit": "sor",
        "plan": [
            {"title": title, "from": begins, "to": ends, "minutes": minutes, "service_id": PRACTICAL,
             "performer": ("Per", "Sand"), "days": EVERY_DAY, "also_begun": True}
            for title, begins, ends, minutes in (
                ("Frokost", "08:30", "09:30", 20),
                ("Rydding og vask", "11:00", "12:30", 60),
                ("Handling", "14:00", "15:30", 45),
                ("Middag", "16:30", "17:30", 30),
            )
        ],
    },
    "einar": {},
}  # fmt: skip
