"""What an application asks, as fields: questions with what registers say, a guardian's consent, and files."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tongban.cases.api import ApplicationView, Asked, MaterialView, attach_document
from tongban.documents.api import ACCEPT_ATTRIBUTE, UPLOAD_BYTES_MAX
from tongban.exchange.api import EvidenceView
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.portals.design.fields import Field, Kind, Option
from tongban.portals.design.middleware import actor
from tongban.portals.design.parts import Citation
from tongban.portals.design.shown import citation
from tongban.services.api import Question

_KINDS: Mapping[str, Kind] = {
    "number": "number",
    "choice": "radios",
    "yes-no": "radios",
    "tel": "tel",
    "date": "date",
}


@dataclass(frozen=True)
class Consent:
    """What is done with data of a child under fourteen, under which law, and the tick of the parent or guardian."""

    text: str
    law: Citation
    field: Field


def question_field(
    view: ApplicationView, asked: Asked, answers: Mapping[str, str], problems: Mapping[str, str]
) -> Field:
    """A box of the form with its answer, or with what a register says; and what is wrong with the answer."""
    question = asked.question
    value, source = answers.get(asked.code, ""), ""
    if isinstance(question, Question) and (found := prefill(view, question)):
        value, source = value or found[0], _source_words(found[1])
    options = tuple(Option(one.value, one.title, one.hint) for one in question.options)
    return Field(
        name=asked.code,
        label=question.title,
        kind="select" if asked.group and question.options else _KINDS.get(question.kind, "text"),
        hint=question.hint,
        value=value,
        options=(Option("是", _("是")), Option("否", _("否"))) if question.kind == "yes-no" else options,
        required=question.required,
        suffix=question.unit,
        source=source,
        correction_url="#wrong" if source else "",
        error=problems.get(asked.code, ""),
        autocomplete="tel" if question.kind == "tel" else "off",
        width="short" if question.kind == "number" else "long",
    )


def prefill(view: ApplicationView, question: Question) -> tuple[str, EvidenceView] | None:
    """The value a source gave, and the evidence it stands in."""
    material, _dot, item = question.prefill.partition(".")
    held: MaterialView | None = next((one for one in view.materials if one.code == material), None)
    value = held.evidence.values.get(item) if held and held.evidence else None
    if held is None or held.evidence is None or value is None:
        return None
    return str(value), held.evidence


def consent_of(view: ApplicationView, label: str, *, ticked: str, error: str) -> Consent | None:
    """The consent that has to stand before anything is read (个人信息保护法 31); none where no such data is handled.

    It is never ticked beforehand: who says it, says it now.
    """
    minors = next((item.minors for item in view.guide.items if item.minors), None)
    if minors is None:
        return None
    field = Field(name="guardian", label=label, kind="checkbox", value=ticked, error=error)
    return Consent(minors.text, citation(minors.cite), field)


def take_files(request: HttpRequest, view: ApplicationView) -> dict[str, str]:
    """Keep the files of a form; what is wrong with one is said of that one, the others are kept."""
    problems = {}
    for one in view.materials:
        file = request.FILES.get(f"file-{one.code}")
        if file is None:
            continue
        try:
            data = file.read(UPLOAD_BYTES_MAX + 1)
            name = file.name or ""
            attach_document(number=view.number, material=one.code, name=name, data=data, by=actor(request))
        except BadInput as problem:
            problems[one.code] = str(problem)
    return problems


def upload_field(code: str, title: str, hint: str, error: str, *, required: bool = True) -> Field:
    """A file to choose or to photograph."""
    limit = UPLOAD_BYTES_MAX // 1024 // 1024
    about = _("JPG、PNG 或 PDF，不超过 {limit} MB，可以直接拍照。").format(limit=limit)
    return Field(
        name=f"file-{code}",
        label=title,
        kind="file",
        hint=f"{hint}{about}",
        error=error,
        accept=ACCEPT_ATTRIBUTE,
        capture="environment",
        required=required,
    )


def _source_words(evidence: EvidenceView) -> str:
    moment = clock.local(evidence.read_at)
    return _("来自 {source} · {day}").format(source=evidence.resource_name, day=f"{moment:%Y-%m-%d}")
