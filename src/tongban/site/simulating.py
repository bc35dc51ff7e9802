"""The demonstration's stand-ins for systems outside; none is started in the place of a real one that the operator named."""

import os
import secrets
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from tongban.demo.outside import FRONT, SECRET
from tongban.kernel.errors import Misconfigured
from tongban.site import processes
from tongban.site.postgres import PrivatePostgres

#: The library of the demonstration's packs.
_LIBRARY = "yunling-certificates"
#: The systems of the demonstration's packs.
_SYSTEMS = ("hub.yunling.example", "school.yunling.example", "data.wuting.example")
_LOOPBACK = "127.0.0.1/32"


def spawn_above(home: Path, *, port: int = 0) -> "subprocess.Popen[bytes] | None":
    """Start the library above and name it to this process and its children; None where the operator named libraries.

    Raises:
        Misconfigured: it did not come up; its own words stand on the terminal.
    """
    if os.environ.get("TONGBAN_UPPER_LIBRARIES") and not port:
        return None
    issued = Path(__file__).resolve().parents[1] / "demo" / "assets" / "above.json"
    words = ["--data", str(issued), "--keep", str(home / "above" / "kept.json"), "--port", str(port)]
    child, address = _spawn("tongban.demo.above", *words)
    os.environ["TONGBAN_UPPER_LIBRARIES"] = f"{_LIBRARY}={address}"
    return child


def port_of_above() -> int:
    """The port that the running one was started on."""
    return urlsplit(os.environ["TONGBAN_UPPER_LIBRARIES"].partition("=")[2]).port or 0


def spawn_outside(
    home: Path, server: PrivatePostgres | None, *, port: int = 0
) -> "subprocess.Popen[bytes] | None":
    """Start the province's and the neighbour's systems and name the way to them; None where the operator named routes.

    Their front-end machine is a database beside ours; where the operator named a database of his own, there is none.

    Raises:
        Misconfigured: they did not come up; their own words stand on the terminal.
    """
    if os.environ.get("TONGBAN_UPSTREAM_ROUTES") and not port:
        return None
    os.environ.setdefault(SECRET, secrets.token_urlsafe(24))
    words = ["--drops", str(home / "drops"), "--port", str(port)]
    if server:
        server.create_database("yunling_front")
        os.environ[FRONT] = server.address(database="yunling_front")
        words.append("--front")
    child, address = _spawn("tongban.demo.outside", *words)
    os.environ["TONGBAN_UPSTREAM_ROUTES"] = ",".join(f"https://{host}={address}" for host in _SYSTEMS)
    return child


def port_of_outside() -> int:
    """The port that the running ones were started on."""
    return urlsplit(os.environ["TONGBAN_UPSTREAM_ROUTES"].rpartition("=")[2]).port or 0


def _spawn(module: str, *words: str) -> "tuple[subprocess.Popen[bytes], str]":
    """A stand-in and its address; loopback becomes a network that questions may go to."""
    child = processes.spawn(sys.executable, "-m", module, *words, stdout=subprocess.PIPE)
    assert child.stdout
    address = child.stdout.readline().decode().strip()
    if not address:
        raise Misconfigured(f"The stand-in {module} did not start; its reason stands above.")
    networks = os.environ.get("TONGBAN_UPSTREAM_NETWORKS", "")
    if _LOOPBACK not in networks:
        os.environ["TONGBAN_UPSTREAM_NETWORKS"] = ",".join(filter(None, [networks, _LOOPBACK]))
    return child, address
