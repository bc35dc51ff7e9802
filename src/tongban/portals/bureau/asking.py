"""The form in which an agency asks for data: its fields, what was typed, papers that stay when a field was wrong."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tongban.catalogue.api import ItemView, ResourceView
from tongban.documents.api import ACCEPT_ATTRIBUTE, UPLOAD_BYTES_MAX, find_documents, keep_document
from tongban.exchange.api import GrantView, Wanted, bases_for, list_subsystems_of
from tongban.journal.api import Actor
from tongban.kernel.errors import BadInput
from tongban.portals.design.fields import Field, Option
from tongban.portals.design.language import said
from tongban.services.api import items_of_agency, titles_of

#: Signs the ids of papers that were kept while the form is corrected, for the officer who handed them in.
_SALT = "bureau.papers"


def typed(request: HttpRequest, name: str, *, limit: int = 2000) -> str:
    """What was typed into a field, without blanks around it."""
    return request.POST.get(name, "").replace("\0", "").strip()[:limit]


def keep_papers(
    request: HttpRequest, names: Sequence[str], *, by: Actor
) -> tuple[dict[str, UUID | None], dict[str, str]]:
    """The papers of a form by field: uploaded now, or kept from the last try; and what is wrong with them."""
    papers: dict[str, UUID | None] = {}
    problems: dict[str, str] = {}
    for name in names:
        file = request.FILES.get(name)
        papers[name] = _kept(request.POST.get(f"{name}-kept", ""), by)
        if isinstance(file, UploadedFile):
            try:
                papers[name] = keep_document(name=file.name or "", data=file.read(UPLOAD_BYTES_MAX + 1)).id
            except BadInput as bad:
                problems[name] = str(bad)
    return papers, problems


def paper_fields(
    labels: Mapping[str, tuple[str, str]],
    papers: Mapping[str, UUID | None],
    problems: Mapping[str, str],
    *,
    by: Actor,
) -> list[Field]:
    """A file for each label (with its hint); one that is kept is named and travels as a signed id."""
    held = find_documents([one for one in papers.values() if one])
    fields = []
    for name, (label, hint) in labels.items():
        kept = held.get(papers.get(name) or UUID(int=0))
        fields.append(
            Field(
                name=name,
                label=label,
                kind="file",
                hint=hint,
                accept=ACCEPT_ATTRIBUTE,
                source=_("已上传：{name}，再选一个会换掉它").format(name=kept.name) if kept else "",
                error=problems.get(name, ""),
            )
        )
        if kept:
            fields.append(Field(name=f"{name}-kept", label="", kind="hidden", value=_sign(kept.id, by)))
    return fields


def read_wanted(
    request: HttpRequest, resource: ResourceView, papers: Mapping[str, UUID | None], *, code: str, mode: str
) -> Wanted:
    """What was asked for; a quota or a day that cannot be read is left to be told at its field."""
    return Wanted(
        resource=resource.code,
        items=request.POST.getlist("items"),
        purpose=typed(request, "purpose"),
        bases=request.POST.getlist("bases"),
        case_kinds=request.POST.getlist("case_kinds"),
        subsystem=typed(request, "subsystem", limit=200),
        quota=whole_number(typed(request, "quota", limit=12)),
        valid_to=day_of(typed(request, "valid_to", limit=10)),
        approved_by=typed(request, "approved_by"),
        approval=papers["approval"],
        agreement=papers["agreement"],
        renews=code if mode == "renew" else "",
        widens=code if mode == "widen" else "",
        dispute=typed(request, "dispute"),
    )


@dataclass(frozen=True)
class _Given:
    """What was typed; what stands there beforehand where nothing was sent yet."""

    request: HttpRequest

    def value(self, name: str) -> str:
        return typed(self.request, name)

    def values(self, name: str, otherwise: Iterable[str] = ()) -> tuple[str, ...]:
        return tuple(self.request.POST.getlist(name) if self.request.POST else otherwise)


def ask_fields(
    request: HttpRequest,
    resource: ResourceView,
    grant: GrantView | None,
    *,
    mode: str,
    problems: Mapping[str, str],
    by: Actor,
) -> list[Field]:
    """The fields before the papers. Of a grant that is renewed or widened, purpose and kinds of cases stay."""
    given = _Given(request)
    held = set(grant.item_codes) if grant and mode == "widen" else set()
    offered = [item for item in resource.items if item.code not in held]
    return [
        Field(name="token", label="", kind="hidden", value=given.value("token") or str(uuid4())),
        *_item_fields(offered, given, grant.item_codes if grant and mode == "renew" else (), problems),
        *([] if grant else _own_terms(resource, given, problems, by=by)),
        *_bounds(given, problems, ends=mode != "widen", by=by),
    ]


def _item_fields(
    offered: Sequence[ItemView], given: "_Given", chosen: Sequence[str], problems: Mapping[str, str]
) -> list[Field]:
    """Which items; where some are refused, also why they should be shared all the same."""
    fields = [
        Field(
            name="items",
            label=_("要哪些信息项"),
            kind="checkboxes",
            hint=_("只选办事用得到的。无条件共享的当场给予授权，有条件共享的等提供部门答复。"),
            options=tuple(Option(item.code, item.name, _item_hint(item)) for item in offered),
            values=given.values("items", chosen),
            error=problems.get("items", ""),
        ),
    ]
    if any(item.sharing == "refused" for item in offered):
        fields.append(
            Field(
                name="dispute",
                label=_("不予共享的，为什么应当共享"),
                kind="textarea",
                hint=_("选了不予共享的信息项才填；提交后先由两个部门协商。"),
                value=given.value("dispute"),
                error=problems.get("dispute", ""),
                required=False,
            )
        )
    return fields


def _bounds(given: "_Given", problems: Mapping[str, str], *, ends: bool, by: Actor) -> list[Field]:
    """On which duty, how often, until when, approved by whom."""
    last = Field(
        name="valid_to",
        label=_("授权用到哪一天"),
        kind="date",
        hint=_("最长五年，到期前可以续期。例如 2027-12-31。"),
        value=given.value("valid_to"),
        error=problems.get("valid_to", ""),
        width="medium",
    )
    return [
        Field(
            name="bases",
            label=_("履职依据"),
            kind="checkboxes",
            hint=_("当事人在告知里会看到选的条文。"),
            options=tuple(Option(one.code, one.title, _cited(one.cite)) for one in bases_for(by.agency)),
            values=given.values("bases"),
            error=problems.get("bases", ""),
        ),
        Field(
            name="quota",
            label=_("每天最多读几次"),
            kind="number",
            value=given.value("quota"),
            error=problems.get("quota", ""),
            required=False,
            width="short",
            suffix=_("次"),
        ),
        *([last] if ends else []),
        Field(
            name="approved_by",
            label=_("批准这项申请的部门负责人"),
            value=given.value("approved_by"),
            error=problems.get("approved_by", ""),
            width="medium",
        ),
    ]


def labels_of_papers() -> dict[str, tuple[str, str]]:
    """The papers of a request, with what they have to say."""
    kinds = _("JPG、PNG 图片或者 PDF，10 MB 以内。")
    return {
        "approval": (_("部门负责人批准文件"), kinds),
        "agreement": (
            _("数据使用协议"),
            _("双方盖章，写明目的、方式、范围和安全保护义务（网络数据安全管理条例第十二条）。") + kinds,
        ),
    }


def whole_number(text: str) -> int | None:
    """A number as typed; None for nothing, nought for what is no number."""
    return None if not text else int(text) if text.isascii() and text.isdigit() else 0


def day_of(text: str) -> date | None:
    """A day as 2027-12-31; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _own_terms(
    resource: ResourceView, given: _Given, problems: Mapping[str, str], *, by: Actor
) -> list[Field]:
    """Purpose, kinds of cases and the system: what a grant of its own begins with."""
    kinds = _kinds_of(by.agency, resource)
    systems = list_subsystems_of(by.agency)
    return [
        Field(
            name="purpose",
            label=_("用途"),
            hint=_("一句话说清为哪件事核对什么，当事人会看到。例如：核对经营场所使用权。"),
            value=given.value("purpose"),
            error=problems.get("purpose", ""),
            width="long",
        ),
        Field(
            name="case_kinds",
            label=_("办哪些事项时用"),
            kind="checkboxes",
            options=tuple(Option(code, title) for code, title in kinds.items()),
            values=given.values("case_kinds"),
            error=problems.get("case_kinds", ""),
        ),
        Field(
            name="subsystem",
            label=_("哪个系统来读"),
            kind="select",
            options=(
                Option("", _("只在本平台办事时用")),
                *(Option(code, f"{title}（{code}）") for code, title in systems),
            ),
            value=given.value("subsystem"),
            error=problems.get("subsystem", ""),
            required=False,
            width="long",
        ),
    ]


def _kinds_of(agency: str, resource: ResourceView) -> dict[str, str]:
    """The agency's own items; where it has none, those that need the resource."""
    found: dict[str, str] = {}
    after, page = "", items_of_agency(agency)
    while page.items:
        found |= {row.code: row.title for row in page.items}
        if not page.after or page.after == after:
            break
        after = page.after
        page = items_of_agency(agency, after=after)
    return found or dict(sorted(titles_of(resource.needed_by).items()))


def _item_hint(item: ItemView) -> str:
    if item.sharing == "unconditional":
        return _("无条件共享")
    condition = said(item.condition)
    return _("{type}：{condition} {cite}").format(
        type=said(item.sharing_title), condition=condition, cite=item.cite or ""
    )


def _cited(cite: object) -> str:
    verified = getattr(cite, "verified_by", "")
    return str(cite) if verified else _("{cite}（未核对）").format(cite=cite)


def _sign(document: UUID, by: Actor) -> str:
    return Signer(salt=f"{_SALT}.{by.key}").sign(str(document))


def _kept(signed: str, by: Actor) -> UUID | None:
    try:
        return UUID(Signer(salt=f"{_SALT}.{by.key}").unsign(signed))
    except (BadSignature, ValueError):
        return None
