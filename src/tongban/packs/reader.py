"""Reading packs: YAML and CSV with the line of every field, schemas, and codes that must be defined somewhere."""

import csv
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from tongban.packs.ports import Document, Finding, Model, Names, Ref, Section, Source, Text

Lines = dict[tuple[str | int, ...], int]

#: libyaml where PyYAML was built with it: packs are read eight times as fast.
_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class PackInfo(Model):
    """`pack.yaml`: what the pack is."""

    code: Text
    title: Text
    version: Text
    demonstration: bool = False
    requires: tuple[Text, ...] = ()


class Unreadable(Exception):  # noqa: N818 - carries the finding
    """A file cannot be read as what it is."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


class Pack:
    """A pack folder and its documents by section."""

    def __init__(self, folder: Path, info: PackInfo, digest: str) -> None:
        self.folder, self.info, self.digest = folder, info, digest
        self.documents: dict[str, list[Document]] = {}

    @property
    def source(self) -> Source:
        """The source that rows of this pack name."""
        return Source(self.info.code, self.info.version, self.digest, self.info.demonstration)


def read_pack(folder: Path, sections: Sequence[Section], findings: list[Finding]) -> Pack | None:
    """Read every file of a pack; what is wrong is added to `findings`."""
    if not (folder / "pack.yaml").is_file():
        findings.append(Finding(folder.name, 1, "pack.yaml", "there is no such pack (no pack.yaml)"))
        return None
    info = _read(folder, folder / "pack.yaml", PackInfo, findings)
    if info is None:
        return None
    pack = Pack(folder, info.data, _digest(folder))
    for section in sections:
        for path in sorted(folder.glob(section.pattern)):
            document = _read(folder, path, section.schema, findings)
            if document:
                pack.documents.setdefault(section.name, []).append(document)
    return pack


def named_codes(document: Document) -> Iterator[tuple[str, str, tuple[str | int, ...], Any]]:
    """Every code the document defines: noun, code, place, and the record that carries it."""
    for marker, value, place, record in _marked(document.data, ()):
        if isinstance(marker, Names):
            yield marker.noun, value, place, record


def referred_codes(document: Document) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
    """Every code the document refers to: noun, code, place."""
    for marker, value, place, _ in _marked(document.data, ()):
        if isinstance(marker, Ref):
            yield marker.noun, value, place


def _read(folder: Path, path: Path, schema: type[BaseModel], findings: list[Finding]) -> Document | None:
    name = f"{folder.name}/{path.relative_to(folder)}"
    try:
        raw, lines = _read_csv(path, name) if path.suffix == ".csv" else _read_yaml(path, name)
    except Unreadable as unreadable:
        findings.append(unreadable.finding)
        return None
    blank = Document(folder.name, path, name, None, lines)
    try:
        return Document(folder.name, path, name, TypeAdapter(schema).validate_python(raw), lines)
    except ValidationError as error:
        findings += [blank.finding(_place(one["loc"], lines), _sentence(one)) for one in error.errors()]
        return None


def _read_yaml(path: Path, name: str) -> tuple[Any, Lines]:
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(Finding(name, 1, "document", "the file is not UTF-8 text")) from error
    lines: Lines = {}
    try:
        try:
            node, data = _parsed(text, _FAST)
        except yaml.YAMLError:
            node, data = _parsed(
                text, yaml.SafeLoader
            )  # says it in better words, or takes what the fast one does not
        if node is not None:
            _note_lines(node, (), lines, name)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise Unreadable(Finding(name, line, "document", f"not readable as YAML: {error.problem}")) from error
    except (yaml.YAMLError, ValueError) as error:
        raise Unreadable(Finding(name, 1, "document", f"not readable as YAML: {error}")) from error
    return data, lines


def _parsed(text: str, loader: Any) -> tuple[yaml.Node | None, Any]:
    """The tree of a text and the data it holds, read once."""
    reading = loader(text)
    try:
        node = reading.get_single_node()
        return node, None if node is None else reading.construct_document(node)
    finally:
        reading.dispose()


def _note_lines(node: yaml.Node, place: tuple[str | int, ...], lines: Lines, name: str) -> None:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                where = ".".join(map(str, (*place, key.value)))
                raise Unreadable(Finding(name, key.start_mark.line + 1, where, "the field stands twice"))
            seen.add(key.value)
            lines[*place, key.value] = key.start_mark.line + 1
            _note_lines(value, (*place, key.value), lines, name)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            _note_lines(value, (*place, number), lines, name)


def _read_csv(path: Path, name: str) -> tuple[Any, Lines]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            reader = csv.DictReader(file, strict=True)
            rows, lines = [], {}
            for number, row in enumerate(reader):
                place: tuple[str | int, ...] = ("rows", number)
                lines[place] = reader.line_num
                if None in row or None in row.values():
                    raise Unreadable(
                        Finding(
                            name, reader.line_num, "row", "the row has another number of fields than the head"
                        )
                    )
                rows.append({key: value for key, value in row.items() if value != ""})
        except (csv.Error, UnicodeDecodeError) as error:
            raise Unreadable(Finding(name, 1, "document", f"not readable as CSV: {error}")) from error
    return {"rows": rows}, lines


def _place(location: Sequence[str | int], lines: Lines) -> tuple[str | int, ...]:
    """Pydantic's location without the names of union branches, which stand in no file."""
    place: tuple[str | int, ...] = ()
    for step in location:
        if (*place, step) in lines or step == location[-1]:
            place = (*place, step)
    return place


def _sentence(error: Any) -> str:
    match error["type"]:
        case "missing":
            return "this field is required and missing"
        case "extra_forbidden":
            return "there is no such field here; correct its name or remove it"
        case _:
            shown = repr(error["input"])
            return f"{error['msg']} (found {shown[:60]})"


def _marked(
    value: Any, place: tuple[str | int, ...]
) -> Iterator[tuple[Any, str, tuple[str | int, ...], Any]]:
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            inner = getattr(value, name)
            markers = [
                one for one in (*info.metadata, *_markers_of(info.annotation)) if isinstance(one, Names | Ref)
            ]
            for marker in markers:
                yield from _marked_codes(marker, inner, (*place, name), value)
            yield from _marked(inner, (*place, name))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _marked(inner, (*place, number))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _marked(inner, (*place, key))


def _marked_codes(
    marker: Any, value: Any, place: tuple[str | int, ...], record: Any
) -> Iterator[tuple[Any, str, tuple[str | int, ...], Any]]:
    """Codes under a marker: a code, a list of codes, or a mapping whose keys are codes."""
    if isinstance(value, str):
        if value:
            yield marker, value, place, record
    elif isinstance(value, list | tuple | dict):
        for number, code in enumerate(value):
            if isinstance(code, str):
                yield marker, code, (*place, number if not isinstance(value, dict) else code), record


def _markers_of(annotation: Any) -> Iterator[Any]:
    """Markers inside `list[Annotated[str, Ref(...)]]`, `... | None` and the like, but not inside models."""
    for argument in get_args(annotation):
        yield from getattr(argument, "__metadata__", ())
        if not (isinstance(argument, type) and issubclass(argument, BaseModel)):
            yield from _markers_of(argument)


def _digest(folder: Path) -> str:
    """SHA-256 over the names and contents of every file of the pack."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            total.update(f"{path.relative_to(folder)}\0".encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
