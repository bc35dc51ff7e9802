"""Taking over a sheet: good rows become drafts, bad rows come back as a file with the reason in the row."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tongban.catalogue.actions.drafting import save_resource, start_resource
from tongban.catalogue.checks import find_problems, plain_name
from tongban.catalogue.content import SYSTEM_LEVELS, Content, ItemContent, System
from tongban.catalogue.models import Edition, Resource
from tongban.catalogue.policy import OWNER
from tongban.catalogue.sheet import COLUMNS, ITEM_COLUMNS, REASON, SheetRow, read_sheet, write_csv, write_xlsx
from tongban.catalogue.shown import CHOICES, CODE_SET_OF, code_of, ground_of
from tongban.catalogue.vocabulary import Vocabulary, read_vocabulary
from tongban.identity.api import AgencyView, get_agency
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed, Problem
from tongban.kernel.sentences import say

_LIST_FIELDS = ("related", "produced_by", "needed_by")
_PLAIN_FIELDS = [
    "name",
    "summary",
    "number",
    "unlinked_reason",
    "storage_gb",
    "records",
    "shared_gb",
    "shared_records",
    "opened_gb",
    "opened_records",
]
_LAST_NUMBER = re.compile(r"[0-9]+$")
_OPEN_WORDS = {"是": "unconditional", "否": "refused"}


@dataclass(frozen=True)
class BadRow:
    """A row that was not taken, with a sentence for each reason."""

    row: SheetRow
    reasons: tuple[str, ...]

    @property
    def reason(self) -> str:
        """All reasons in one text, as the file says them."""
        return "".join(self.reasons)


@dataclass
class Imported:
    """What a sheet did: resources drafted (code, name, items taken), rows that come back."""

    drafts: list[tuple[str, str, int]] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)

    def as_file(self, *, xlsx: bool) -> bytes:
        """The bad rows in the same columns, the reason in front of them; mend them and send the file again."""
        columns = {"reason": REASON, **COLUMNS}
        rows = [{"reason": one.reason, **one.row.cells} for one in self.bad]
        return write_xlsx(rows, columns, title="没有导入的行") if xlsx else write_csv(rows, columns)


@dataclass
class _Group:
    """The rows of one resource."""

    head: SheetRow
    rows: list[SheetRow]


def import_resources(*, name: str, data: bytes, by: Actor) -> Imported:
    """Make drafts of the resources in a sheet, for the officer's own agency.

    A resource that the agency has already (same code, or same name but for punctuation) gets a change; its other items
    stay. Where something is wrong with the resource, all its rows come back; where with an item, that row.

    Raises:
        NotAllowed: not a resource owner.
        BadInput: the file cannot be read as the guide's sheet.
    """
    if not by.has_role(OWNER):
        raise NotAllowed("由资源管理员导入目录。")
    rows = read_sheet(name, data)
    words = read_vocabulary(clock.today())
    agency = get_agency(by.agency)
    made = Imported()
    held = _held(by.agency)
    for group in _undragged([*_groups(rows, made)], made):
        _take(group, held, words=words, agency=agency, made=made, by=by)
    made.bad.sort(key=lambda one: one.row.line)
    return made


def _groups(rows: Sequence[SheetRow], made: Imported) -> Iterator[_Group]:
    """Rows by resource: the name stands in each row, in a merged cell, or only in the first."""
    groups: dict[str, _Group] = {}
    current: _Group | None = None
    for row in rows:
        key = plain_name(row.cells.get("name", ""))
        if not key:
            if current is None:
                made.bad.append(BadRow(row, ("没有信息资源名称，不知道属于哪个资源。",)))
            else:
                current.rows.append(row)
        elif current is not None and plain_name(current.head.cells["name"]) == key:
            current.rows.append(row)
        elif key in groups:
            first = groups[key].head.line
            sentence = say("和第 {line} 行的资源重名；同一资源的行要连在一起，不要拖拽复制。", line=first)
            made.bad.append(BadRow(row, (sentence,)))
        else:
            current = groups[key] = _Group(row, [row])
    yield from groups.values()


def _undragged(groups: Sequence[_Group], made: Imported) -> list[_Group]:
    """The resources without those that a dragged cell made: the name counted on, everything else the same."""
    kept: list[_Group] = []
    first: dict[tuple[str, ...], int] = {}
    for group in groups:
        cells = group.head.cells
        stem = _LAST_NUMBER.sub("", plain_name(cells["name"]))
        others = {name: cell for name, cell in cells.items() if name not in {"name", "number"}}
        key = (stem, *(f"{name}={_LAST_NUMBER.sub('', plain_name(others[name]))}" for name in sorted(others)))
        counted_on = stem != plain_name(cells["name"])
        if counted_on and key in first:
            sentence = say(
                "名称和第 {line} 行只差末尾的数字，其余都一样，像是拖拽填充出来的；不是的话请写清区别。",
                line=first[key],
            )
            made.bad += [BadRow(_whole(row, group.head), (sentence,)) for row in group.rows]
        else:
            kept.append(group)
        if counted_on:
            first.setdefault(key, group.head.line)
    return kept


def _take(
    group: _Group,
    held: Mapping[str, tuple[str, Content]],
    *,
    words: Vocabulary,
    agency: AgencyView,
    made: Imported,
    by: Actor,
) -> None:
    code, before = held.get(group.head.cells.get("number", ""), ("", Content()))
    if not code:
        code, before = held.get(plain_name(group.head.cells["name"]), ("", Content()))
    content = _content(group.head.cells, before, words).model_copy(update={"agency": agency.code})
    faults = [*_provider(group, agency)]
    faults += [
        one.sentence
        for one in find_problems(content.model_copy(update={"items": ()}), words)
        if one.blocks and one.field != "items"
    ]
    if faults:
        made.bad += [BadRow(_whole(row, group.head), tuple(faults)) for row in group.rows]
        return
    items, bad = _items(group, content, before, words)
    made.bad += bad
    if not items:
        return
    content = content.model_copy(update={"items": _merged(before.items, items)})
    try:
        if code:
            save_resource(code=code, content=content, seen=None, by=by)
        else:
            code = start_resource(content=content, by=by)
    except Problem as refused:
        made.bad += [BadRow(_whole(row, group.head), (str(refused),)) for row in group.rows]
    else:
        made.drafts.append((code, content.name, len(items)))


def _items(
    group: _Group, content: Content, before: Content, words: Vocabulary
) -> tuple[list[ItemContent], list[BadRow]]:
    """The items that can be taken, and the rows that cannot."""
    good: list[ItemContent] = []
    bad: list[BadRow] = []
    codes = {plain_name(item.name): item.code for item in before.items}
    for row in group.rows:
        item = _item(row.cells, words)
        if not item.code:
            free = next(
                n for n in range(1, 10_000) if f"item_{n}" not in {*codes.values(), *(i.code for i in good)}
            )
            item = item.model_copy(update={"code": codes.get(plain_name(item.name), f"item_{free}")})
        place = f"items.{len(good)}."
        tried = content.model_copy(update={"items": (*good, item)})
        faults = [
            one.sentence for one in find_problems(tried, words) if one.blocks and one.field.startswith(place)
        ]
        if "item_name" in row.merged and any(
            "item_name" in other.merged for other in group.rows if other is not row
        ):
            faults = ["信息项名称是合并单元格，请每行写一个信息项。"]
        if faults:
            bad.append(BadRow(_whole(row, group.head), tuple(faults)))
        else:
            good.append(item)
    return good, bad


def _merged(before: Sequence[ItemContent], taken: Sequence[ItemContent]) -> tuple[ItemContent, ...]:
    """What was there, with the items of the sheet in place of those of the same code, new ones behind."""
    items = {item.code: item for item in before}
    items.update({item.code: item for item in taken})
    return tuple(items.values())


def _whole(row: SheetRow, head: SheetRow) -> SheetRow:
    """The row with what it takes over from the first row of its resource, so that it can stand alone."""
    cells = {**head.cells, **{name: cell for name, cell in row.cells.items() if cell}}
    return replace(row, cells={**cells, **{name: row.cells.get(name, "") for name in ITEM_COLUMNS}})


def _provider(group: _Group, agency: AgencyView) -> Iterator[str]:
    named = {row.cells.get("provider", "") for row in group.rows} - {""}
    if named - {agency.name, agency.short_name, agency.code}:
        yield say(
            "提供方「{provider}」不是本部门（{agency}）；各部门只导入自己的资源。",
            provider="、".join(sorted(named)),
            agency=agency.name,
        )
    codes = {row.cells.get("provider_code", "") for row in group.rows} - {""}
    if len(codes) > 1:
        yield "提供方代码上下不一致，可能是拖拽填充改了尾数。"
    elif agency.uscc and codes - {agency.uscc}:
        yield say("提供方代码应当是本部门的统一社会信用代码 {code}。", code=agency.uscc)


def _content(cells: Mapping[str, str], before: Content, words: Vocabulary) -> Content:
    """The resource as the first row says it; what the sheet leaves empty stays as it was."""
    said: dict[str, object] = {name: cells[name] for name in _PLAIN_FIELDS if cells.get(name)}
    for name, code_set in CODE_SET_OF.items():
        if given := cells.get(name):
            said[name] = words.find(code_set, given) or given
    for name in ("grade", "standing"):
        if given := cells.get(name):
            said[name] = code_of(given, name)
    if given := cells.get("sharing"):
        said["sharing"] = code_of(given, "sharing")
        said["ground"] = _ground(cells.get("ground", ""), str(said["sharing"]), words, opens=False)
    if given := cells.get("open"):
        said["open"] = _OPEN_WORDS.get(given) or code_of(given, "open")
        said["open_ground"] = _ground(cells.get("open_ground", ""), str(said["open"]), words, opens=True)
    said |= {name: _lines(given) for name in _LIST_FIELDS if (given := cells.get(name))}
    if given := cells.get("basis"):
        said["basis"] = tuple(read_cite(line) for line in _lines(given))
    if given := cells.get("systems"):
        said["systems"] = tuple(read_system(line) for line in _lines(given))
    if given := cells.get("public"):
        said["public"] = given == "是"
    return before.model_copy(update=said)


def _item(cells: Mapping[str, str], words: Vocabulary) -> ItemContent:
    shares, opens = cells.get("item_sharing", ""), cells.get("item_open", "")
    sharing = code_of(shares, "sharing") if shares else ""
    opened = (_OPEN_WORDS.get(opens) or code_of(opens, "open")) if opens else ""
    return ItemContent(
        code=cells.get("item_code", ""),
        name=cells.get("item_name", ""),
        type=_item_type(cells.get("item_type", "")),
        length=cells.get("item_length", ""),
        code_set=cells.get("item_code_set", ""),
        sharing=sharing,
        ground=_ground(cells.get("item_ground", ""), sharing, words, opens=False),
        open=opened,
        open_ground=_ground(cells.get("item_open_ground", ""), opened, words, opens=True),
        grade=cells.get("item_grade", ""),
    )


def _item_type(given: str) -> str:
    """字符型C, 字符型 and C are one."""
    for code, title in CHOICES["type"].items():
        if given.casefold() in {code, title.casefold(), title.rstrip("CNDTLG"), title[-1].casefold()}:
            return code
    return given


def _ground(given: str, terms: str, words: Vocabulary, *, opens: bool) -> str:
    kinds = ("open-condition", "closed") if opens else ("condition", "refusal")
    return ground_of(given, kinds[terms == "refused"], words) if given else ""


def read_cite(line: str) -> dict[str, str]:
    """消防法，第十三条 as a cite that nobody verified."""
    law, _mark, article = line.replace(",", "，").partition("，")
    return {"law": law.strip(" 《》"), "article": article.strip()}


def read_system(line: str) -> System:
    """健康证明管理系统，自建 as a system; a level that is none stays for `checks` to name."""
    name, _mark, level = line.replace(",", "，").rpartition("，")
    codes = {title: code for code, title in SYSTEM_LEVELS.items()}
    return System(name=(name or level).strip(), level=codes.get(level.strip(), level.strip() if name else ""))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(
        line.strip() for line in text.replace("；", "\n").replace(";", "\n").split("\n") if line.strip()
    )


def _held(agency: str) -> dict[str, tuple[str, Content]]:
    """The agency's resources by code number and by plain name, with the content at hand; two queries."""
    rows = {row.code: row for row in Resource.objects.filter(agency=agency)}
    contents: dict[str, Content] = {}
    states = ["draft", "review", "published"]
    for edition in Edition.objects.filter(resource__in=rows, state__in=states).order_by("number"):
        contents[edition.resource_id] = Content.model_validate(edition.content)
    found: dict[str, tuple[str, Content]] = {}
    for code, content in contents.items():
        found[plain_name(content.name)] = (code, content)
        if content.number:
            found[content.number] = (code, content)
    return found
