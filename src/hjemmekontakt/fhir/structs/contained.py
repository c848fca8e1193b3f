"""The resources that may ride inside another: those we read are strict, the rest of R4 is let through unread."""

from typing import Annotated, Any, Literal

from msgspec import Meta as Rule
from msgspec import defstruct

from hjemmekontakt.fhir.structs.datatypes import (
    Address,
    Attachment,
    BackboneElement,
    CodeableConcept,
    Coding,
    Concepts,
    ContactPoints,
    Element,
    HumanName,
    HumanNames,
    Identifiers,
    OpenResource,
    Period,
    Reference,
    References,
    Resource,
    Siblings,
    Text,
    Texts,
)


class OrganizationContact(BackboneElement):
    """Whom to reach in an organisation."""

    purpose: CodeableConcept | None = None
    name: HumanName | None = None
    telecom: ContactPoints | None = None
    address: Address | None = None


class Organization(Resource, tag_field="resourceType", tag="Organization"):
    """A municipality (HER-id level 1) or one of its units (level 2)."""

    identifier: Identifiers | None = None
    active: bool | None = None
    type: Concepts | None = None
    name: Text | None = None
    alias: Texts | None = None
    telecom: ContactPoints | None = None
    address: Annotated[list[Address], Rule(min_length=1)] | None = None
    part_of: Reference | None = None
    contact: Annotated[list[OrganizationContact], Rule(min_length=1)] | None = None
    endpoint: References | None = None
    active_ext: Element | None = None
    name_ext: Element | None = None
    alias_ext: Siblings | None = None


class Position(BackboneElement, kw_only=True):
    """A point on the map."""

    longitude: float
    latitude: float
    altitude: float | None = None
    longitude_ext: Element | None = None
    latitude_ext: Element | None = None
    altitude_ext: Element | None = None


Days = Annotated[list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]], Rule(min_length=1)]


class HoursOfOperation(BackboneElement):
    """When a place is open."""

    days_of_week: Days | None = None
    all_day: bool | None = None
    opening_time: Text | None = None
    closing_time: Text | None = None
    days_of_week_ext: Siblings | None = None
    all_day_ext: Element | None = None
    opening_time_ext: Element | None = None
    closing_time_ext: Element | None = None


class Location(Resource, tag_field="resourceType", tag="Location"):
    """Where the visit is: the person's home (PTRES) or an office (OF)."""

    identifier: Identifiers | None = None
    status: Literal["active", "suspended", "inactive"] | None = None
    operational_status: Coding | None = None
    name: Text | None = None
    alias: Texts | None = None
    description: Text | None = None
    mode: Literal["instance", "kind"] | None = None
    type: Concepts | None = None
    telecom: ContactPoints | None = None
    address: Address | None = None
    physical_type: CodeableConcept | None = None
    position: Position | None = None
    managing_organization: Reference | None = None
    part_of: Reference | None = None
    hours_of_operation: Annotated[list[HoursOfOperation], Rule(min_length=1)] | None = None
    availability_exceptions: Text | None = None
    endpoint: References | None = None
    status_ext: Element | None = None
    name_ext: Element | None = None
    alias_ext: Siblings | None = None
    description_ext: Element | None = None
    mode_ext: Element | None = None
    availability_exceptions_ext: Element | None = None


class Flag(Resource, tag_field="resourceType", tag="Flag", kw_only=True):
    """What the citizen may do with the appointment; R4 also asks for a subject, which nothing here needs."""

    identifier: Identifiers | None = None
    status: Literal["active", "inactive", "entered-in-error"] | None = None
    category: Concepts | None = None
    code: CodeableConcept
    subject: Reference | None = None
    period: Period | None = None
    encounter: Reference | None = None
    author: Reference | None = None
    status_ext: Element | None = None


class Qualification(BackboneElement, kw_only=True):
    """What a practitioner is authorised as."""

    identifier: Identifiers | None = None
    code: CodeableConcept
    period: Period | None = None
    issuer: Reference | None = None


class Practitioner(Resource, tag_field="resourceType", tag="Practitioner"):
    """Who comes."""

    identifier: Identifiers | None = None
    active: bool | None = None
    name: HumanNames | None = None
    telecom: ContactPoints | None = None
    address: Annotated[list[Address], Rule(min_length=1)] | None = None
    gender: Literal["male", "female", "other", "unknown"] | None = None
    birth_date: Text | None = None
    photo: Annotated[list[Attachment], Rule(min_length=1)] | None = None
    qualification: Annotated[list[Qualification], Rule(min_length=1)] | None = None
    communication: Concepts | None = None
    active_ext: Element | None = None
    gender_ext: Element | None = None
    birth_date_ext: Element | None = None


class AvailableTime(BackboneElement):
    """When somebody works."""

    days_of_week: Days | None = None
    all_day: bool | None = None
    available_start_time: Text | None = None
    available_end_time: Text | None = None
    days_of_week_ext: Siblings | None = None
    all_day_ext: Element | None = None
    available_start_time_ext: Element | None = None
    available_end_time_ext: Element | None = None


class NotAvailable(BackboneElement, kw_only=True):
    """When somebody does not work."""

    description: Text
    during: Period | None = None
    description_ext: Element | None = None


class PractitionerRole(Resource, tag_field="resourceType", tag="PractitionerRole"):
    """Who comes, and as what."""

    identifier: Identifiers | None = None
    active: bool | None = None
    period: Period | None = None
    practitioner: Reference | None = None
    organization: Reference | None = None
    code: Concepts | None = None
    specialty: Concepts | None = None
    location: References | None = None
    healthcare_service: References | None = None
    telecom: ContactPoints | None = None
    available_time: Annotated[list[AvailableTime], Rule(min_length=1)] | None = None
    not_available: Annotated[list[NotAvailable], Rule(min_length=1)] | None = None
    availability_exceptions: Text | None = None
    endpoint: References | None = None
    active_ext: Element | None = None
    availability_exceptions_ext: Element | None = None


class Eligibility(BackboneElement):
    """Who may have a service."""

    code: CodeableConcept | None = None
    comment: Text | None = None
    comment_ext: Element | None = None


class HealthcareService(Resource, tag_field="resourceType", tag="HealthcareService"):
    """Which of the unit's services the visit belongs to."""

    identifier: Identifiers | None = None
    active: bool | None = None
    provided_by: Reference | None = None
    category: Concepts | None = None
    type: Concepts | None = None
    specialty: Concepts | None = None
    location: References | None = None
    name: Text | None = None
    comment: Text | None = None
    extra_details: Text | None = None
    photo: Attachment | None = None
    telecom: ContactPoints | None = None
    coverage_area: References | None = None
    service_provision_code: Concepts | None = None
    eligibility: Annotated[list[Eligibility], Rule(min_length=1)] | None = None
    program: Concepts | None = None
    characteristic: Concepts | None = None
    communication: Concepts | None = None
    referral_method: Concepts | None = None
    appointment_required: bool | None = None
    available_time: Annotated[list[AvailableTime], Rule(min_length=1)] | None = None
    not_available: Annotated[list[NotAvailable], Rule(min_length=1)] | None = None
    availability_exceptions: Text | None = None
    endpoint: References | None = None
    active_ext: Element | None = None
    name_ext: Element | None = None
    comment_ext: Element | None = None
    extra_details_ext: Element | None = None
    appointment_required_ext: Element | None = None
    availability_exceptions_ext: Element | None = None


UNREAD = """
    Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent
    Basic Binary BiologicallyDerivedProduct BodyStructure Bundle CapabilityStatement CarePlan CareTeam
    CatalogEntry ChargeItem ChargeItemDefinition Claim ClaimResponse ClinicalImpression CodeSystem
    Communication CommunicationRequest CompartmentDefinition Composition ConceptMap Condition Consent Contract
    Coverage CoverageEligibilityRequest CoverageEligibilityResponse DetectedIssue Device DeviceDefinition
    DeviceMetric DeviceRequest DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference
    EffectEvidenceSynthesis Encounter Endpoint EnrollmentRequest EnrollmentResponse EpisodeOfCare
    EventDefinition Evidence EvidenceVariable ExampleScenario ExplanationOfBenefit FamilyMemberHistory Goal
    GraphDefinition Group GuidanceResponse ImagingStudy Immunization ImmunizationEvaluation
    ImmunizationRecommendation ImplementationGuide InsurancePlan Invoice Library Linkage List Measure
    MeasureReport Media Medication MedicationAdministration MedicationDispense MedicationKnowledge
    MedicationRequest MedicationStatement MedicinalProduct MedicinalProductAuthorization
    MedicinalProductContraindication MedicinalProductIndication MedicinalProductIngredient
    MedicinalProductInteraction MedicinalProductManufactured MedicinalProductPackaged
    MedicinalProductPharmaceutical MedicinalProductUndesirableEffect MessageDefinition MessageHeader
    MolecularSequence NamingSystem NutritionOrder Observation ObservationDefinition OperationDefinition
    OperationOutcome OrganizationAffiliation Parameters Patient PaymentNotice PaymentReconciliation Person
    PlanDefinition Procedure Provenance Questionnaire QuestionnaireResponse RelatedPerson RequestGroup
    ResearchDefinition ResearchElementDefinition ResearchStudy ResearchSubject RiskAssessment
    RiskEvidenceSynthesis Schedule SearchParameter ServiceRequest Slot Specimen SpecimenDefinition
    StructureDefinition StructureMap Subscription Substance SubstanceNucleicAcid SubstancePolymer
    SubstanceProtein SubstanceReferenceInformation SubstanceSourceMaterial SubstanceSpecification
    SupplyDelivery SupplyRequest Task TerminologyCapabilities TestReport TestScript ValueSet
    VerificationResult VisionPrescription
"""

_unread: Any = tuple(
    defstruct(name, [], bases=(OpenResource,), tag_field="resourceType", tag=name, gc=False, module=__name__)
    for name in UNREAD.split()
)
_read: Any = (Organization, Location, Flag, Practitioner, PractitionerRole, HealthcareService)

AnyContained: Any = _read[0]
for _shape in (*_read[1:], *_unread):
    AnyContained = AnyContained | _shape
Contained: Any = Annotated[list[AnyContained], Rule(min_length=1)]
