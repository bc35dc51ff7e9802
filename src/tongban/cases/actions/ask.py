"""Asking registers first, when a person wants it; and letting the draft go again."""

from collections.abc import Mapping

from django.db import transaction

from tongban.cases.access import own_application
from tongban.cases.actions.prepare import prepare_application, save_answers
from tongban.cases.actions.settle import end_draft
from tongban.cases.answers import checked_answers
from tongban.cases.entries import note_application
from tongban.cases.fetching import fetch_for_answer, fetch_materials
from tongban.cases.kinds import Dropped, LookedUp
from tongban.cases.models import Application
from tongban.cases.registers import lookup_questions, lookups_of
from tongban.journal.api import Actor, bump
from tongban.kernel import clock
from tongban.kernel.errors import BadAnswers, BadInput
from tongban.services.api import get_guide


def look_up(*, bundle: str, answers: Mapping[str, str], by: Actor) -> str:
    """Begin (or take up) a draft and read the registers that answer its check; returns the draft's number.

    She was told what is read before; `answers` find the records. What was read already is not read again; a source
    that is silent, holds nothing or may not be asked leaves its facts open.

    Raises:
        NotAllowed: not a person.
        NotFound: no such bundle in force.
        BadAnswers: an answer that finds a record is missing or does not fit.
        BadInput: no register answers anything of this check.
    """
    guide = get_guide(bundle)
    lookups = [one for one in lookups_of(guide) if one.terms]
    if not lookups:
        raise BadInput("这件事没有可以先查的登记，请直接回答。")
    questions = {question.code for question in lookup_questions(guide, lookups)}
    given = {code: answers.get(code, "") for code in questions}
    checked_answers(guide, given)
    if empty := {code: "请填写，才能找到登记。" for code, text in given.items() if not text.strip()}:
        raise BadAnswers(empty)
    number = prepare_application(bundle=bundle, by=by)
    save_answers(number=number, answers=given, by=by)
    with transaction.atomic():
        version = bump(Application, number)
        Application.objects.filter(pk=number).update(looked_up_at=clock.now())
        act = LookedUp(resources=sorted({one.fetch.resource for one in lookups}))
        note_application(act, own_application(number, by), version=version, by=by)
    fetch_materials(number, by=by, only=[one.material for one in lookups if one.material])
    fetch_for_answer(number, lookups, by=by)
    return number


def drop_draft(*, number: str, by: Actor) -> None:
    """Let a draft go: it ends, and what was read or stated for it is erased.

    Raises:
        NotFound: there is none, or it is somebody else's.
        Conflict: it is submitted already.
    """
    row = own_application(number, by)
    if row.state != "withdrawn":
        end_draft(row, Dropped, by=by)
