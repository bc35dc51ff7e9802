"""The stand-ins for systems outside answer, and fail, as such systems do; what they drop lands or waits."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.conftest import HOME, Speaking
from tongban.demo import arriving
from tongban.demo.arriving import keep_sending
from tongban.demo.neighbours import play_outside
from tongban.demo.outside import FRONT, SECRET, SYSTEMS
from tongban.exchange.api import source_health
from tongban.exchange.upstream import gate
from tongban.packs.api import activate_packs
from tongban.registers.api import batches_of, collect_drops, drop_health
from tongban.registers.drops.models import Drop
from tongban.site.postgres import PrivatePostgres

pytestmark = pytest.mark.django_db
_MACHINE = "outside_front"


@pytest.fixture
def pack(speaking_as: Speaking) -> None:
    with speaking_as("owner"):  # type: ignore[attr-defined]
        activate_packs(["base", "lanchuan", "yunling"])


@pytest.fixture
def systems(pack: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(SECRET, "only-for-this-test")
    words = [sys.executable, "-m", "tongban.demo.outside"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        address = process.stdout.readline().strip()
        settings.TONGBAN_UPSTREAM_NETWORKS = "127.0.0.1/32"
        settings.TONGBAN_UPSTREAM_ROUTES = ",".join(f"https://{host}={address}" for host in SYSTEMS)
        yield
        process.terminate()
    gate._places.cache_clear()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The front-end machine: another database."""
    server = PrivatePostgres(HOME)
    server.create_database(_MACHINE)
    address = server.address(database=_MACHINE)
    monkeypatch.setenv(FRONT, address)
    yield address
    server.drop_database(_MACHINE)


def test_systems_outside_answer_and_fail_and_one_is_asked_no_more(systems: None) -> None:
    told = {run.person: run.states for run in play_outside()}
    assert told["社会保险经办系统（示例）"] == ("已取到 5 次",)
    assert "没有在时限内答复" in " ".join(told["社会救助系统（示例）"])
    assert "不是约定的类型" in " ".join(told["义务教育入学系统（示例）"])
    loans = " ".join(told["公积金贷款系统（示例）"])
    assert all(words in loans for words in ("已取到 1 次", "报告自身出错", "要求转到别的地址", "暂停查询"))
    states = {one.title: one.state for one in source_health()}
    assert states == {
        "雾汀市政务数据平台（示例）": "open",
        "云岭省数据共享平台（示例）": "well",
        "云岭省学籍查询系统（示例）": "well",
    }
    assert [*play_outside()] == []


def test_batches_land_and_what_is_half_or_wrong_is_seen(
    pack: None, own_home: Path, machine: str, speaking_as: Speaking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "BATCHES_MAX", 5)
    keep_sending(own_home / "drops", machine, every=0)
    with speaking_as("sequencer"):  # type: ignore[attr-defined]
        Drop.objects.update(looked_at=None)
        collect_drops()
    drops = {one.code: (one.landed, one.waiting, one.refused) for one in drop_health()}
    assert drops == {"social-card-files": (4, 1, 0), "wage-arrears-table": (4, 1, 0)}
    wrong = [one for one in batches_of("wage-arrears-table", states=["landed"]) if one.errors]
    assert [(one.number, one.landed) for one in wrong] == [("000004", 5)]
