"""Ready answers: the list that the staff keep, and those that fit the dialogue they have open (R80, R81)."""

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import Denied, intent, intent_in_one_statement, require
from hjemmekontakt.access.rules import About, Actor, Denial, May, why_not
from hjemmekontakt.ground import clock, phrases_of_time
from hjemmekontakt.ground.workdays import day_of
from hjemmekontakt.messages import rules
from hjemmekontakt.messages.models import AnswerTemplate
from hjemmekontakt.messages.rules import (
    AnswerTemplates,
    FilledTemplate,
    StaffThreadView,
    TemplateFilter,
    TemplateList,
    TemplateRow,
    TemplateTexts,
    Variable,
)
from hjemmekontakt.messages.words import signing
from hjemmekontakt.municipalities import queries as municipalities


@intent_in_one_statement
def templates_for(actor: Actor, thread: StaffThreadView) -> AnswerTemplates:
    """The ready answers for a dialogue that an employee has open, filled in, in the citizen's language (R80).

    They were read with the dialogue, so that nothing is asked here, not even a transaction. Leaves no line of its own in
    the citizen's log: to open the dialogue has left one.
    """
    unit, now, language = thread.service.unit, clock.now(), thread.language
    about = About("thread", thread.id, thread.citizen_id, unit.municipality_id, unit.id, has_decision=True)
    if denial := why_not(actor, May.USE_TEMPLATE, about):
        raise Denied(denial, actor=actor, may=May.USE_TEMPLATE, about=about)
    values = {
        Variable.GIVEN_NAME: thread.given_name,
        Variable.UNIT: unit.name,
        Variable.PHONE: unit.phone,
    }

    def filled(id: UUID, texts: TemplateTexts) -> FilledTemplate:
        text, fell_back = rules.in_language(texts, language)
        said_in = "nb" if fell_back else language
        said = values | {Variable.DAY: phrases_of_time.full_date(now, today=day_of(now), language=said_in)}
        if thread.answer_by is not None:
            said |= {Variable.DEADLINE: phrases_of_time.deadline(thread.answer_by, now=now, language=said_in)}
        return FilledTemplate(id, texts.title, rules.fill(text, said), fell_back)

    signed = signing.signature(actor.name, role=actor.role_in(unit.id), unit=unit, language=language)
    return AnswerTemplates(tuple(filled(*each) for each in thread.ready), language, signed)


@intent
def templates_for_broadcast(actor: Actor, unit_id: UUID) -> AnswerTemplates:
    """The ready texts for what nobody can answer, in bokmål, for a unit's broadcasts (R80, R85)."""
    about = lookup.unit(unit_id, actor.municipality_id) if actor.municipality_id else About("unit", unit_id)
    require(actor, May.USE_TEMPLATE, about=about)
    unit, now = municipalities.unit(unit_id), clock.now()
    values = {
        Variable.UNIT: unit.name,
        Variable.PHONE: unit.phone,
        Variable.DAY: phrases_of_time.full_date(now, today=day_of(now)),
    }
    rows = _seen(actor).filter(Q(unit_id=unit_id) | Q(unit__isnull=True), put_away_at__isnull=True, answerable=False)
    found = [
        FilledTemplate(row.id, row.title, rules.fill(row.text_nb, values), False) for row in rows.order_by("title")
    ]
    return AnswerTemplates(tuple(found), "nb", signing.signature(actor.name, role=actor.role_in(unit_id), unit=unit))


@intent
def templates_of(actor: Actor, *, filter: TemplateFilter = TemplateFilter.IN_USE) -> TemplateList:
    """The ready answers of an employee's units and those for all units, by title (R80)."""
    require(actor, May.USE_TEMPLATE, about=_her_unit(actor))
    today = day_of(clock.now())
    every = [_row(row, actor) for row in _seen(actor).select_related("unit").order_by("title", "id")]
    chosen = {each: tuple(row for row in every if _is_in(row, each, today=today)) for each in TemplateFilter}
    return TemplateList(
        rows=chosen[filter],
        filter=filter,
        counts={each: len(rows) for each, rows in chosen.items()},
        may_write=bool(actor.units_of_care()),
    )


@intent
def template(actor: Actor, template_id: UUID) -> TemplateRow:
    """One ready answer, to read or change."""
    require(actor, May.USE_TEMPLATE, about=_her_unit(actor))
    row = _seen(actor).select_related("unit").filter(id=template_id).first()
    if row is None:
        raise Denied(Denial.UNKNOWN, actor=actor, may=May.USE_TEMPLATE, about=About("template", template_id))
    return _row(row, actor)


def _is_in(row: TemplateRow, filter: TemplateFilter, *, today: date) -> bool:
    if filter is TemplateFilter.PUT_AWAY:
        return row.put_away_at is not None
    if row.put_away_at is not None:
        return False
    return filter is TemplateFilter.IN_USE or rules.needs_review(row.review_on, today=today)


def _seen(actor: Actor) -> QuerySet[AnswerTemplate]:
    units = [unit.unit_id for unit in actor.units_of_care()]
    return AnswerTemplate.objects.filter(
        Q(unit_id__in=units) | Q(unit__isnull=True), municipality_id=actor.municipality_id
    )


def _her_unit(actor: Actor) -> About:
    first = next((unit.unit_id for unit in actor.units_of_care()), None)
    if first is None or actor.municipality_id is None:
        return About("unit", None)
    return lookup.unit(first, actor.municipality_id)


def _texts(row: AnswerTemplate) -> TemplateTexts:
    return TemplateTexts(row.title, nb=row.text_nb, nn=row.text_nn, en=row.text_en)


def _row(row: AnswerTemplate, actor: Actor) -> TemplateRow:
    may_change = rules.unit_she_leads(actor) is not None if row.unit_id is None else bool(actor.role_in(row.unit_id))
    return TemplateRow(
        id=row.id,
        unit_id=row.unit_id,
        unit_name=row.unit.name if row.unit else "",
        texts=_texts(row),
        answerable=row.answerable,
        owner_name=row.owner_name,
        review_on=row.review_on,
        put_away_at=row.put_away_at,
        version=row.version,
        changed_at=row.changed_at,
        may_change=may_change,
    )
