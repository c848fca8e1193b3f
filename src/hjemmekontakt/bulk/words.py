"""Why a job is not begun, for the journal's maker; a door may say it in its own words."""

from hjemmekontakt.bulk.rules import Refusal

SENTENCES: dict[Refusal, str] = {
    Refusal.TOO_MANY_JOBS: "Five jobs of yours are under way. Wait until one is done, or delete one.",
}
