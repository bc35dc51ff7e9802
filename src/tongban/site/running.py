"""Commands that keep processes: `serve`, `work`, `story`, `demo`."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Address, IPv6Address
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from tongban.kernel.errors import Misconfigured
from tongban.site import processes, setup
from tongban.site.home import checkout, data_home
from tongban.site.postgres import PrivatePostgres
from tongban.site.simulating import is_routed, spawn_above, spawn_outside

if TYPE_CHECKING:
    from tongban.demo.history import RunPlayed

Address = IPv4Address | IPv6Address
DEMONSTRATION_PACKS = ("base", "lanchuan", "yunling")
STORY = "open-restaurant"
#: What `--fresh` moves aside: the database, the log, documents and keys belong together.
CITY_FOLDERS = (
    "postgres",
    "ledger",
    "documents",
    "keys",
    "trust",
    "story",
    "witness",
    "witnesses.txt",
    "above",
    "drops",
)
#: A simulated year has data of its own, and so many times the people of the packs.
YEAR_FOLDER, YEAR_TIMES = "year", 10
_WATCH_S = 0.3


@dataclass
class Child:
    """A process that runs as long as we do, and how to start it again."""

    start: "Callable[[], subprocess.Popen[bytes] | None]"
    process: "subprocess.Popen[bytes] | None"


def serve(port: int, *, host: Address) -> int:
    """Serve the pages until Ctrl-C; a demonstration, where anybody signs in as anybody, only to this machine."""
    processes.check_port_is_free(port)
    os.environ["TONGBAN_LOOPBACK"] = "1" if host.is_loopback else "0"
    os.environ.setdefault("TONGBAN_ORIGIN", f"http://localhost:{port}")
    server = setup.open_database()
    try:
        setup.start_django("app")
        setup.check_migrated()
        if not host.is_loopback:
            setup.check_no_demonstration()
        setup.build_static_files()
        return _keep_serving(port, [], host=str(host))
    finally:
        _stop_server(server)


def work() -> int:
    """Work until the process is told to end."""
    server = setup.open_database()
    try:
        setup.start_django("sequencer")
        setup.check_migrated()
        from tongban.ledger.api import cosigning  # noqa: PLC0415 - needs Django
        from tongban.site.work import work as work_on  # noqa: PLC0415

        with cosigning():
            work_on()
    finally:
        _stop_server(server)
    return 0


def story(name: str, *, as_json: bool) -> int:
    """Play a story of the packs without serving; 0 only if every step held."""
    server = setup.open_database()
    try:
        _prepare_city(quiet=as_json)
        children = _start_children()
        try:
            return _play(name, as_json=as_json)
        finally:
            _stop_children(children)
    finally:
        _stop_server(server)


def demo(port: int, *, fresh: bool) -> int:
    """Set up everything, play the story, serve until Ctrl-C."""
    processes.check_port_is_free(port)
    os.environ.setdefault("TONGBAN_ORIGIN", f"http://localhost:{port}")
    if fresh:
        _move_aside(data_home())
    server = setup.open_database()
    around = _start_around(server)
    try:
        _prepare_city(quiet=False)
        children = [*around, *_start_children()]
        try:
            _play_before()
            code = _play(STORY, as_json=False)
            if code:
                return code
            _play_history()
            setup.build_static_files()
            return _keep_serving(port, children)
        finally:
            _stop_children(children)
    finally:
        _stop_children(around)
        _stop_server(server)


def _start_around(server: PrivatePostgres | None) -> list[Child]:
    """The stand-ins for the library above us and for systems outside: before Django reads where they are."""
    if is_routed():
        return []
    home = data_home()
    above, outside = partial(spawn_above, home), partial(spawn_outside, home, server)
    return [Child(above, above()), Child(outside, outside())]


def simulate_year(port: int, *, fresh: bool, days: int | None) -> int:
    """Play a year of a city with ten times the people in a data folder of its own, then serve it until Ctrl-C."""
    processes.check_port_is_free(port)
    os.environ.setdefault("TONGBAN_ORIGIN", f"http://localhost:{port}")
    home = data_home() / YEAR_FOLDER
    home.mkdir(parents=True, exist_ok=True)
    if fresh:
        _move_aside(home)
    os.environ["TONGBAN_DATA"] = str(home)
    packs = home / "packs"
    from tongban.demo.crowd import write_crowd  # noqa: PLC0415 - as late as the other parts of the demonstration

    people = write_crowd(checkout() / "packs", packs, names=DEMONSTRATION_PACKS, times=YEAR_TIMES)
    os.environ["TONGBAN_PACKS"] = str(packs)
    print(f"{people} 名虚构的居民，数据在 {home}。", flush=True)  # noqa: T201
    server = setup.open_database()
    around = _start_around(server)
    try:
        _prepare_city(quiet=False)
        children = [*around, *_start_children()]
        try:
            _play_year(days)
            setup.build_static_files()
            return _keep_serving(port, children)
        finally:
            _stop_children(children)
    finally:
        _stop_children(around)
        _stop_server(server)


def _play_year(days: int | None) -> None:
    from tongban.demo.year import DAYS, play_year  # noqa: PLC0415 - needs Django

    acts, seconds = 0, 0.0
    for played in play_year(days=days or DAYS):
        acts, seconds = acts + played.acts, seconds + played.seconds
        done = "，".join(f"{what} {n}" for what, n in played.happened.items() if n)
        print(f"  {played.day} 第 {played.number} 个工作日：{done}；{acts / seconds:.1f} acts/s", flush=True)  # noqa: T201


def _start_children() -> list[Child]:
    """The witness, then the worker that asks it."""
    from tongban.site.watching import port_of, spawn_witness  # noqa: PLC0415 - needs Django

    home = data_home()
    witness = spawn_witness(home)
    children = [Child(lambda: spawn_witness(home, port=port_of(home)), witness)] if witness else []
    try:
        return [*children, Child(lambda: processes.spawn_tongban("work"), processes.spawn_tongban("work"))]
    except OSError:
        _stop_children(children)
        raise


def _stop_children(children: list[Child]) -> None:
    for child in reversed(children):
        if child.process:
            processes.stop(child.process)


def _prepare_city(*, quiet: bool) -> None:
    """Tables, packs, logs: each step is a command of its own role, and changes nothing when done before."""
    output = subprocess.DEVNULL if quiet else None
    processes.run_tongban("migrate", stdout=output)
    processes.run_tongban("packs", "activate", *DEMONSTRATION_PACKS, stdout=subprocess.DEVNULL)
    processes.run_tongban("ledger", "create", stdout=output)
    setup.start_django("app")


def _play(name: str, *, as_json: bool) -> int:
    from tongban.demo.play import StepPlayed, play  # noqa: PLC0415 - needs Django
    from tongban.demo.steps import StoryBroken  # noqa: PLC0415
    from tongban.site.trust import write_trust  # noqa: PLC0415

    def tell(step: StepPlayed) -> None:
        if not as_json:
            print(f"  {step.seconds:6.2f} s  {step.title}：{step.line}", flush=True)  # noqa: T201

    try:
        played = play(name, tell=tell)
    except StoryBroken as broken:
        print(f"tongban: the story broke: {broken}", file=sys.stderr)  # noqa: T201
        return 1
    write_trust(data_home() / "trust")
    if as_json:
        print(json.dumps(played.as_json(), ensure_ascii=False))  # noqa: T201
    else:
        print(f"{played.person} 的故事走完了，用时 {played.seconds:.1f} 秒。")  # noqa: T201
        print(f"证明文件在 {played.folder}，核验：tongban verify {played.folder}/*")  # noqa: T201
    return 0


def _play_before() -> None:
    """What agencies asked of each other before the story began: its days make them late."""
    from tongban.demo.sharing import play_sharing  # noqa: PLC0415 - needs Django

    _say_played(play_sharing(early=True))


def _play_history() -> None:
    from tongban.demo.city import play_city  # noqa: PLC0415 - needs Django
    from tongban.demo.history import play_history  # noqa: PLC0415
    from tongban.demo.hotline import play_hotline  # noqa: PLC0415
    from tongban.demo.neighbours import play_outside  # noqa: PLC0415
    from tongban.demo.sharing import play_sharing  # noqa: PLC0415

    after = (play_sharing(early=False), play_outside(), play_hotline())
    _say_played(chain(play_history(STORY), play_city(), *after))


def _say_played(runs: "Iterable[RunPlayed]") -> None:
    for run in runs:
        print(f"  {run.person}：{'、'.join(run.states)}", flush=True)  # noqa: T201


def _keep_serving(port: int, children: list[Child], *, host: str = "127.0.0.1") -> int:
    """Serve until a signal; a child that ended is started again."""
    web = processes.spawn_web(port, host)
    try:
        processes.wait_for_first_page(port, web)
        print(f"READY http://localhost:{port}", flush=True)  # noqa: T201 - scripts wait for this line
        while web.poll() is None:
            for child in children:
                if child.process and child.process.poll() is not None:
                    child.process = child.start()
            time.sleep(_WATCH_S)
        raise Misconfigured("The web server ended by itself; its last words stand above on the terminal.")
    finally:
        processes.stop(web)


def _stop_server(server: PrivatePostgres | None) -> None:
    if server:
        server.stop()


def _move_aside(home: Path) -> None:
    """Move database, logs, keys and papers of the old city aside, all together."""
    if PrivatePostgres(home).is_running():
        raise Misconfigured("The demonstration is running; stop it before you begin a fresh one.")
    kept = [name for name in CITY_FOLDERS if (home / name).exists()]
    if not kept:
        return
    number = 1 + sum(path.name.startswith("aside-") for path in home.iterdir())
    aside = home / f"aside-{number:03}"
    aside.mkdir()
    for name in kept:
        shutil.move(home / name, aside / name)
    print(f"The old city was moved to {aside}.")  # noqa: T201
