"""A city with many more people: the demonstration packs copied, each person and her rows in registers so many times.

Everybody made here is invented as those of the pack are: the same day of birth, another number with a right check digit,
another name and telephone. Rows are made again where a register is kept by people's numbers; what has a number of its own
(a flat, a contract) stays one.
"""

import csv
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml
from stdnum.cn.ric import calc_check_digit

#: The second sign of a given name: so many people may have the same base.
_SIGNS = "安宁晨朗清越嘉言星河"
_PEOPLE = "people.csv"
_NUMBERS = 1000


def write_crowd(packs: Path, into: Path, *, names: Sequence[str], times: int) -> int:
    """Copy the packs `names` and multiply the people of each by `times`; returns how many people there are."""
    shutil.rmtree(into, ignore_errors=True)
    people = 0
    for name in names:
        shutil.copytree(packs / name, into / name)
        if (into / name / _PEOPLE).exists():
            people += _multiply(into / name, times)
    return people


def _multiply(pack: Path, times: int) -> int:
    head, rows = _read(pack / _PEOPLE)
    taken = {row[head.index("id_number")] for row in rows}
    copies = [_copies(head, row, times, taken) for row in rows]
    every = [one for each in copies for one in each]
    _write(pack / _PEOPLE, head, [*rows, *(row for row, _changed in every)])
    for schema in sorted((pack / "registers").glob("*.yaml")):
        said = yaml.safe_load(schema.read_text("utf-8"))
        if said.get("key") == "id_number" and said.get("data"):
            _multiply_rows(pack / "registers" / said["data"], [changed for _row, changed in every])
    return len(rows) + len(every)


def _copies(
    head: Sequence[str], row: Sequence[str], times: int, taken: set[str]
) -> Iterator[tuple[list[str], dict[str, str]]]:
    """The other people made from one, and by what each of her values is replaced."""
    held = dict(zip(head, row, strict=True))
    for number in range(1, times):
        id_number = _free(held["id_number"], taken)
        changed = {
            held["id_number"]: id_number,
            held["name"]: held["name"] + _SIGNS[number % len(_SIGNS)],
            held["phone"]: f"1609{held['phone'][-5:]}{number:02}",
            held["username"]: f"{held['username']}-{number}",
        }
        yield [changed.get(one, one) for one in row], changed


def _free(base: str, taken: set[str]) -> str:
    """A number of the same area, day and sex that nobody has."""
    first = int(base[14:17])
    for step in range(2, _NUMBERS, 2):
        digits = f"{base[:14]}{(first + step) % _NUMBERS:03}"
        number = digits + calc_check_digit(digits + "0")
        if number not in taken:
            taken.add(number)
            return number
    raise ValueError(f"nobody else can be born like {base}")


def _multiply_rows(path: Path, changes: Sequence[dict[str, str]]) -> None:
    head, rows = _read(path)
    place = head.index("id_number")
    held = {row[place]: row for row in rows}
    more = []
    for changed in changes:
        base = held.get(next(iter(changed)))
        if base is not None:
            more.append([changed.get(one, one) for one in base])
    _write(path, head, [*rows, *more])


def _read(path: Path) -> tuple[list[str], list[list[str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    return head, rows


def _write(path: Path, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])
