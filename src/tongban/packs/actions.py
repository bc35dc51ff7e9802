"""Checking packs as a whole and activating them in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models, transaction

from tongban.journal.api import Subject, record, system
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.packs.kinds import PackActivated
from tongban.packs.models import Activation, Edit
from tongban.packs.ports import Cite, Finding, Section, Source, Stored
from tongban.packs.reader import Pack, named_codes, read_pack, referred_codes
from tongban.packs.remembering import release_content, remembered


class BadPack(BadInput):
    """A pack cannot be activated; `findings` say where and why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        shown = "\n".join(f"  {finding}" for finding in findings)
        super().__init__(f"The packs have {len(findings)} mistake(s); nothing was activated:\n{shown}")
        self.findings = findings


@dataclass
class Checked:
    """Packs that were read and compared: what is wrong, and what nobody has verified."""

    packs: list[Pack] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def errors(self) -> list[Finding]:
        """Findings that keep the packs from being activated."""
        return [finding for finding in self.findings if finding.level == "error"]

    @property
    def unverified(self) -> list[Finding]:
        """Cites whose text nobody has read yet; they show 未核对 on pages."""
        return [finding for finding in self.findings if finding.level == "unverified"]


def sections() -> list[Section]:
    """The sections of all modules, in the order in which they are loaded."""
    return [section for module in settings.PACK_SECTIONS for section in import_module(module).SECTIONS]


def check_packs(names: Sequence[str], *, folder: Path | None = None) -> Checked:
    """Read the packs `names` and compare every reference; says all that is wrong, not only the first thing."""
    checked = Checked()
    all_sections = sections()
    root = folder or settings.PACKS
    for name in names:
        if pack := read_pack(root / name, all_sections, checked.findings):
            checked.packs.append(pack)
    _check_requirements(checked, names)
    known = _collect(checked)
    for pack in checked.packs:
        for section in all_sections:
            for document in pack.documents.get(section.name, []):
                for noun, code, place in referred_codes(document):
                    if code not in known.get(noun, {}):
                        checked.findings.append(document.finding(place, f"there is no {noun} {code!r}"))
                checked.findings += section.check(document, known)
                checked.findings += _unverified(document.data, document, ())
    return checked


def activate_packs(names: Sequence[str], *, folder: Path | None = None) -> Stored:
    """Check and activate packs; all of them or none. Says which edited rows were left alone.

    Raises:
        BadPack: something in the packs is wrong.
    """
    checked = check_packs(names, folder=folder)
    if checked.errors:
        raise BadPack(checked.errors)
    total = Stored()
    release_content()
    with transaction.atomic():
        for pack in checked.packs:
            for section in sections():
                if documents := pack.documents.get(section.name):
                    total.add(section.load(documents, pack.source))
            _note_activation(pack)
    return total


@dataclass(frozen=True)
class InForce:
    """The content in force."""

    demonstrations: tuple[str, ...]
    #: Every active pack but the national vocabulary is a demonstration.
    demonstration: bool


def content_in_force() -> InForce:
    """What is in force now, in one query."""
    return remembered("in-force", make=_read_in_force)


def _read_in_force() -> InForce:
    newest = Activation.objects.order_by("pack", "-id").distinct("pack")
    rows = list(newest.values_list("pack", "demonstration"))
    flags = [demonstration for pack, demonstration in rows if pack != "base"]
    return InForce(
        demonstrations=tuple(pack for pack, demonstration in rows if demonstration),
        demonstration=bool(flags) and all(flags),
    )


def note_edit(what: str) -> None:
    """Say that an editor changes content in force: to be called in the transaction of the act, before its change."""
    release_content()
    Edit.objects.create(what=what, edited_at=clock.now())


def is_demonstration() -> bool:
    """Whether every active pack but the national vocabulary is a demonstration."""
    return content_in_force().demonstration


def demonstrations() -> list[str]:
    """The active packs that are demonstrations."""
    return list(content_in_force().demonstrations)


def store(
    model: type[models.Model], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str], source: Source
) -> Stored:
    """Write rows of a reference table by their key. A row whose source is an editor's act is left as it is."""
    noun = model._meta.label_lower
    names = [name for name in (rows[0] if rows else {}) if name not in key]
    edited = {
        tuple(getattr(row, name) for name in key)
        for row in model._default_manager.filter(source__startswith="edit:").only(*key)
    }
    kept = [row for row in rows if tuple(row[name] for name in key) not in edited]
    model._default_manager.bulk_create(
        (model(**row, source=str(source)) for row in kept),
        update_conflicts=True,
        unique_fields=list(key),
        update_fields=[*names, "source"],
    )
    conflicts = [
        f"{noun} {'/'.join(str(row[name]) for name in key)} was edited here since"
        for row in rows
        if tuple(row[name] for name in key) in edited
    ]
    return Stored({noun: len(kept)}, conflicts)


def _check_requirements(checked: Checked, names: Sequence[str]) -> None:
    for pack in checked.packs:
        for required in pack.info.requires:
            if required not in names:
                sentence = f"the pack {required!r} is required; name it too"
                checked.findings.append(Finding(f"{pack.folder.name}/pack.yaml", 1, "requires", sentence))


def _collect(checked: Checked) -> dict[str, dict[str, Any]]:
    known: dict[str, dict[str, Any]] = {}
    for pack in checked.packs:
        for documents in pack.documents.values():
            for document in documents:
                known.setdefault("document", {})[document.name] = document.data
                for noun, code, place, defined in named_codes(document):
                    before = known.setdefault(noun, {}).get(code)
                    if before and (_edition(defined) is None or _edition(defined) == _edition(before)):
                        checked.findings.append(
                            document.finding(place, f"the {noun} {code!r} is defined twice")
                        )
                    known[noun][code] = defined
    return known


def _edition(record: Any) -> tuple[Any, Any] | None:
    """What tells two records of one code apart: from which day, and as which version; None for records without a day."""
    day = getattr(record, "valid_from", None)
    return None if day is None else (day, getattr(record, "version", None))


def _unverified(value: Any, document: Any, place: tuple[str | int, ...]) -> list[Finding]:
    if isinstance(value, Cite):
        return (
            []
            if value.verified_by
            else [document.finding(place, f"{value} is not verified", level="unverified")]
        )
    if isinstance(value, list | tuple):
        return [one for n, inner in enumerate(value) for one in _unverified(inner, document, (*place, n))]
    if isinstance(value, dict):
        if "cite" in value and isinstance(value["cite"], dict):
            return _unverified(Cite.model_validate(value["cite"]), document, (*place, "cite"))
        return [one for key, inner in value.items() for one in _unverified(inner, document, (*place, key))]
    if fields := getattr(type(value), "model_fields", None):
        return [one for name in fields for one in _unverified(getattr(value, name), document, (*place, name))]
    return []


def _note_activation(pack: Pack) -> None:
    newest = Activation.objects.filter(pack=pack.info.code).order_by("-id").first()
    if newest and newest.digest == pack.digest:
        return
    made = Activation.objects.create(
        pack=pack.info.code,
        version=pack.info.version,
        digest=pack.digest,
        demonstration=pack.info.demonstration,
        activated_at=clock.now(),
    )
    act = PackActivated(
        pack=made.pack, version=made.version, digest=made.digest, demonstration=made.demonstration
    )
    record(act, on=Subject("pack", made.pack, made.id), by=system("packs"))
