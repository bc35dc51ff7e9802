"""Every component on realistic pages: 林夏 opens a restaurant in 澜川市. All names and numbers are invented.

`PAGES` names each page's template and context; `render` draws one with an engine that refuses unknown variables.
Used by the tests beside it and by whoever wants to look at the pages in a browser.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.template.backends.django import DjangoTemplates
from django.test import RequestFactory

from tests.portals.design import after, before, officers, papers
from tests.portals.design.lanchuan import CITIZEN, OFFICER, VISITOR
from tongban.portals.design.context import Page


class RefusesUnknownVariables(str):
    """Stands for `string_if_invalid`; a template that names what nobody gave fails."""

    __slots__ = ()

    def __contains__(self, key: object) -> bool:
        return key == "%s"

    def __mod__(self, variable: object) -> str:
        raise AssertionError(f"nobody gave the template {variable}")


def engine() -> DjangoTemplates:
    """The site's templates and the gallery's, strict."""
    return DjangoTemplates(
        {
            "NAME": "gallery",
            "DIRS": [Path(__file__).parent / "templates"],
            "APP_DIRS": True,
            "OPTIONS": {
                "builtins": ["tongban.portals.design.templatetags.language"],
                "context_processors": [
                    "django.template.context_processors.request",
                    "tongban.portals.design.context.page",
                ],
                "string_if_invalid": RefusesUnknownVariables("%s"),
            },
        }
    )


def nothing() -> dict[str, Any]:
    return {}


Given = Callable[[], dict[str, Any]]
PAGES: dict[str, tuple[str, Page | None, Given]] = {
    "home": ("gallery/home.html", CITIZEN, before.home),
    "results": ("gallery/results.html", VISITOR, before.results),
    "guide": ("gallery/guide.html", CITIZEN, before.guide),
    "tell": ("gallery/tell.html", CITIZEN, after.tell),
    "form": ("gallery/form.html", CITIZEN, before.form),
    "check": ("gallery/check.html", CITIZEN, after.check),
    "receipt": ("gallery/receipt.html", CITIZEN, after.receipt),
    "case": ("gallery/case.html", CITIZEN, after.case),
    "certificates": ("gallery/certificates.html", CITIZEN, papers.certificates),
    "sheet": ("gallery/sheet.html", CITIZEN, papers.sheet),
    "outcome": ("gallery/outcome.html", VISITOR, papers.outcome),
    "people": ("gallery/people.html", VISITOR, officers.people),
    "queue": ("gallery/queue.html", OFFICER, officers.queue),
    "bench": ("gallery/bench.html", OFFICER, officers.bench),
    "bare": ("gallery/bare.html", None, nothing),
    "403": ("403.html", CITIZEN, officers.denied),
    "404": ("404.html", VISITOR, officers.moved),
    "409": ("409.html", OFFICER, officers.clashed),
    "422": ("422.html", CITIZEN, nothing),
    "429": ("429.html", VISITOR, nothing),
    "500": ("500.html", None, lambda: {"reference": "E-7F3K-0019", "kept": True}),
    "503": ("503.html", None, nothing),
}


def render(name: str, templates: DjangoTemplates | None = None) -> str:
    """The page called `name`, as HTML."""
    path, page, given = PAGES[name]
    request = RequestFactory().get("/")
    if page:
        request.page = page  # type: ignore[attr-defined]
    return str((templates or engine()).get_template(path).render(given(), request))


def render_without_anything(path: str) -> str:
    """A template as Django's last resort draws it: no request, no context."""
    return str(engine().get_template(path).render())
