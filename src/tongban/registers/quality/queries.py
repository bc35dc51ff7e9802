"""What pages show of quality: scores by dimension, their trend, the checks behind each, and the issues behind those."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, Sum

from tongban.kernel.sentences import Sentence, say
from tongban.registers.checking.compiling import DIMENSIONS
from tongban.registers.models import Register
from tongban.registers.quality.models import Issue, Measure, Measurement


@dataclass(frozen=True)
class Score:
    """A dimension on a day: of how many values it was asked, how many failed. `points` is None where nothing was asked."""

    dimension: str
    asked: int
    failed: int

    @property
    def points(self) -> float | None:
        """From 0 to 100."""
        return 100 * (self.asked - self.failed) / self.asked if self.asked else None


@dataclass(frozen=True)
class MeasuredCheck:
    """A check, its sentence, and what the newest look found."""

    code: str
    dimension: str
    sentence: Sentence
    asked: int
    failed: int


@dataclass(frozen=True)
class Quality:
    """A register's quality: the newest look, its scores and checks, and the scores of each day that it was looked at."""

    measured_at: datetime | None
    rows: int
    issues: int
    rules: str
    fault: str
    waits: bool
    scores: tuple[Score, ...]
    checks: tuple[MeasuredCheck, ...]
    trend: tuple[tuple[date, tuple[Score, ...]], ...]


@dataclass(frozen=True)
class IssueView:
    """A row that fails a check: its key, the text there, and since when it is known."""

    id: int
    key: str
    value: str
    sentence: Sentence
    found_on: date
    hides_key: bool
    hides_value: bool


def quality_of(register: str, *, days: int = 60) -> Quality:
    """The newest look at a register and its scores on the last `days` days with a look. Four queries."""
    waits = Measurement.objects.filter(register=register, measured_at=None).exists()
    looks = list(
        Measurement.objects.filter(register=register, day__isnull=False)
        .order_by("-day", "-id")
        .distinct("day")[:days]
    )
    sound = [look for look in looks if not look.fault]
    if not sound:
        fault = looks[0].fault if looks else ""
        return Quality(None, 0, 0, "", fault, waits, (), (), ())
    newest = sound[0]
    checks = tuple(
        MeasuredCheck(one.code, one.dimension, say(one.pattern, **one.values), one.asked, one.failed)
        for one in Measure.objects.filter(measurement=newest).order_by("-failed", "code")
    )
    sums = (
        Measure.objects.filter(measurement__in=sound)
        .values("measurement", "dimension")
        .annotate(asked_of=Sum("asked"), failures=Sum("failed"))
        .order_by()
    )
    by_look: dict[int, dict[str, Score]] = {}
    for one in sums:
        score = Score(one["dimension"], one["asked_of"], one["failures"])
        by_look.setdefault(one["measurement"], {})[one["dimension"]] = score
    trend = tuple((look.day, _scores(by_look.get(look.pk, {}))) for look in reversed(sound) if look.day)
    return Quality(
        newest.measured_at,
        newest.rows,
        newest.issues,
        newest.rules,
        looks[0].fault,
        waits,
        trend[-1][1],
        checks,
        trend,
    )


def points_of(registers: Collection[str]) -> dict[str, float]:
    """The newest score of each register over all its checks, from 0 to 100; none where nobody has looked. Two queries."""
    looks = Measurement.objects.filter(register__in=registers, measured_at__isnull=False, fault="")
    newest = dict(looks.order_by("register", "-id").distinct("register").values_list("pk", "register"))
    sums = Measure.objects.filter(measurement__in=newest).order_by().values_list("measurement")
    return {
        newest[look]: 100 * (asked - failed) / asked
        for look, asked, failed in sums.annotate(Sum("asked"), Sum("failed"))
        if asked
    }


def issues_of(
    register: str, *, agency: str, code: str = "", dimension: str = "", after: int = 0, limit: int = 50
) -> list[IssueView]:
    """The open issues of an agency's register, by their ids after the last one seen. Three queries."""
    newest = (
        Measurement.objects.filter(register=register, measured_at__isnull=False, fault="")
        .order_by("-id")
        .first()
    )
    said = {
        one.code: (one.dimension, one.column, say(one.pattern, **one.values))
        for one in Measure.objects.filter(measurement=newest)
    }
    codes = [known for known, (its, _c, _s) in said.items() if (not dimension or its == dimension)]
    found = Issue.objects.filter(register=register, agency=agency, gone_on=None, id__gt=after)
    found = found.filter(Q(code=code) if code else Q(code__in=codes)).order_by("id")[:limit]
    row = Register.objects.get(pk=register)
    domains = {field["name"]: field.get("domain") for field in row.fields}
    return [
        IssueView(
            one.id,
            one.key,
            one.value,
            said[one.code][2] if one.code in said else say("这条规则已经不用了。"),
            one.found_on,
            domains.get(row.key) == "id-number",
            one.code in said and domains.get(said[one.code][1]) == "id-number",
        )
        for one in found
    ]


def _scores(found: dict[str, Score]) -> tuple[Score, ...]:
    return tuple(found.get(dimension, Score(dimension, 0, 0)) for dimension in DIMENSIONS)
