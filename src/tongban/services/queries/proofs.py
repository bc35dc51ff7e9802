"""The proof graph as the content in force has it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tongban.catalogue.api import ResourceView, get_resources
from tongban.certificates.api import type_titles
from tongban.exchange.api import GrantTerms, find_terms
from tongban.kernel import clock
from tongban.kernel.grams import fold
from tongban.services.models import AskedProof, Material, ProofTest
from tongban.services.proofs.judging import Answer, Asking, Paper, ProofReport, judge
from tongban.services.proofs.schema import AskedProof as AskedTerms
from tongban.services.proofs.schema import ProofTest as TestTerms
from tongban.services.queries.browsing import items_in_force
from tongban.services.schema import MaterialTerms, ServiceItem

PAPER = "upload"


@dataclass(frozen=True)
class _World:
    """What the rows of papers are held against."""

    items: Mapping[str, ServiceItem]
    materials: Sequence[MaterialTerms]
    resources: Mapping[str, ResourceView]
    terms: Mapping[tuple[str, str], GrantTerms]
    certificates: Mapping[str, str]
    people: Mapping[str, int]


def find_proofs(*, people: Mapping[str, int]) -> ProofReport:
    """Every paper that items in force ask people to bring, judged; a fixed number of queries.

    Papers are the materials that people upload, and what packs list as asked for besides. `people` is how many people
    cases of an item met, by item; an item that is not in it falls back on the figure of the pack.
    """
    items = {row.code: ServiceItem.model_validate(row.terms) for row in items_in_force()}
    materials = [MaterialTerms.model_validate(row.terms) for row in Material.objects.order_by("code")]
    rows = _with_guides(
        [AskedTerms.model_validate(row.terms) for row in AskedProof.objects.order_by("code")], materials
    )
    holding = {row.code: _resources_of(row, materials) for row in rows}
    resources = get_resources({code for held in holding.values() for code in held})
    askers = {one.deciding for one in items.values()}
    world = _World(
        items,
        materials,
        resources,
        find_terms([(asker, code) for asker in sorted(askers) for code in sorted(resources)]),
        type_titles(sorted({code for row in rows if (code := _certificate(row, items))})),
        people,
    )
    papers = [_paper(row, holding[row.code], world) for row in rows]
    tests = ProofTest.objects.filter(valid_from__lte=clock.today()).order_by("valid_from", "code")
    return judge(papers, [TestTerms.model_validate(row.terms) for row in tests])


def _with_guides(rows: list[AskedTerms], materials: Iterable[MaterialTerms]) -> list[AskedTerms]:
    """The listed papers, and the materials of guides that no list names."""
    listed = {row.material for row in rows} | {row.code for row in rows}
    return rows + [
        AskedTerms(
            code=one.code,
            title=one.title,
            material=one.code,
            issued_at=one.issuer,
            cites=one.cites,
            found="办事指南",
        )
        for one in materials
        if one.kind == PAPER and one.code not in listed
    ]


def _resources_of(row: AskedTerms, materials: Iterable[MaterialTerms]) -> dict[str, list[str]]:
    """The resources that answer a paper, with the materials that are read from them in its stead."""
    held: dict[str, list[str]] = {code: [] for code in row.resources}
    for one in materials:
        if one.fetch and fold(row.title) in {fold(one.title), fold(one.once_needed)}:
            held.setdefault(one.fetch.resource, []).append(one.code)
    return held


def _certificate(row: AskedTerms, items: Mapping[str, ServiceItem]) -> str | None:
    """The certificate type that is the paper, or that its item ends with."""
    issued_by = items.get(row.issued_by) if row.issued_by else None
    return row.certificate or (issued_by.result.certificate if issued_by else None)


def _paper(row: AskedTerms, holding: Mapping[str, Sequence[str]], world: _World) -> Paper:
    found = tuple(_askings(row, world))
    removed = tuple(one for one in found if _dropped(row.code, world.items[one.item]))
    askings = tuple(one for one in found if one not in removed)
    issued_by = world.items.get(row.issued_by) if row.issued_by else None
    return Paper(
        code=row.code,
        title=row.title,
        askings=askings,
        issuer=row.issuer or (issued_by.deciding if issued_by else ""),
        issued_at=row.issued_at,
        issued_by=issued_by.code if issued_by else "",
        result=issued_by.result.title if issued_by else "",
        certificate=world.certificates.get(_certificate(row, world.items) or "", ""),
        answers=tuple(
            _answer(world.resources[code], instead, askings, world)
            for code, instead in holding.items()
            if code in world.resources and world.resources[code].offered
        ),
        replaced={one.looks: one.words for one in row.replaced},
        has_basis=bool(row.cites),
        found=row.found,
        material=row.material or "",
        visits=issued_by.visits if issued_by else None,
        days=issued_by.promised.amount if issued_by and issued_by.promised.unit == "working_day" else None,
        removed=removed,
    )


def _dropped(proof: str, item: ServiceItem) -> bool:
    return any(one.proof == proof for one in item.dropped)


def _askings(row: AskedTerms, world: _World) -> Iterable[Asking]:
    said = {one.item: one for one in row.asked_in}
    needing = [code for code, item in world.items.items() if row.material and row.material in item.materials]
    for code in dict.fromkeys([*needing, *said]):
        item = world.items.get(code)
        if item is None:
            continue
        figure = said.get(code)
        # whoever need not bring it any more was counted before
        counted = 0 if figure and _dropped(row.code, item) else world.people.get(code, 0)
        yield Asking(
            code,
            item.title,
            item.deciding,
            code in needing,
            counted or (figure.people_a_year if figure else None),
            "" if counted or figure is None else figure.counted,
        )


def _answer(
    resource: ResourceView, instead: Sequence[str], askings: Sequence[Asking], world: _World
) -> Answer:
    return Answer(
        resource.code,
        resource.name,
        resource.agency,
        resource.public,
        tuple(dict.fromkeys(one.agency for one in askings if (one.agency, resource.code) in world.terms)),
        tuple(item.title for item in world.items.values() if any(code in item.materials for code in instead)),
    )
