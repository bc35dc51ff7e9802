"""`exchange.yaml`: what answers for a resource, and the grants of the first day."""

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Annotated, Any, Literal

from django.db.models import F
from pydantic import Field

from tongban.exchange.delay_packs import SECTIONS as DELAYS
from tongban.exchange.models import Binding, Grant
from tongban.exchange.openapi import EVIDENCE
from tongban.exchange.retention_packs import SECTIONS as ERASURE
from tongban.exchange.sharing.packs import SECTIONS as SHARING
from tongban.exchange.upstream.settings import HttpUpstream
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
    cites_json,
)


class BindingRow(Model):
    """A resource and what answers for it: a hosted register, certificates of a type (ours, or above us), an interface.

    `subject_key` is the key that is the number of the person or firm a question is about; with it nobody asks about
    others than those of the case.
    """

    resource: Annotated[Code, Ref("resource")]
    hosted_register: Annotated[Code, Ref("register")] | None = None
    certificate_type: Annotated[Code, Ref("certificate-type")] | None = None
    #: A type whose certificates are kept in a library above us.
    certificate_above: Annotated[Code, Ref("certificate-type")] | None = None
    upstream: HttpUpstream | None = None
    mode: Literal["query", "verify"] = "query"
    #: The item that is the number of the person or firm whom a record is about.
    subject_key: Code | None = None


class WindowRow(Model):
    """When a grant may be used: ISO weekdays (none: every day), and hours of the city's clock, which may pass midnight."""

    weekdays: tuple[Annotated[int, Field(ge=1, le=7)], ...] = ()
    opens: time | None = None
    closes: time | None = None


class GrantRow(Model):
    """A grant; it must name its legal basis, and cannot give what the catalogue refuses."""

    code: Annotated[Code, Names("grant")]
    consumer: Annotated[Code, Ref("agency")]
    #: The consumer's system that may use it at the gateway (`class/member/subsystem`); none: pages of this platform.
    subsystem: Annotated[str, Field(pattern=r"^(|[A-Z]+/[A-Za-z0-9._-]+/[A-Za-z0-9._-]+)$")] = ""
    resource: Annotated[Code, Ref("resource")]
    items: Annotated[tuple[Code, ...], Field(min_length=1)]
    purpose: Text
    basis: Annotated[tuple[Cite, ...], Field(min_length=1)]
    case_kinds: tuple[Annotated[Code, Ref("item")], ...] = ()
    forms: Annotated[tuple[Literal["query", "verify", "batch"], ...], Field(min_length=1)] = (
        "query",
        "verify",
    )
    valid_from: date
    valid_to: date | None = None
    quota: Annotated[int, Field(ge=1, le=100_000_000)] | None = None
    window: WindowRow | None = None
    represented: tuple[
        Annotated[str, Field(pattern=r"^(GOV|COM)/[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")], ...
    ] = ()


class Exchange(Model):
    """The file."""

    bindings: tuple[BindingRow, ...] = ()
    grants: tuple[GrantRow, ...] = ()


def check_exchange(document: Document, known: Known) -> Iterable[Finding]:
    """A binding names one source; a grant names only items that its resource has and shares."""
    for number, binding in enumerate(document.data.bindings):
        sources = ("hosted_register", "certificate_type", "certificate_above", "upstream")
        if sum(getattr(binding, name) is not None for name in sources) != 1:
            yield document.finding(("bindings", number), f"name one of {', '.join(map(repr, sources))}")
        if binding.resource == EVIDENCE:
            yield document.finding(
                ("bindings", number, "resource"),
                f"`{EVIDENCE}` is where evidence of queries is asked for; give the resource another code",
            )
        yield from _check_upstream(document, number, known)
    for number, grant in enumerate(document.data.grants):
        yield from _check_terms(document, number, grant, known)
        resource = known.get("resource", {}).get(grant.resource)
        shared = {item.code: item.sharing or resource.sharing for item in resource.items} if resource else {}
        if (set(grant.forms) == {"batch"}) == bool(grant.case_kinds):
            yield document.finding(
                ("grants", number, "case_kinds"),
                "name `case_kinds`, or only the form `batch`, which is for no case",
            )
        for n, item in enumerate(grant.items):
            place = ("grants", number, "items", n)
            if resource and item not in shared:
                yield document.finding(place, f"the resource {grant.resource!r} has no item {item!r}")
            elif shared.get(item) == "refused":
                yield document.finding(place, f"the item {item!r} is not shared (不予共享)")


def _check_terms(document: Document, number: int, grant: GrantRow, known: Known) -> Iterable[Finding]:
    window = grant.window
    if grant.subsystem and grant.subsystem.split("/")[1] != grant.consumer:
        yield document.finding(("grants", number, "subsystem"), f"it is no system of {grant.consumer!r}")
    if window and (window.opens is None) != (window.closes is None):
        yield document.finding(("grants", number, "window"), "name both `opens` and `closes`, or neither")
    if window and window.opens is not None and window.opens == window.closes:
        yield document.finding(("grants", number, "window"), "`opens` and `closes` are the same moment")
    for n, party in enumerate(grant.represented):
        kind, _slash, code = party.partition("/")
        if kind == "GOV" and code not in known.get("agency", {}):
            yield document.finding(("grants", number, "represented", n), f"there is no agency {code!r}")


def _check_upstream(document: Document, number: int, known: Known) -> Iterable[Finding]:
    """An interface outside gives items that the resource has, and its subject key is a key that it takes."""
    binding: BindingRow = document.data.bindings[number]
    said, resource = binding.upstream, known.get("resource", {}).get(binding.resource)
    if said is None:
        return
    has = {item.code for item in resource.items} if resource else set(said.items)
    for name in (*said.items, *said.claims):
        if name not in has:
            place = ("bindings", number, "upstream", "items" if name in said.items else "claims", name)
            yield document.finding(place, f"the resource {binding.resource!r} has no item {name!r}")
    if binding.subject_key and binding.subject_key not in said.keys:
        yield document.finding(
            ("bindings", number, "subject_key"), f"the interface takes no key {binding.subject_key!r}"
        )
    if binding.mode == "query" and said.claims:
        yield document.finding(
            ("bindings", number, "upstream", "claims"), "only `mode: verify` sends what is stated"
        )


def load_exchange(documents: Sequence[Document], source: Source) -> Stored:
    """Write bindings and grants."""
    bindings = [
        {
            "resource": row.resource,
            "adapter": _adapter(row),
            "target": row.hosted_register or row.certificate_type or row.certificate_above or row.resource,
            "mode": row.mode,
            "subject_key": row.subject_key or "",
            "settings": row.upstream.model_dump(mode="json") if row.upstream else {},
        }
        for document in documents
        for row in document.data.bindings
    ]
    stored = store(Binding, bindings, key=("resource",), source=source)
    Binding.objects.update(version=F("version") + 1)  # registers and catalogue came before us
    grants = [_grant(row) for document in documents for row in document.data.grants]
    stored.add(store(Grant, grants, key=("code",), source=source))
    return stored


def _grant(row: GrantRow) -> dict[str, Any]:
    window = row.window or WindowRow()
    return {
        **row.model_dump(exclude={"basis", "window"}),
        "items": list(row.items),
        "case_kinds": list(row.case_kinds),
        "forms": list(row.forms),
        "represented": list(row.represented),
        "cites": cites_json(row.basis),
        "window_days": list(window.weekdays),
        "window_from": window.opens,
        "window_until": window.closes,
    }


def _adapter(row: BindingRow) -> str:
    if row.upstream:
        return "upstream"
    if row.certificate_above:
        return "certificates-above"
    return "register" if row.hosted_register else "certificates"


SECTIONS = [
    Section("exchange", "exchange*.yaml", Exchange, load_exchange, check_exchange),
    *ERASURE,
    *SHARING,
    *DELAYS,
]
