"""The order of the form: what sources need first, then the notice, what was fetched, the rest, papers, check."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.cases.api import ApplicationView, key_questions
from tongban.services.api import FormPage


@dataclass(frozen=True)
class Stop:
    """One page of the form: its name in the address, its title."""

    name: str
    title: str
    url: str


@dataclass(frozen=True)
class Place:
    """Where a person stands: the stop, its number and the addresses around it."""

    stop: Stop
    number: int
    total: int
    before: str
    after: str


def stops(view: ApplicationView) -> list[Stop]:
    """Every page of the form in order."""
    first, rest = split_pages(view)
    number = view.number
    return [
        *(_page_stop(number, page) for page in first),
        Stop("notice", _("看哪些数据"), reverse("citizen:notice", args=[number])),
        Stop("fetched", _("取到了什么"), reverse("citizen:fetched", args=[number])),
        *(_page_stop(number, page) for page in rest),
        Stop("papers", _("承诺和图纸"), reverse("citizen:papers", args=[number])),
        Stop("check", _("核对后提交"), reverse("citizen:check", args=[number])),
    ]


def split_pages(view: ApplicationView) -> tuple[list[FormPage], list[FormPage]]:
    """Pages whose answers the sources need, and the others."""
    keys = {question.code for question in key_questions(view.guide)}
    first = [page for page in view.guide.pages if any(question.code in keys for question in page.questions)]
    return first, [page for page in view.guide.pages if page not in first]


def place_of(view: ApplicationView, name: str) -> Place:
    """Where the stop `name` lies."""
    way = stops(view)
    at = next((n for n, stop in enumerate(way) if stop.name == name), 0)
    before = way[at - 1].url if at else reverse("public:bundle", args=[view.guide.bundle.code])
    after = way[at + 1].url if at + 1 < len(way) else way[-1].url
    return Place(way[at], at + 1, len(way), before, after)


def resume_at(view: ApplicationView) -> str:
    """The address at which a begun form goes on: the first stop with something open."""
    if view.changes:
        return reverse("citizen:changes", args=[view.number])
    first, rest = split_pages(view)
    for page in first:
        if any(question.required and not view.answers.get(question.code) for question in page.questions):
            return reverse("citizen:page", args=[view.number, page.code])
    if view.told_at is None:
        return reverse("citizen:notice", args=[view.number])
    for page in rest:
        if any(question.required and not view.answers.get(question.code) for question in page.questions):
            return reverse("citizen:page", args=[view.number, page.code])
    if any(one.state == "waiting" and one.kind != "certificate" for one in view.materials):
        return reverse("citizen:papers", args=[view.number])
    return reverse("citizen:check", args=[view.number])


def _page_stop(number: str, page: FormPage) -> Stop:
    return Stop(page.code, page.title, reverse("citizen:page", args=[number, page.code]))
