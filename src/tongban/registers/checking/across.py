"""Checks across columns, across registers and over time, as a register's pack declares them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from tongban.kernel.quoting import named, quoted
from tongban.kernel.sentences import say
from tongban.packs.ports import Code, Model, Ref
from tongban.registers.checking.domains import id_body


class Agree(Model):
    """An identity number says the day of birth and the sex; the other columns have to say the same."""

    number: Code
    born_on: Code | None = None
    sex: Code | None = None


class Needs(Model):
    """Where a column holds this value (none said: any), another one may not be empty."""

    column: Code
    where: Code
    equals: str | None = None


class Refers(Model):
    """A column's value stands in a column of another register."""

    column: Code
    among: Annotated[Code, Ref("register")]
    by: Code


class Fresh(Model):
    """A day is not longer ago than so many days."""

    column: Code
    days: Annotated[int, Field(ge=1, le=36_500)]


class AcrossRow(Model):
    """One check, of one sort. `refuses`: a row that fails is sent back, else it comes in and is an issue of its agency."""

    code: Code
    agree: Agree | None = None
    order: tuple[Code, Code] | None = None
    needs: Needs | None = None
    refers: Refers | None = None
    fresh: Fresh | None = None
    level: Literal["refuses", "issue"] = "issue"

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(one is not None for one in (self.agree, self.order, self.needs, self.refers, self.fresh)) != 1:
            raise ValueError("name exactly one of `agree`, `order`, `needs`, `refers`, `fresh`")
        if self.refers and self.level == "refuses":
            raise ValueError("what is missing in another register makes an issue and refuses no row")
        return self

    def columns(self) -> list[str]:
        """The register's own columns that the check names."""
        found = [
            *(self.order or ()),
            *((self.agree.number, self.agree.born_on, self.agree.sex) if self.agree else ()),
            *((self.needs.column, self.needs.where) if self.needs else ()),
            *((self.refers.column,) if self.refers else ()),
            *((self.fresh.column,) if self.fresh else ()),
        ]
        return [one for one in found if one]


def across_checks(
    rows: Sequence[Mapping[str, Any]], titles: Mapping[str, str], *, today: date
) -> Iterator[dict[str, Any]]:
    """The checks of those rows; `titles` by column."""
    for given in rows:
        row = AcrossRow.model_validate(given)
        refuses = row.level == "refuses"
        for column, made in _of(row, titles, today):
            yield {"column": column, "counted": column, "refuses": refuses, **made}


def other_registers(rows: Sequence[Mapping[str, Any]]) -> dict[str, set[str]]:
    """Which columns of which other registers the checks look at."""
    found: dict[str, set[str]] = {}
    for given in rows:
        if refers := AcrossRow.model_validate(given).refers:
            found.setdefault(refers.among, set()).add(refers.by)
    return found


def _of(row: AcrossRow, titles: Mapping[str, str], today: date) -> Iterator[tuple[str, dict[str, Any]]]:
    if row.agree:
        yield from _agree(row.code, row.agree, titles)
    elif row.order:
        first, last = row.order
        yield (
            last,
            {
                "code": row.code,
                "dimension": "consistency",
                "fails": f"coalesce({named(first + '=')} > {named(last + '=')}, false)",
                "sentence": say(
                    "「{last}」早于「{first}」，请核对。", last=titles[last], first=titles[first]
                ),
            },
        )
    elif row.needs:
        where, held = row.needs.where, row.needs.equals
        text = named(where)
        said = f"{text} is not null" if held is None else f"{text} = {quoted(held)}"
        yield (
            row.needs.column,
            {
                "code": row.code,
                "dimension": "completeness",
                "counted": where,
                "fails": f"(coalesce({said}, false) and {named(row.needs.column)} is null)",
                "sentence": say(
                    "「{where}」填了，「{title}」就不能空着。",
                    where=titles[where],
                    title=titles[row.needs.column],
                ),
            },
        )
    elif row.refers:
        column = named(f"{row.refers.column}=")
        other = f"select {named(row.refers.by)} from {named('r ' + row.refers.among)} where {named(row.refers.by)} is not null"  # noqa: S608 - names of schemas
        yield (
            row.refers.column,
            {
                "code": row.code,
                "dimension": "consistency",
                "fails": f"coalesce({column} not in ({other}), false)",
                "sentence": say(
                    "「{title}」在登记簿 {register} 里查不到。",
                    title=titles[row.refers.column],
                    register=row.refers.among,
                ),
            },
        )
    elif row.fresh:
        oldest = (today - timedelta(days=row.fresh.days)).isoformat()
        yield (
            row.fresh.column,
            {
                "code": row.code,
                "dimension": "timeliness",
                "fails": f"coalesce({named(row.fresh.column + '=')} < date '{oldest}', false)",
                "sentence": say(
                    "「{title}」已经超过 {days} 天没有更新。",
                    title=titles[row.fresh.column],
                    days=row.fresh.days,
                ),
            },
        )


def _agree(code: str, agree: Agree, titles: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    number, body = named(f"{agree.number}="), named(f"{agree.number} body")
    whole, helpers = f"(length({number}) = 18)", id_body(agree.number)
    if agree.born_on:
        born = named(f"{agree.born_on}=")
        day = f"year({born}) * 10000 + month({born}) * 100 + day({born})"
        yield (
            agree.born_on,
            {
                "code": f"{code}.born",
                "dimension": "consistency",
                "fails": f"(case when {whole} and {born} is not null then coalesce({body} // 1000 % 100000000 <> {day}, true) else false end)",
                "sentence": say(
                    "「{title}」和「{number}」里的出生日期不同。",
                    title=titles[agree.born_on],
                    number=titles[agree.number],
                ),
                "helpers": helpers,
            },
        )
    if agree.sex:
        sex = named(agree.sex)
        men, women = quoted("男"), quoted("女")
        yield (
            agree.sex,
            {
                "code": f"{code}.sex",
                "dimension": "consistency",
                "fails": f"coalesce({sex} in ({men}, {women}) and ({body} % 2 = 1) <> ({sex} = {men}), false)",
                "sentence": say(
                    "「{title}」和「{number}」第 17 位不一致。",
                    title=titles[agree.sex],
                    number=titles[agree.number],
                ),
                "helpers": helpers,
            },
        )
