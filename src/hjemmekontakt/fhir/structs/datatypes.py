"""The R4 data types that resources are built of, strict: an element that R4 does not have is an error."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta as Rule
from msgspec import Struct

Text = Annotated[str, Rule(min_length=1)]
Texts = Annotated[list[Text], Rule(min_length=1)]
Id = Annotated[str, Rule(pattern=r"^[A-Za-z0-9\-.]{1,64}$")]
Instant = Annotated[datetime, Rule(tz=True)]
UnsignedInt = Annotated[int, Rule(ge=0, le=2147483647)]
PositiveInt = Annotated[int, Rule(ge=1, le=2147483647)]


def wire_name(name: str) -> str:
    """What a field is called in FHIR: camelCase, `for_` without its underscore, `status_ext` as the sibling `_status`.

    >>> [wire_name(name) for name in ("patient_instruction", "for_", "status_ext")]
    ['patientInstruction', 'for', '_status']
    """
    if name.endswith("_ext"):
        return "_" + wire_name(name.removesuffix("_ext"))
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)


class Open(Struct, rename=wire_name, kw_only=True, omit_defaults=True, gc=False):
    """A shape that may hold more than is listed; used only where R4 itself is open."""

    id: Text | None = None


class Extension(Open, kw_only=True):
    """Anything somebody wished to add; of its many possible values only those that are read here are known."""

    url: Text
    extension: "Extensions | None" = None
    value_boolean: bool | None = None
    value_positive_int: PositiveInt | None = None
    value_unsigned_int: UnsignedInt | None = None
    value_string: Text | None = None
    value_code: Text | None = None
    value_date: Text | None = None
    value_codeable_concept: "CodeableConcept | None" = None
    value_coding: "Coding | None" = None
    value_reference: "Reference | None" = None


Extensions = Annotated[list[Extension], Rule(min_length=1)]


class Element(Struct, rename=wire_name, kw_only=True, omit_defaults=True, gc=False, forbid_unknown_fields=True):
    """What every data type may carry, and all that the `_sibling` of a primitive is."""

    id: Text | None = None
    extension: Extensions | None = None


Siblings = Annotated[list[Element | None], Rule(min_length=1)]


class BackboneElement(Element):
    """A part of a resource; it alone may carry a modifierExtension."""

    modifier_extension: Extensions | None = None


class Period(Element):
    """From and to, as R4 writes dateTime: possibly a year or a day alone."""

    start: Text | None = None
    end: Text | None = None
    start_ext: Element | None = None
    end_ext: Element | None = None


class Coding(Element):
    """One code in one code system."""

    system: Text | None = None
    version: Text | None = None
    code: Text | None = None
    display: Text | None = None
    user_selected: bool | None = None
    system_ext: Element | None = None
    version_ext: Element | None = None
    code_ext: Element | None = None
    display_ext: Element | None = None
    user_selected_ext: Element | None = None


Codings = Annotated[list[Coding], Rule(min_length=1)]


class CodeableConcept(Element):
    """The same meaning in one or more codes, and in words."""

    coding: Codings | None = None
    text: Text | None = None
    text_ext: Element | None = None


Concepts = Annotated[list[CodeableConcept], Rule(min_length=1)]


class Identifier(Element):
    """A number that somebody has given the thing."""

    use: Literal["usual", "official", "temp", "secondary", "old"] | None = None
    type: CodeableConcept | None = None
    system: Text | None = None
    value: Text | None = None
    period: Period | None = None
    assigner: "Reference | None" = None
    use_ext: Element | None = None
    system_ext: Element | None = None
    value_ext: Element | None = None


Identifiers = Annotated[list[Identifier], Rule(min_length=1)]


class Reference(Element):
    """A pointer to another resource, by address or by identifier."""

    reference: Text | None = None
    type: Text | None = None
    identifier: Identifier | None = None
    display: Text | None = None
    reference_ext: Element | None = None
    type_ext: Element | None = None
    display_ext: Element | None = None


References = Annotated[list[Reference], Rule(min_length=1)]


class Meta(Element):
    """The resource's own history: version, time, profiles and labels."""

    version_id: Id | None = None
    last_updated: Instant | None = None
    source: Text | None = None
    profile: Texts | None = None
    security: Codings | None = None
    tag: Codings | None = None
    version_id_ext: Element | None = None
    last_updated_ext: Element | None = None
    source_ext: Element | None = None
    profile_ext: Siblings | None = None


class Narrative(Element, kw_only=True):
    """The resource in words; never shown, never stored."""

    status: Literal["generated", "extensions", "additional", "empty"]
    div: Text
    status_ext: Element | None = None
    div_ext: Element | None = None


class HumanName(Element):
    """A person's name."""

    use: Literal["usual", "official", "temp", "nickname", "anonymous", "old", "maiden"] | None = None
    text: Text | None = None
    family: Text | None = None
    given: Texts | None = None
    prefix: Texts | None = None
    suffix: Texts | None = None
    period: Period | None = None
    use_ext: Element | None = None
    text_ext: Element | None = None
    family_ext: Element | None = None
    given_ext: Siblings | None = None
    prefix_ext: Siblings | None = None
    suffix_ext: Siblings | None = None


HumanNames = Annotated[list[HumanName], Rule(min_length=1)]


class ContactPoint(Element):
    """A telephone number or another way to reach somebody."""

    system: Literal["phone", "fax", "email", "pager", "url", "sms", "other"] | None = None
    value: Text | None = None
    use: Literal["home", "work", "temp", "old", "mobile"] | None = None
    rank: PositiveInt | None = None
    period: Period | None = None
    system_ext: Element | None = None
    value_ext: Element | None = None
    use_ext: Element | None = None
    rank_ext: Element | None = None


ContactPoints = Annotated[list[ContactPoint], Rule(min_length=1)]


class Address(Element):
    """A postal or visiting address."""

    use: Literal["home", "work", "temp", "old", "billing"] | None = None
    type: Literal["postal", "physical", "both"] | None = None
    text: Text | None = None
    line: Texts | None = None
    city: Text | None = None
    district: Text | None = None
    state: Text | None = None
    postal_code: Text | None = None
    country: Text | None = None
    period: Period | None = None
    use_ext: Element | None = None
    type_ext: Element | None = None
    text_ext: Element | None = None
    line_ext: Siblings | None = None
    city_ext: Element | None = None
    district_ext: Element | None = None
    state_ext: Element | None = None
    postal_code_ext: Element | None = None
    country_ext: Element | None = None


class Attachment(Element):
    """A file, inline or by address."""

    content_type: Text | None = None
    language: Text | None = None
    data: Text | None = None
    url: Text | None = None
    size: UnsignedInt | None = None
    hash: Text | None = None
    title: Text | None = None
    creation: Text | None = None
    content_type_ext: Element | None = None
    language_ext: Element | None = None
    data_ext: Element | None = None
    url_ext: Element | None = None
    size_ext: Element | None = None
    hash_ext: Element | None = None
    title_ext: Element | None = None
    creation_ext: Element | None = None


class Annotation(Element, kw_only=True):
    """A note with its author."""

    author_reference: Reference | None = None
    author_string: Text | None = None
    time: Text | None = None
    text: Text
    author_string_ext: Element | None = None
    time_ext: Element | None = None
    text_ext: Element | None = None


class Resource(Struct, rename=wire_name, kw_only=True, omit_defaults=True, gc=False, forbid_unknown_fields=True):
    """What every resource may carry."""

    id: Id | None = None
    meta: Meta | None = None
    implicit_rules: Text | None = None
    language: Text | None = None
    text: Narrative | None = None
    extension: Extensions | None = None
    modifier_extension: Extensions | None = None
    id_ext: Element | None = None
    implicit_rules_ext: Element | None = None
    language_ext: Element | None = None


class OpenResource(Struct, rename=wire_name, kw_only=True, omit_defaults=True, gc=False):
    """A contained resource of which nothing is read but its id."""

    id: Id | None = None
