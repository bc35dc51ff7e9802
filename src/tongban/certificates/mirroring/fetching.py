"""The holder has her certificates fetched from above: searched for by her number, read with the cause, kept with the day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from tongban.certificates.mirroring.asking import Inquired, ask_above
from tongban.certificates.mirroring.keeping import content_of, keep_copy
from tongban.certificates.mirroring.libraries import libraries
from tongban.certificates.mirroring.models import UpperLibrary
from tongban.certificates.mirroring.standings import Standing, types_above
from tongban.certificates.mirroring.views import UpperView
from tongban.certificates.models import CertificateType
from tongban.certificates.ports import Fetched, UpperCertificates
from tongban.exchange.ports import SourceDown
from tongban.identity.api import HolderView, find_holders, get_firms_of, get_person
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed, Unavailable

#: What an upper library is told when the holder looks for herself.
OWN_CAUSE = "持证人本人查看自己的证照"
#: So many certificates of one holder are fetched in one go.
FETCHED_MAX = 20


@dataclass
class FetchedAbove:
    """What came of asking all libraries: how many copies are kept now, what is only shown, which gave no answer."""

    kept: int = 0
    shown: list[UpperView] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Library:
    row: UpperLibrary
    standings: Mapping[str, Standing]
    kinds: Mapping[str, CertificateType]


def fetch_mine(*, by: Actor) -> FetchedAbove:
    """Fetch what every library above has of a person, and of the firms she represents. A silent library is an outcome.

    Raises:
        NotAllowed: not a person for herself.
    """
    if by.person is None or by.represents is not None:
        raise NotAllowed("只能由持证人本人向上级证照库查自己的证照。")
    firms = [one.uscc for one in get_firms_of(by.person)]
    holders = find_holders([get_person(by.person).id_number, *firms])
    found = FetchedAbove()
    for library in _libraries():
        try:
            _fetch(library, holders, found, by=by)
        except Unavailable as silent:
            found.silent.append(str(silent))
    return found


def refresh_copy(
    library: UpperLibrary, kind: CertificateType, upper_id: str, *, holder: HolderView, cause: str, by: Actor
) -> bool:
    """Fetch one certificate anew and keep it; whether it is still there.

    Raises:
        Unavailable: the library gave no answer.
    """

    def ask(port: UpperCertificates) -> Fetched | None:
        got = port.fetch(upper_id=upper_id, cause=cause)
        return checked(got, kind, holder.number) if got else None

    def keep(got: Fetched | None) -> int:
        if got:
            keep_copy(library, kind, got, holder=holder, cause=cause, by=by)
        return int(got is not None)

    told = {holder.person: {"items": [kind.title], "title": kind.title}}
    return ask_above(Inquired(library, "fetch", cause, [kind.code], told, by), ask, keep) is not None


def fetched_of(
    port: UpperCertificates, kinds: Sequence[CertificateType], *, holder_number: str, cause: str
) -> Iterator[Fetched]:
    """Search by holder, then fetch each. Nothing is kept."""
    codes = {kind.type_code: kind for kind in kinds}
    found = port.search(holder_number=holder_number, type_codes=sorted(codes), cause=cause)
    for one in found[:FETCHED_MAX]:
        if got := port.fetch(upper_id=one.upper_id, cause=cause):
            yield checked(got, codes[one.type_code], holder_number)


def checked(got: Fetched, kind: CertificateType, holder_number: str) -> Fetched:
    """What was fetched, if it is what was asked for: of this type, of this holder.

    Raises:
        SourceDown: it is somebody else's, or another paper.
    """
    if (got.type_code, got.holder_number) != (kind.type_code, holder_number):
        raise SourceDown("it answers with somebody else's certificate", fault="malformed")
    return got


def shown(library: UpperLibrary, kind: CertificateType, got: Fetched) -> UpperView:
    """What was fetched and is not kept, as it stands now."""
    content = content_of(kind, got)
    return UpperView(
        id=None,
        type=kind.code,
        title=kind.title,
        number=got.number,
        holder_name=got.holder_name,
        issuer_name=got.issuer_name,
        library=library.code,
        library_title=library.title,
        upper_id=got.upper_id,
        upper_version=got.version,
        batch=got.batch,
        identifier=got.identifier,
        issued_on=got.issued_on,
        valid_from=got.valid_from,
        valid_to=got.valid_to,
        fields=tuple((str(one["title"]), content[one["name"]]) for one in kind.fields),
        status=got.status,
        fetched_at=clock.now(),
    )


def _libraries() -> list[_Library]:
    """Every library that keeps something for us, with its types."""
    made = []
    for row in libraries():
        standings = types_above(row.code, on=clock.today())
        if standings:
            kinds = {kind.code: kind for kind in CertificateType.objects.filter(code__in=standings)}
            made.append(_Library(row, standings, kinds))
    return made


def _fetch(library: _Library, holders: Mapping[str, HolderView], found: FetchedAbove, *, by: Actor) -> None:
    asked = [
        (holder, kinds)
        for holder in holders.values()
        if (kinds := [kind for kind in library.kinds.values() if _fits(kind, holder)])
    ]
    if not asked:
        return

    def ask(port: UpperCertificates) -> list[tuple[HolderView, Fetched]]:
        return [
            (holder, got)
            for holder, kinds in asked
            for got in fetched_of(port, kinds, holder_number=holder.number, cause=OWN_CAUSE)
        ]

    by_code = {kind.type_code: kind for kind in library.kinds.values()}
    views: list[UpperView] = []

    def keep(answer: list[tuple[HolderView, Fetched]]) -> int:
        for holder, got in answer:
            kind = by_code[got.type_code]
            if library.standings[kind.code].standing == "mirror":
                keep_copy(library.row, kind, got, holder=holder, cause=OWN_CAUSE, by=by)
            else:
                views.append(shown(library.row, kind, got))
        return len(answer)

    told = {_person(by): {"items": sorted(kind.title for kind in library.kinds.values())}}
    types = sorted(library.kinds)
    answer = ask_above(Inquired(library.row, "search", OWN_CAUSE, types, told, by), ask, keep)
    found.kept += len(answer) - len(views)
    found.shown += views


def _fits(kind: CertificateType, holder: HolderView) -> bool:
    return (kind.holder == "person") == (holder.subject == holder.person)


def _person(by: Actor) -> UUID:
    assert by.person
    return by.person
