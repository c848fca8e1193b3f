"""The tables of visits: what the journal tells, what is asked, what a unit and what each reader has of them."""

from hjemmekontakt.visits.models.asked import AwayPeriod as AwayPeriod
from hjemmekontakt.visits.models.asked import Cancellation as Cancellation
from hjemmekontakt.visits.models.asked import ChangeWish as ChangeWish
from hjemmekontakt.visits.models.at_work import SilenceChoice as SilenceChoice
from hjemmekontakt.visits.models.at_work import SilentVisit as SilentVisit
from hjemmekontakt.visits.models.at_work import WorkReport as WorkReport
from hjemmekontakt.visits.models.readers import CalendarFeed as CalendarFeed
from hjemmekontakt.visits.models.readers import VisitsSeen as VisitsSeen
from hjemmekontakt.visits.models.versions import PlanVersion as PlanVersion
from hjemmekontakt.visits.models.versions import RequestVersion as RequestVersion
from hjemmekontakt.visits.models.versions import VisitVersion as VisitVersion
from hjemmekontakt.visits.models.visits import Visit as Visit
from hjemmekontakt.visits.models.visits import VisitPlan as VisitPlan
