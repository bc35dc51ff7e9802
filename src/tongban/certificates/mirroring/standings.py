"""Whose record counts for a type on a day, and what that forbids here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tongban.certificates.mirroring.models import TypeStanding
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed
from tongban.kernel.sentences import say


@dataclass(frozen=True)
class Standing:
    """`own`, `mirror` or `delegate`, since a day (None: ever); `library` is the one above, `authority` who issues there."""

    standing: str = "own"
    since: date | None = None
    library: str = ""
    library_title: str = ""
    authority: str = ""

    @property
    def is_own(self) -> bool:
        """Whether our record counts."""
        return self.standing == "own"


OWN = Standing()


def standings_of(types: Iterable[str], *, on: date) -> dict[str, Standing]:
    """The standing of each of these types on a day; one query."""
    wanted = set(types)
    rows = (
        TypeStanding.objects.filter(type__in=wanted, since__lte=on)
        .select_related("library")
        .order_by("type_id", "-since")
        .distinct("type_id")
    )
    held = {row.type_id: _standing(row) for row in rows} if wanted else {}
    return {code: held.get(code, OWN) for code in wanted}


def standing_of(type_code: str, *, on: date) -> Standing:
    """The standing of one type on a day."""
    return standings_of([type_code], on=on)[type_code]


def types_above(library: str, *, on: date) -> dict[str, Standing]:
    """The types whose record is in an upper library on a day: mirrored and delegated ones."""
    codes = TypeStanding.objects.filter(library=library, since__lte=on).values_list("type_id", flat=True)
    return {
        code: one
        for code, one in standings_of(codes, on=on).items()
        if one.library == library and not one.is_own
    }


def types_fed(library: str, *, on: date) -> list[str]:
    """Our own types that an upper library is told of on a day."""
    codes = TypeStanding.objects.filter(library=library, since__lte=on).values_list("type_id", flat=True)
    found = standings_of(codes, on=on)
    return sorted(code for code, one in found.items() if one.library == library and one.is_own)


def check_own(type_code: str, *, title: str, does: str) -> None:
    """Whether this may be done here at all: our record counts for the type today. `does` is a verb.

    Raises:
        NotAllowed: another system is the record; names who may.
    """
    found = standing_of(type_code, on=clock.today())
    if not found.is_own:
        raise kept_above(title, does, authority=found.authority, library=found.library_title)


def kept_above(title: str, does: str, *, authority: str, library: str) -> NotAllowed:
    """The refusal of what only another system may do; names who may."""
    return NotAllowed(
        say(
            "「{title}」由上级签发，本市证照库不能{does}。请联系签发机关{authority}；它的记录在{library}。",
            title=title,
            does=does,
            authority=authority,
            library=library,
        )
    )


def _standing(row: TypeStanding) -> Standing:
    return Standing(
        row.standing,
        row.since,
        row.library_id or "",
        row.library.title if row.library else "",
        row.authority,
    )
