"""`exchange.yaml`: what answers for a resource, and the grants of the first day."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Literal

from django.db.models import F
from pydantic import Field

from tongban.exchange.models import Binding, Grant
from tongban.exchange.retention_packs import SECTIONS as ERASURE
from tongban.exchange.sharing.packs import SECTIONS as SHARING
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
    """A resource and what answers for it: a hosted register, or the certificates of a type."""

    resource: Annotated[Code, Ref("resource")]
    hosted_register: Annotated[Code, Ref("register")] | None = None
    certificate_type: Annotated[Code, Ref("certificate-type")] | None = None
    mode: Literal["query", "verify"] = "query"


class GrantRow(Model):
    """A grant; it must name its legal basis, and cannot give what the catalogue refuses."""

    code: Annotated[Code, Names("grant")]
    consumer: Annotated[Code, Ref("agency")]
    resource: Annotated[Code, Ref("resource")]
    items: Annotated[tuple[Code, ...], Field(min_length=1)]
    purpose: Text
    basis: Annotated[tuple[Cite, ...], Field(min_length=1)]
    case_kinds: Annotated[tuple[Annotated[Code, Ref("item")], ...], Field(min_length=1)]
    valid_from: date
    valid_to: date | None = None


class Exchange(Model):
    """The file."""

    bindings: tuple[BindingRow, ...] = ()
    grants: tuple[GrantRow, ...] = ()


def check_exchange(document: Document, known: Known) -> Iterable[Finding]:
    """A binding names one source; a grant names only items that its resource has and shares."""
    for number, binding in enumerate(document.data.bindings):
        if (binding.hosted_register is None) == (binding.certificate_type is None):
            yield document.finding(
                ("bindings", number), "name either a `hosted_register` or a `certificate_type`"
            )
    for number, grant in enumerate(document.data.grants):
        resource = known.get("resource", {}).get(grant.resource)
        shared = {item.code: item.sharing or resource.sharing for item in resource.items} if resource else {}
        for n, item in enumerate(grant.items):
            place = ("grants", number, "items", n)
            if resource and item not in shared:
                yield document.finding(place, f"the resource {grant.resource!r} has no item {item!r}")
            elif shared.get(item) == "refused":
                yield document.finding(place, f"the item {item!r} is not shared (不予共享)")


def load_exchange(documents: Sequence[Document], source: Source) -> Stored:
    """Write bindings and grants."""
    bindings = [
        {
            "resource": row.resource,
            "adapter": "register" if row.hosted_register else "certificates",
            "target": row.hosted_register or row.certificate_type,
            "mode": row.mode,
        }
        for document in documents
        for row in document.data.bindings
    ]
    stored = store(Binding, bindings, key=("resource",), source=source)
    Binding.objects.update(version=F("version") + 1)  # registers and catalogue came before us
    grants = [
        {**row.model_dump(exclude={"basis"}), "items": list(row.items), "cites": cites_json(row.basis)}
        for document in documents
        for row in document.data.grants
    ]
    for row in grants:
        row["case_kinds"] = list(row["case_kinds"])
    stored.add(store(Grant, grants, key=("code",), source=source))
    return stored


SECTIONS = [
    Section("exchange", "exchange*.yaml", Exchange, load_exchange, check_exchange),
    *ERASURE,
    *SHARING,
]
