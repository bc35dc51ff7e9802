"""What packs say of sharing: bases to choose, rules to follow, grounds with their law."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from tongban.catalogue.api import GroundView, ItemView, read_vocabulary
from tongban.exchange.sharing.models import SharingTerm
from tongban.kernel.errors import Misconfigured
from tongban.kernel.sentences import say
from tongban.packs.ports import Cite


@dataclass(frozen=True)
class Basis:
    """A statutory duty that a request may rest on."""

    code: str
    title: str
    cite: Cite


@dataclass(frozen=True)
class Rule:
    """A rule of the packs with its law."""

    amount: int
    codes: tuple[str, ...]
    cite: Cite


@dataclass(frozen=True)
class Grounds:
    """The conditions and refusals that may be chosen on a day, and all grounds by code, ended ones too."""

    conditions: tuple[GroundView, ...]
    refusals: tuple[GroundView, ...]
    known: Mapping[str, GroundView] = field(default_factory=dict)

    def words(self, codes: Iterable[str]) -> list[tuple[str, Cite | None]]:
        """What some grounds say, each with its law; a code nobody knows stands for itself."""
        return [
            (self.known[code].words, self.known[code].cite) if code in self.known else (code, None)
            for code in codes
        ]


def bases_for(agency: str) -> list[Basis]:
    """What an agency's request may rest on: its own duties first, then those of all."""
    rows = SharingTerm.objects.filter(what="basis").order_by("place_in_list", "code")
    fitting = [row for row in rows if not row.codes or agency in row.codes]
    return [
        Basis(row.code, row.title, Cite.model_validate(row.cite))
        for row in sorted(fitting, key=lambda row: not row.codes)
    ]


def rule(code: str) -> Rule:
    """A rule by its code.

    Raises:
        Misconfigured: no pack gives it.
    """
    row = SharingTerm.objects.filter(pk=code, what="rule").first()
    if row is None:
        raise Misconfigured(say("内容包里没有共享规则「{code}」，请激活 base。", code=code))
    return Rule(row.amount or 0, tuple(row.codes), Cite.model_validate(row.cite))


def grounds(on: date) -> Grounds:
    """The grounds of the packs, as of a day."""
    words = read_vocabulary(on)
    return Grounds(
        tuple(words.grounds_of("condition")), tuple(words.grounds_of("refusal")), dict(words.grounds)
    )


def sensitive_items(items: Iterable[ItemView]) -> set[str]:
    """The codes of items that wait for an impact assessment: those shared under one of the rule's grounds."""
    wanted = rule("assessed-grounds").codes
    return {item.code for item in items if item.ground in wanted}
