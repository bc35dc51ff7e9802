"""File drops: what is whole is taken once; what is cut, poisoned or in another encoding is set aside with the reason."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Speaking
from tests.registers.dropping import COLUMNS, cards, make_drop, somebody
from tongban.registers.api import batches_of, collect_drops, drop_health
from tongban.registers.drops import files
from tongban.registers.drops.models import Drop

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(own_home: Path, speaking_as: Speaking) -> Iterator[Path]:
    with speaking_as("owner"):  # type: ignore[attr-defined]
        make_drop(file={"folder": "cards", "columns": COLUMNS})
    with speaking_as("sequencer"):  # type: ignore[attr-defined]
        look()
        yield own_home / "drops" / "cards"


def look() -> int:
    Drop.objects.update(looked_at=None)
    return collect_drops()


def csv_of(rows: list[dict[str, str]]) -> bytes:
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


def put(folder: Path, name: str, data: bytes, *, batch: str = "b1", old: bool = False, **more: Any) -> None:
    path = folder / "in" / name
    path.write_bytes(data)
    if old:
        os.utime(path, (1, 1))
    said = {
        "batch": batch,
        "file": name,
        "rows": data.count(b"\n") - name.endswith(".csv"),
        "sha256": hashlib.sha256(data).hexdigest(),
        **more,
    }
    (folder / "in" / f"{name}.manifest.json").write_text(json.dumps(said))


def lying(folder: Path, name: str) -> list[str]:
    return sorted(path.name for path in (folder / name).iterdir())


def test_a_whole_file_lands_and_its_result_lies_beside_it(folder: Path) -> None:
    put(folder, "a.csv", csv_of([somebody(1), somebody(2, zt="未知")]))
    assert look() == 1
    assert [row[1] for row in cards()] == ["云试"]
    assert lying(folder, "in") == []
    assert lying(folder, "done") == ["a.csv", "a.csv.manifest.json", "a.csv.result.json"]
    said = json.loads((folder / "done" / "a.csv.result.json").read_text())
    assert said == {
        "batch": "b1",
        "rows": 2,
        "landed": 1,
        "errors": [{"row": 2, "message": "「状态」的值不合要求。"}],
    }


def test_lines_of_json_land_too(folder: Path) -> None:
    put(folder, "a.ndjson", b"".join(json.dumps(somebody(n)).encode() + b"\n" for n in (1, 2)))
    assert look() == 1
    assert len(cards()) == 2


def test_the_same_file_twice_is_harmless_and_another_under_its_number_is_set_aside(folder: Path) -> None:
    put(folder, "a.csv", csv_of([somebody(1)]))
    look()
    put(folder, "a.csv", csv_of([somebody(1)]))
    look()
    assert len(cards()) == 1
    put(folder, "b.csv", csv_of([somebody(1, xm="别人")]))
    look()
    assert [row[1] for row in cards()] == ["云试"]
    assert "已经用过" in (folder / "aside" / "b.csv.reason.txt").read_text()


def test_a_file_without_manifest_a_manifest_without_file_and_half_a_file_wait_and_are_shown(
    folder: Path,
) -> None:
    whole = csv_of([somebody(1), somebody(2)])
    (folder / "in" / "a.csv").write_bytes(whole)
    look()
    (waiting,) = batches_of("cards")
    assert (waiting.number, waiting.reason) == ("file:a.csv", "文件已到，等它的清单（.manifest.json）。")
    put(folder, "a.csv", whole)
    (folder / "in" / "a.csv").write_bytes(whole[:40])
    assert look() == 0
    (waiting,) = batches_of("cards")
    assert (waiting.number, waiting.reason) == ("b1", "清单已到，等文件传完。")
    assert drop_health()[0].waiting == 1
    (folder / "in" / "a.csv").unlink()
    assert look() == 0
    (folder / "in" / "a.csv").write_bytes(whole)
    assert look() == 1
    assert (len(cards()), batches_of("cards")) == (2, [])


GOOD = csv_of([somebody(1)])


@pytest.mark.parametrize(
    ("name", "data", "more", "sentence"),
    [
        ("a.csv", GOOD, {"sha256": "0" * 64}, "没有传完，或者传输中改变了"),
        ("a.csv", GOOD, {"rows": 2}, "声明 2 行，实际 1 行"),
        ("a.csv", GOOD.decode().encode("gb18030"), {}, "文件编码应为 UTF-8，从第"),
        ("a.csv", GOOD.replace(b"SC1", b"S\0"), {}, "空字符"),
        ("a.csv", GOOD.replace(b"xm", b"name"), {}, "缺这些列：xm"),
        ("a.csv", GOOD.replace(b"SC1", b"S,C"), {}, "列数与第一行不同"),
        ("a.csv", GOOD.replace(b"SC1", b'"S'), {}, "CSV 在第"),
        ("a.csv", GOOD.replace(b"SC1", b"x" * 200_000), {}, "一格过长"),
        ("a.csv", b"a,a\n", {}, "不能重复"),
        ("a.ndjson", b"{\n", {}, "第 1 行不是 JSON"),
        ("a.ndjson", b"[1]\n", {}, "应为一个 JSON 对象"),
        ("a.ndjson", b'{"sfzh": {"$ne": 1}}\n', {}, "每一项是一个值"),
        ("a.ndjson", b"[" * 50_000 + b"\n", {}, "第 1 行不是 JSON"),
        ("a.csv", GOOD, {"batch": ""}, "清单应写明"),
        ("a.csv", GOOD, {"file": "../../keys/log.key"}, "同一文件夹里"),
        ("a.csv", GOOD, {"file": "/etc/passwd"}, "同一文件夹里"),
        ("a.csv", GOOD, {"sha256": "short"}, "清单应写明"),
        ("a.csv", GOOD, {"also": 1}, "清单应写明"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_set_aside_with_the_reason(
    folder: Path, name: str, data: bytes, more: dict[str, Any], sentence: str
) -> None:
    put(folder, name, data, old=True, **more)
    assert look() == 1
    assert cards() == []
    assert sentence in (folder / "aside" / f"{name}.reason.txt").read_text()
    assert f"{name}.manifest.json" in lying(folder, "aside")
    assert look() == 0


def test_a_link_and_a_pipe_are_no_files(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_bytes(GOOD)
    put(folder, "a.csv", GOOD)
    (folder / "in" / "a.csv").unlink()
    (folder / "in" / "a.csv").symlink_to(secret)
    put(folder, "b.csv", GOOD, batch="b2")
    (folder / "in" / "b.csv").unlink()
    os.mkfifo(folder / "in" / "b.csv")
    assert look() == 2
    assert cards() == []
    for name in ("a.csv", "b.csv"):
        assert "不是普通文件" in (folder / "aside" / f"{name}.reason.txt").read_text()
    assert secret.read_bytes() == GOOD


def test_a_file_that_is_too_large_is_not_read_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "FILE_MAX", 50)
    put(folder, "a.csv", GOOD)
    look()
    assert "请拆成几批" in (folder / "aside" / "a.csv.reason.txt").read_text()


def test_a_batch_that_landed_before_we_died_is_only_moved(folder: Path) -> None:
    put(folder, "a.csv", GOOD)
    look()
    for name in ("a.csv", "a.csv.manifest.json"):
        (folder / "done" / name).rename(folder / "in" / name)
    (folder / "done" / "a.csv.result.json").unlink()
    look()
    assert lying(folder, "done") == ["a.csv", "a.csv.manifest.json", "a.csv.result.json"]


def test_gb18030_is_read_where_it_was_agreed(folder: Path, speaking_as: Speaking) -> None:
    drop = Drop.objects.get(pk="cards")
    with speaking_as("owner"):  # type: ignore[attr-defined]
        Drop.objects.filter(pk=drop.pk).update(
            settings={**drop.settings, "file": {**drop.settings["file"], "encoding": "gb18030"}}
        )
    with speaking_as("sequencer"):  # type: ignore[attr-defined]
        put(folder, "a.csv", GOOD.decode().encode("gb18030"))
        look()
    assert [row[1] for row in cards()] == ["云试"]
