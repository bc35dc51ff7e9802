"""Which limit holds on a day."""

from datetime import date

from django.db.models import Q

from tongban.clocks.models import LimitRule
from tongban.clocks.reckoning import Limit
from tongban.kernel.errors import NotFound
from tongban.kernel.sentences import say
from tongban.packs.ports import Cite


def limit_of(code: str, *, on: date) -> Limit:
    """The limit `code` as it holds on the day `on`.

    Raises:
        NotFound: no pack gives such a limit for that day.
    """
    rows = LimitRule.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), code=code, valid_from__lte=on)
    row = rows.order_by("-valid_from").first()
    if row is None:
        raise NotFound(say("没有适用于 {on} 的期限规则「{code}」。", on=on, code=code))
    return made_limit(row.amount, row.unit, row.cite)


def made_limit(amount: int, unit: str, cite: dict[str, str]) -> Limit:
    """A limit from the columns that a row keeps."""
    source = Cite.model_validate(cite)
    return Limit(amount, "day" if unit == "day" else "working_day", str(source), bool(source.verified_by))
