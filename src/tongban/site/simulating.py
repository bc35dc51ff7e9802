"""The demonstration's stand-ins for systems outside: programs of their own, to which this installation's routes lead."""

import os
import secrets
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from tongban.kernel.errors import Misconfigured
from tongban.site import processes
from tongban.site.postgres import PrivatePostgres

#: By what names the demonstration's packs call them.
_LIBRARY = ("certificates.yunling.example",)
_SYSTEMS = ("hub.yunling.example", "school.yunling.example", "data.wuting.example")
_ROUTES, _NETWORKS = "TONGBAN_UPSTREAM_ROUTES", "TONGBAN_UPSTREAM_NETWORKS"
_LOOPBACK = "127.0.0.1/32"


def is_routed() -> bool:
    """Whether routes are named: then systems outside are the operator's business."""
    return bool(os.environ.get(_ROUTES))


def spawn_above(home: Path) -> "subprocess.Popen[bytes]":
    """Start the certificate library above, again on the port that it had.

    Raises:
        Misconfigured: it did not come up; its own words stand on the terminal.
    """
    issued = Path(__file__).resolve().parents[1] / "demo" / "assets" / "above.json"
    words = ["--data", str(issued), "--keep", str(home / "above" / "kept.json")]
    return _spawn("tongban.demo.above", _LIBRARY, words)


def spawn_outside(home: Path, server: PrivatePostgres | None) -> "subprocess.Popen[bytes]":
    """Start the province's and the neighbour's systems, again on the port that they had.

    Their front-end machine is a database beside ours; where the operator named a database of his own, there is none.

    Raises:
        Misconfigured: they did not come up; their own words stand on the terminal.
    """
    from tongban.demo.outside import FRONT, SECRET  # noqa: PLC0415 - it connects, which a witness never does

    os.environ.setdefault(SECRET, secrets.token_urlsafe(24))
    words = ["--drops", str(home / "drops")]
    if server:
        server.create_database("yunling_front")
        os.environ[FRONT] = server.address(database="yunling_front")
        words.append("--front")
    return _spawn("tongban.demo.outside", _SYSTEMS, words)


def _spawn(module: str, hosts: Sequence[str], words: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Start it and name the ways to `hosts` to this process and its children; loopback is a network they may go to."""
    routes = dict(one.split("=", 1) for one in os.environ.get(_ROUTES, "").split(",") if one)
    port = urlsplit(routes.get(f"https://{hosts[0]}", "")).port or 0
    child = processes.spawn(sys.executable, "-m", module, *words, "--port", str(port), stdout=subprocess.PIPE)
    assert child.stdout
    address = child.stdout.readline().decode().strip()
    if not address:
        raise Misconfigured(f"The stand-in {module} did not start; its reason stands above.")
    routes |= {f"https://{host}": address for host in hosts}
    os.environ[_ROUTES] = ",".join(f"{origin}={there}" for origin, there in routes.items())
    networks = os.environ.get(_NETWORKS, "")
    if _LOOPBACK not in networks:
        os.environ[_NETWORKS] = ",".join(filter(None, [networks, _LOOPBACK]))
    return child
