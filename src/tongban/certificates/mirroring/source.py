"""Certificates above us as a source of the exchange: asked under grant, case and journal, and told why."""

from collections.abc import Mapping, Sequence

from tongban.certificates.mirroring.fetching import fetched_of
from tongban.certificates.mirroring.keeping import keep_copy
from tongban.certificates.mirroring.libraries import libraries, link_of, port_of
from tongban.certificates.mirroring.models import TypeStanding, UpperLibrary
from tongban.certificates.mirroring.standings import Standing, standing_of
from tongban.certificates.models import CertificateType
from tongban.certificates.ports import Fetched
from tongban.certificates.sharing.policy import check_cause
from tongban.exchange.api import reach_link
from tongban.exchange.ports import Reach, SourceDown, agrees
from tongban.identity.api import find_holder
from tongban.journal.api import system
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.errors import BadInput

ADAPTER = "certificates-above"
KEY = "holder_number"
#: What stands on every certificate, beside the fields of its type.
COLUMNS = (
    "number",
    "holder_number",
    "holder_name",
    "issued_on",
    "valid_to",
    "identifier",
    "issuer_name",
    "status",
)


class CertificatesAbove:
    """Answers from the upper library of a type; the key is `holder_number`."""

    def __init__(self, cause: str = "") -> None:
        self._cause = cause

    def because(self, cause: str) -> "CertificatesAbove":
        """The same source, told why."""
        return CertificatesAbove(cause)

    def reach(self, target: str) -> Reach:
        """The library of the type; a question is a search and a fetch, so it may take twice as long as one."""
        kind = CertificateType.objects.get(pk=target)
        above = TypeStanding.objects.filter(type=target).exclude(standing="own").select_related("library")
        last = above.latest("since")
        assert last.library
        plain = reach_link(link_of(last.library))
        items = frozenset([*COLUMNS, *(field["name"] for field in kind.fields)])
        return Reach(plain.system, plain.title, plain.permits, 2 * plain.longest_s, frozenset({KEY}), items)

    def query(self, target: str, keys: Mapping[str, str], items: Sequence[str]) -> Mapping[str, Json] | None:
        """The holder's newest certificate of the type that is valid there now; where we mirror, our copy follows."""
        kind, row, standing = _of(target)
        try:
            cause = check_cause(self._cause)
        except BadInput as bad:
            raise SourceDown("no cause that the library takes", fault="refused", blames=False) from bad
        number = keys.get(KEY, "")
        found = list(fetched_of(port_of(row, permitted=True), [kind], holder_number=number, cause=cause))
        holder = find_holder(number) if found and standing.standing == "mirror" else None
        for one in found if holder else ():
            assert holder
            keep_copy(row, kind, one, holder=holder, cause=cause, by=system("certificates"))
        valid = sorted((one for one in found if _holds(one)), key=lambda one: (one.issued_on, one.version))
        if not valid:
            return None
        held = _columns(valid[-1])
        return {item: held.get(item) for item in items}

    def verify(
        self, target: str, keys: Mapping[str, str], claims: Mapping[str, str]
    ) -> Mapping[str, bool] | None:
        """Whether the claimed values stand on it."""
        held = self.query(target, keys, list(claims))
        return {item: agrees(held[item], claim) for item, claim in claims.items()} if held else None


def _of(target: str) -> tuple[CertificateType, UpperLibrary, Standing]:
    """The type, its library, its standing today.

    Raises:
        SourceDown: nobody above is the record of it today.
    """
    kind = CertificateType.objects.filter(pk=target).first()
    standing = standing_of(target, on=clock.today())
    rows = libraries([standing.library]) if kind and not standing.is_own else []
    if kind is None or not rows:
        raise SourceDown("no library above keeps this type", fault="down", blames=False)
    return kind, rows[0], standing


def _holds(one: Fetched) -> bool:
    return one.status == "valid" and (one.valid_to is None or one.valid_to >= clock.today())


def _columns(one: Fetched) -> dict[str, Json]:
    return {
        **one.content,
        "number": one.number,
        "holder_number": one.holder_number,
        "holder_name": one.holder_name,
        "issued_on": one.issued_on.isoformat(),
        "valid_to": one.valid_to.isoformat() if one.valid_to else "长期",
        "identifier": one.identifier,
        "issuer_name": one.issuer_name,
        "status": one.status,
    }
