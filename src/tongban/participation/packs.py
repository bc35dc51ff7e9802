"""`hotline*.yaml`: classes, urgencies and the giving back of orders, each with its source; the city's desk."""

from collections.abc import Iterable, Sequence
from typing import Annotated

from pydantic import Field

from tongban.packs.api import store
from tongban.packs.ports import (
    Cite,
    Code,
    Document,
    Finding,
    Known,
    Model,
    Names,
    Ref,
    Section,
    Source,
    Stored,
    Text,
)
from tongban.participation.models import Desk, OrderClass, Returning, Sampling, Urgency


class ClassRow(Model):
    """A class of demands; `answer` is the limit under which the agency answers."""

    code: Annotated[Code, Names("order-class")]
    title: Text
    words: Text
    answer: Annotated[Code, Ref("limit")]


class UrgencyRow(Model):
    """An urgency: hours for the desk, and a limit of its own for the answer where it has one."""

    code: Annotated[Code, Names("order-urgency")]
    title: Text
    hours: Annotated[int, Field(ge=1, le=240)]
    answer: Annotated[Code, Ref("limit")] | None = None
    cite: Cite


class ReturningRow(Model):
    """How soon and how often an order is given back."""

    hours: Annotated[int, Field(ge=1, le=240)]
    times: Annotated[int, Field(ge=1, le=9)]
    cite: Cite


class SamplingRow(Model):
    """Closed within so many days, an order may be drawn; with fewer than `least` answers a rate is not shown."""

    within_days: Annotated[int, Field(ge=1, le=366)]
    least: Annotated[int, Field(ge=2, le=1000)]
    cite: Cite


class DeskRow(Model):
    """Who hears and dispatches; its systems bring orders from outside."""

    agency: Annotated[Code, Ref("agency")]
    phone: Text


class HotlineFile(Model):
    """The file."""

    classes: tuple[ClassRow, ...] = ()
    urgencies: tuple[UrgencyRow, ...] = ()
    returning: ReturningRow | None = None
    sampling: SamplingRow | None = None
    desk: DeskRow | None = None


def check(document: Document, _known: Known) -> Iterable[Finding]:
    """A more urgent row never has more hours than the next one."""
    hours = [row.hours for row in document.data.urgencies]
    for number in range(1, len(hours)):
        if hours[number] < hours[number - 1]:
            yield document.finding(
                ("urgencies", number, "hours"),
                "urgencies stand in order, the most urgent first; give it more hours",
            )


def load(documents: Sequence[Document], source: Source) -> Stored:
    """Write classes, urgencies, giving back, sampling and desk."""
    stored = Stored()
    classes = [
        {**row.model_dump(), "position": place}
        for document in documents
        for place, row in enumerate(document.data.classes)
    ]
    urgencies = [
        {
            **row.model_dump(exclude={"cite", "answer"}),
            "answer": row.answer or "",
            "position": place,
            "cite": row.cite.model_dump(mode="json"),
        }
        for document in documents
        for place, row in enumerate(document.data.urgencies)
    ]
    returning, sampling = (
        [
            {"id": 1, **one.model_dump(exclude={"cite"}), "cite": one.cite.model_dump(mode="json")}
            for document in documents
            if (one := getattr(document.data, name))
        ]
        for name in ("returning", "sampling")
    )
    desks = [{"id": 1, **one.model_dump()} for document in documents if (one := document.data.desk)]
    stored.add(store(OrderClass, classes, key=("code",), source=source))
    stored.add(store(Urgency, urgencies, key=("code",), source=source))
    stored.add(store(Returning, returning, key=("id",), source=source))
    stored.add(store(Sampling, sampling, key=("id",), source=source))
    stored.add(store(Desk, desks, key=("id",), source=source))
    return stored


SECTIONS = [Section("hotline", "hotline*.yaml", HotlineFile, load, check)]
