"""What publishing a draft would do to running grants, told before it is done."""

from dataclasses import dataclass

from tongban.catalogue.content import Content
from tongban.catalogue.models import Item
from tongban.catalogue.policy import reworded, tightened
from tongban.catalogue.ports import keeper
from tongban.catalogue.terms import Terms, sharings, terms_of


@dataclass(frozen=True)
class Hit:
    """A grant that a new edition touches: its agency, and by name the items it loses, or reads under new conditions."""

    agency: str
    grant: str
    lost: tuple[str, ...]
    changed: tuple[str, ...]


def terms_in_force(code: str) -> Terms:
    """Sharing type and ground of each item as published."""
    rows = Item.objects.filter(resource=code).order_by("ordinal").values_list("code", "sharing", "ground")
    return {item: (sharing, ground) for item, sharing, ground in rows}


def impact_of(code: str, content: Content) -> list[Hit]:
    """The grants that publishing this content would touch, by their code; two queries."""
    rows = (
        Item.objects.filter(resource=code)
        .order_by("ordinal")
        .values_list("code", "sharing", "ground", "name")
    )
    before = {item: (sharing, ground) for item, sharing, ground, _name in rows}
    names = {item: name for item, _sharing, _ground, name in rows}
    after = terms_of(content)
    narrower = tightened(sharings(before), sharings(after))
    other = reworded(before, after)
    if not narrower and not other:
        return []
    found = []
    for holder in keeper().holders(code):
        lost, changed = (
            tuple(names[one] for one in some if one in holder.items) for some in (narrower, other)
        )
        if lost or changed:
            found.append(Hit(holder.agency, holder.grant, lost, changed))
    return found
