"""Batches over a real worker that is killed while it takes them: each lands once, and none is lost."""

import hashlib
import json
from pathlib import Path

from tests.city import City, own_city, until

BATCHES, ROWS = 8, 1_500


def put(folder: Path, batch: int) -> None:
    """A file and its manifest, last, as an agency's transfer leaves them."""
    lines = ["公民身份号码,姓名,社会保障卡号,合作银行,发卡日期,状态,操作"]
    lines += [
        f"990199{batch:04d}{row:07d}1,云试{batch},SC{batch}-{row},,2026-01-02,正常,新增"
        for row in range(ROWS)
    ]
    data = ("\n".join(lines) + "\n").encode()
    name = f"cards-{batch}.csv"
    (folder / name).write_bytes(data)
    said = {"batch": f"b{batch}", "file": name, "rows": ROWS, "sha256": hashlib.sha256(data).hexdigest()}
    manifest = folder / f"{name}.manifest.json"
    manifest.with_suffix(".part").write_text(json.dumps(said))
    manifest.with_suffix(".part").rename(manifest)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def landed(city: City) -> int:
    return city.count("select count(*) from registers_batch where state = 'landed'")


def test_a_worker_that_is_killed_while_batches_land_loses_none_and_doubles_none() -> None:
    with own_city("drops") as city:
        city.prepare()
        folder = city.home / "drops" / "social-card" / "in"
        folder.mkdir(parents=True)
        for batch in range(BATCHES):
            put(folder, batch)
        worker = city.start("work")
        until(lambda: _there(city) and landed(city) >= 2, what="two batches landed")
        city.kill(worker)
        with city.database():
            before = landed(city)
        city.start("work")
        done = folder.parent / "done"
        results = [f"cards-{batch}.csv.result.json" for batch in range(BATCHES)]
        until(lambda: {*results} <= names(done), what="every batch was taken")
        assert 2 <= before <= BATCHES
        assert not names(folder)
        assert landed(city) == BATCHES
        rows = "select count(*) from register.social_card where row_source like 'drop:social-card-files:%'"
        assert city.count(rows) == BATCHES * ROWS
        entries = city.rows("select count(*) from journal_entry where kind = 'register.batch-landed.v1'")
        assert entries == [(BATCHES,)]
        until(
            lambda: (
                city.count("select count(*) from registers_change where register = 'social-card'")
                >= BATCHES * ROWS
            ),
            what="feeds follow what landed",
        )


def _there(city: City) -> bool:
    return bool(city.postmaster())
