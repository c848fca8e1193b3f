"""Ready answers: the staff write them, change them and put them away; two who change at once lose nothing (R80)."""

from datetime import date
from uuid import UUID

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import About, Actor, May
from hjemmekontakt.ground import clock
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.models import AnswerTemplate
from hjemmekontakt.messages.rules import TemplateRefusal, TemplateTexts


@intent
def write_template(
    actor: Actor, unit_id: UUID, *, texts: TemplateTexts, answerable: bool, review_on: date, for_all: bool
) -> UUID:
    """An employee writes a ready answer for her unit, or a team leader for all units; she becomes its owner (R80)."""
    require(actor, _may(for_all), about=_unit(actor, unit_id))
    _refuse_unfit(texts, review_on)
    made = AnswerTemplate.objects.create(
        municipality_id=actor.municipality_id,
        unit_id=None if for_all else unit_id,
        owner_id=actor.id,
        owner_name=actor.name,
        changed_at=clock.now(),
        **_columns(texts, answerable, review_on),
    )
    return made.id


@intent
def change_template(
    actor: Actor,
    template_id: UUID,
    *,
    version: int,
    texts: TemplateTexts,
    answerable: bool,
    review_on: date,
) -> None:
    """An employee changes a ready answer as her page showed it; where somebody has changed it since, she is told (R80).

    The same change sent twice is made once.
    """
    row = _locked(actor, template_id)
    columns = _columns(texts, answerable, review_on)
    if row.version == version + 1 and all(getattr(row, name) == value for name, value in columns.items()):
        return
    if row.version != version:
        raise Refused(TemplateRefusal.CHANGED_MEANWHILE)
    _refuse_unfit(texts, review_on)
    for name, value in columns.items():
        setattr(row, name, value)
    row.version += 1
    row.changed_at = clock.now()
    row.save(update_fields=[*columns, "version", "changed_at"])


@intent
def put_away_template(actor: Actor, template_id: UUID) -> None:
    """An employee puts a ready answer away: nobody can choose it any more."""
    row = _locked(actor, template_id)
    if row.put_away_at is None:
        row.put_away_at = clock.now()
        row.save(update_fields=["put_away_at"])


@intent
def take_back_template(actor: Actor, template_id: UUID) -> None:
    """An employee takes a ready answer back into use."""
    row = _locked(actor, template_id)
    if row.put_away_at is not None:
        row.put_away_at = None
        row.save(update_fields=["put_away_at"])


def _locked(actor: Actor, template_id: UUID) -> AnswerTemplate:
    """The ready answer, locked, if she may change it: her unit's, or for all units if she leads one."""
    unit_id = next((unit.unit_id for unit in actor.units_of_care()), None)
    require(actor, May.USE_TEMPLATE, about=_unit(actor, unit_id))
    row = AnswerTemplate.objects.select_for_update().filter(id=template_id).first()
    if row is None:
        require(actor, May.CHANGE_TEMPLATE, about=About("template", template_id))  # it is not there: refused as unknown
        raise AssertionError("an unknown thing is refused")
    hers = row.unit_id or rules.unit_she_leads(actor) or unit_id
    require(actor, _may(row.unit_id is None), about=_unit(actor, hers))
    return row


def _may(for_all: bool) -> May:
    return May.CHANGE_TEMPLATE_FOR_ALL if for_all else May.CHANGE_TEMPLATE


def _refuse_unfit(texts: TemplateTexts, review_on: date) -> None:
    if why_not := rules.why_not_keep(texts, review_on=review_on, today=day_of(clock.now())):
        raise Refused(why_not)


def _columns(texts: TemplateTexts, answerable: bool, review_on: date) -> dict[str, object]:
    return {
        "title": texts.title,
        "text_nb": texts.nb,
        "text_nn": texts.nn,
        "text_en": texts.en,
        "answerable": answerable,
        "review_on": review_on,
    }


def _unit(actor: Actor, unit_id: UUID | None) -> About:
    if unit_id is None or actor.municipality_id is None:
        return About("unit", None)
    return lookup.unit(unit_id, actor.municipality_id)
