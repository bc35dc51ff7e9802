"""Forms as they were asked: kept once under their digest, pinned by applications, compared when they change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from tongban.cases.form import digest_of, questions_of, tailored
from tongban.cases.models import Application, AskedForm
from tongban.kernel.sentences import say
from tongban.services.api import FormPage, Guide, GuideMaterial, MaterialTerms, Question, get_guide

#: Forms that one process remembers; they never change under their digest.
REMEMBERED = 256


@dataclass(frozen=True)
class FormChange:
    """One thing that became different: `what` is a sentence, `answers` are those that have to be given again."""

    what: str
    answers: tuple[str, ...] = ()


def pin_form(guide: Guide) -> str:
    """Keep the form of a guide as it is asked; returns its digest."""
    terms = _terms(guide)
    digest = digest_of(terms)
    AskedForm.objects.bulk_create([AskedForm(digest=digest, terms=terms)], ignore_conflicts=True)
    return digest


def form_digest(guide: Guide) -> str:
    """The digest under which the form of a guide is kept."""
    return digest_of(_terms(guide))


def whole_guide(row: Application) -> Guide:
    """The guide with the versions and the form that the application pins, before its answers rule anything out."""
    guide = get_guide(row.bundle, version=row.bundle_version, versions=row.item_versions)
    if not row.form:
        return guide
    pages, materials = _asked(row.form)
    return replace(guide, pages=pages, materials=materials)


def guide_of(row: Application) -> Guide:
    """The guide of an application: its pinned terms, without what its answers rule out."""
    return tailored(whole_guide(row), row.answers)


def changes_between(old: Guide, new: Guide) -> list[FormChange]:
    """What a person who began with `old` has to be told of `new`: members, questions, materials."""
    return [*_members(old, new), *_questions(old, new), *_materials(old, new)]


def _members(old: Guide, new: Guide) -> list[FormChange]:
    before, now = ({item.code: item.title for item in guide.items} for guide in (old, new))
    return [
        *(
            FormChange(say("「{title}」已经不在这件事里，不用再办。", title=before[code]))
            for code in before.keys() - now.keys()
        ),
        *(
            FormChange(say("这件事现在还包括「{title}」。", title=now[code]))
            for code in now.keys() - before.keys()
        ),
    ]


def _questions(old: Guide, new: Guide) -> list[FormChange]:
    before, now = questions_of(old), questions_of(new)
    found = []
    for code, question in now.items():
        if code not in before:
            found.append(FormChange(say("新增问题：{title}", title=question.title), (code,)))
        elif _asks(before[code]) != _asks(question):
            found.append(FormChange(say("问题改了，请重新回答：{title}", title=question.title), (code,)))
    for code, question in before.items():
        if code not in now:
            found.append(FormChange(say("不再问：{title}", title=question.title), (code,)))
    return found


def _materials(old: Guide, new: Guide) -> list[FormChange]:
    before, now = ({one.material.code: one.material for one in guide.materials} for guide in (old, new))
    found = []
    for code, material in now.items():
        if code not in before:
            found.append(FormChange(say("新增材料：{title}", title=material.title)))
        elif _needs(before[code]) != _needs(material):
            found.append(FormChange(say("材料的要求改了，请重新确认：{title}", title=material.title)))
    for code, material in before.items():
        if code not in now:
            found.append(FormChange(say("不再要：{title}", title=material.title)))
    return found


def changed_materials(old: Guide, new: Guide) -> set[str]:
    """Materials of both whose terms differ: what was agreed to or handed in for them does not count any more."""
    before, now = ({one.material.code: one.material for one in guide.materials} for guide in (old, new))
    return {code for code in before.keys() & now.keys() if _needs(before[code]) != _needs(now[code])}


def _asks(question: Question) -> Any:
    """What of a question makes an old answer doubtful; another hint or page does not."""
    return question.model_dump(exclude={"hint", "page", "prefill"})


def _needs(material: MaterialTerms) -> Any:
    return material.model_dump(exclude={"hint", "cites", "once_needed", "issuer"})


def _terms(guide: Guide) -> dict[str, Any]:
    return {
        "pages": [
            {
                "code": page.code,
                "title": page.title,
                "hint": page.hint,
                "questions": [one.model_dump(mode="json") for one in page.questions],
            }
            for page in guide.pages
        ],
        "materials": [
            {"terms": one.material.model_dump(mode="json"), "needed_by": list(one.needed_by)}
            for one in guide.materials
        ],
    }


@lru_cache(maxsize=REMEMBERED)
def _asked(digest: str) -> tuple[tuple[FormPage, ...], tuple[GuideMaterial, ...]]:
    terms: Mapping[str, Any] = AskedForm.objects.get(pk=digest).terms
    pages = tuple(
        FormPage(
            page["code"],
            page["title"],
            page["hint"],
            tuple(Question.model_validate(one) for one in page["questions"]),
        )
        for page in terms["pages"]
    )
    materials = tuple(
        GuideMaterial(MaterialTerms.model_validate(one["terms"]), tuple(one["needed_by"]))
        for one in terms["materials"]
    )
    return pages, materials
