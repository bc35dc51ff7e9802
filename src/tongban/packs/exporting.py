"""Writing what editors changed here back into packs, so that the next activation has it as its own.

A new version of a record joins a file of its own beside the pack's; a record that exists once is cut out of its file and
stands in the new one. All else, with comments and order, stays as it was written.
"""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from django.conf import settings

from tongban.kernel.errors import BadInput
from tongban.packs.actions import BadPack, check_packs, sections
from tongban.packs.ports import Document, Edited, Section
from tongban.packs.reader import Pack, named_codes

_WIDTH = 110


@dataclass
class Exported:
    """What was written where: by file the codes, and which of them were cut out of another file."""

    written: dict[str, list[str]] = field(default_factory=dict)
    moved: list[str] = field(default_factory=list)


def export_packs(names: Sequence[str], *, into: Path, folder: Path | None = None) -> Exported:
    """Copy packs to `into` with what was edited here; a record that no pack has joins the last one named.

    What is written is read again and checked like any pack.

    Raises:
        BadPack: the packs, or what came of them, have mistakes.
        BadInput: `into` holds something already.
    """
    checked = check_packs(names, folder=folder)
    if checked.errors:
        raise BadPack(checked.errors)
    if into.exists() and any(into.iterdir()):
        raise BadInput(f"{into} is not empty; name a folder that does not exist yet.")
    root = folder or settings.PACKS
    for name in names:
        shutil.copytree(root / name, into / name)
    done = Exported()
    for section in sections():
        _write_section(section, checked.packs, into, done)
    if errors := check_packs(names, folder=into).errors:
        raise BadPack(errors)
    return done


def _write_section(section: Section, packs: Sequence[Pack], into: Path, done: Exported) -> None:
    defined = _places(section, packs)
    by_pack: dict[str, list[Edited]] = {}
    cut: dict[Path, list[tuple[str | int, ...]]] = {}
    for one in section.edits():
        pack, document, place = defined.get((one.noun, one.code), (packs[-1], None, ()))
        by_pack.setdefault(pack.info.code, []).append(one)
        if document and one.replaces:
            cut.setdefault(into / pack.folder.name / document.path.relative_to(pack.folder), []).append(place)
            done.moved.append(one.code)
    for path, places in cut.items():
        _cut_out(path, places)
    for pack in packs:
        if edits := by_pack.get(pack.info.code):
            name = section.pattern.replace("*", "edited")
            records = [one.record for one in edits]
            _append(into / pack.folder.name / name, section, records)
            done.written[f"{pack.info.code}/{name}"] = sorted({one.code for one in edits})


def _places(
    section: Section, packs: Iterable[Pack]
) -> dict[tuple[str, str], tuple[Pack, Document | None, tuple[str | int, ...]]]:
    """Where each code of a section's records is defined: pack, document, place of the record."""
    return {
        (noun, code): (pack, document, place[:2])
        for pack in packs
        for document in pack.documents.get(section.name, [])
        for noun, code, place, _record in named_codes(document)
    }


def _append(path: Path, section: Section, records: list[dict[str, object]]) -> None:
    (key,) = section.schema.model_fields
    held = yaml.safe_load(path.read_text("utf-8")) if path.exists() else {key: []}
    text = yaml.safe_dump({key: [*held[key], *records]}, allow_unicode=True, sort_keys=False, width=_WIDTH)
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"# Written back by `packs export`: what was changed on the platform.\n{text}", "utf-8")


def _cut_out(path: Path, places: Sequence[tuple[str | int, ...]]) -> None:
    """Take records out of the one list of a file, line by line; a file without records goes."""
    text = path.read_text("utf-8")
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)
    ((_key, listed),) = root.value
    starts = [one.start_mark.line for one in listed.value] + [listed.end_mark.line]
    gone = {int(place[1]) for place in places}
    if len(gone) == len(listed.value):
        path.unlink()
        return
    lines = text.splitlines(keepends=True)
    for number in sorted(gone, reverse=True):
        del lines[starts[number] : starts[number + 1]]
    path.write_text("".join(lines), "utf-8")
