"""The names of the number series and code lists that FHIR messages use, each in one place."""

FNR = "urn:oid:2.16.578.1.12.4.1.4.1"
DNR = "urn:oid:2.16.578.1.12.4.1.4.2"
FHN = "urn:oid:2.16.578.1.12.4.1.4.3"
NATIONAL_IDS = frozenset({FNR, DNR, FHN})
HER_ID = "urn:oid:2.16.578.1.12.4.1.2"
RESH = "urn:oid:2.16.578.1.12.4.1.4.102"

ORGANISATION_NUMBER = "urn:oid:2.16.578.1.12.4.1.4.101"

SERVICE_CATEGORY = "urn:oid:2.16.578.1.12.4.1.1.7619"
HOME_SERVICES = "7"
APPOINTMENT_TYPE = "urn:oid:2.16.578.1.12.4.1.1.7617"
HOME_VISIT = "Hjemmebesok"
CANCELLATION = "urn:oid:2.16.578.1.12.4.1.1.7621"
PROFESSION = "urn:oid:2.16.578.1.12.4.1.1.9060"
ACCESS_RESTRICTION = "urn:oid:2.16.578.1.12.4.1.1.9603"
NO_RESTRICTION = "N"

PLACE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
FLAG = "http://helsenorge.no/fhir/CodeSystem/hn-appointment-flag-code-cs"
TAG_NOTICE = "http://helsenorge.no/fhir/varsling"
TAG_REMINDER = "http://helsenorge.no/fhir/paminnelse"
PROFILE = "http://helsenorge.no/fhir/StructureDefinition/hn-basis-appointment"

URI = "urn:ietf:rfc:3986"
HPR = "urn:oid:2.16.578.1.12.4.1.4.4"

R5 = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment"
RECURRENCE = f"{R5}.recurrenceTemplate"
PLAN = f"{R5}.originatingAppointment"
PLAN_DAY = "https://hjemmekontakt.example/fhir/StructureDefinition/occurrence-day"
UNITS_OF_MEASURE = "http://unitsofmeasure.org"

SERVICE_ID = "https://hjemmekontakt.example/fhir/NamingSystem/service-id"
OURS = "https://hjemmekontakt.example/fhir"
ORGANISATION_KIND = f"{OURS}/CodeSystem/organization-kind"
ROLE = f"{OURS}/CodeSystem/role"
RIGHT = f"{OURS}/CodeSystem/right"
ACT = f"{OURS}/CodeSystem/act"
CONSENT_KIND = f"{OURS}/CodeSystem/consent-kind"
OPENED = f"{OURS}/StructureDefinition/opened"
HANDLED_IN = f"{OURS}/StructureDefinition/handled-in"
RIGHTS = f"{OURS}/StructureDefinition/rights"
HOW_FAR = f"{OURS}/StructureDefinition/how-far"
HOOK_SECRET = f"{OURS}/StructureDefinition/hook-secret"
LINE = f"{OURS}/StructureDefinition/line-of-import"

HELP = "urn:oid:2.16.578.1.12.4.1.1.9151"
REPRESENTATION = "urn:oid:2.16.578.1.12.4.1.1.7611"
PRIMARY_CONTACT = "urn:oid:2.16.578.1.12.4.1.1.9034"
BASE_PROFILES = "http://hl7.no/fhir/StructureDefinition/no-basis-"
RESOURCE_TYPES = "http://hl7.org/fhir/resource-types"

TASK_CODE = "https://hjemmekontakt.example/fhir/CodeSystem/task"
CANCEL_VISIT = "cancel-visit"
CHANGE_VISIT = "change-visit"
TASK_PARAMETER = "https://hjemmekontakt.example/fhir/CodeSystem/task-parameter"
WISHED_TIME, WISH_IN_WORDS, PROPOSED_TIME = "wished-time", "wish-in-words", "proposed-time"
BUSINESS_STATUS = "https://hjemmekontakt.example/fhir/CodeSystem/task-business-status"

DIALOGUE_KIND = "urn:oid:2.16.578.1.12.4.1.1.7601"
MEDIUM = "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode"
URI = "urn:ietf:rfc:3986"

PROFESSIONS = {
    "ET": "Ergoterapeut",
    "FT": "Fysioterapeut",
    "HF": "Helsefagarbeider",
    "HP": "Hjelpepleier",
    "LE": "Lege",
    "OA": "Omsorgsarbeider",
    "SP": "Sykepleier",
    "VP": "Vernepleier",
}
