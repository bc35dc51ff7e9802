"""The demonstration's stand-in for the certificate library above us; not started where the operator named a real one."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from tongban.kernel.errors import Misconfigured
from tongban.site import processes

#: The library of the demonstration's packs.
_LIBRARY = "yunling-certificates"
_LOOPBACK = "127.0.0.1/32"


def spawn_above(home: Path, *, port: int = 0) -> "subprocess.Popen[bytes] | None":
    """Start it and name it to this process and its children; None where the operator named libraries.

    Raises:
        Misconfigured: it did not come up; its own words stand on the terminal.
    """
    if os.environ.get("TONGBAN_UPPER_LIBRARIES") and not port:
        return None
    issued = Path(__file__).resolve().parents[1] / "demo" / "assets" / "above.json"
    words = ["--data", str(issued), "--keep", str(home / "above" / "kept.json"), "--port", str(port)]
    child = processes.spawn(sys.executable, "-m", "tongban.demo.above", *words, stdout=subprocess.PIPE)
    assert child.stdout
    address = child.stdout.readline().decode().strip()
    if not address:
        raise Misconfigured("The stand-in for the library above did not start; its reason stands above.")
    os.environ["TONGBAN_UPPER_LIBRARIES"] = f"{_LIBRARY}={address}"
    networks = os.environ.get("TONGBAN_UPSTREAM_NETWORKS", "")
    if _LOOPBACK not in networks:
        os.environ["TONGBAN_UPSTREAM_NETWORKS"] = ",".join(filter(None, [networks, _LOOPBACK]))
    return child


def port_of_above() -> int:
    """The port that the running one was started on."""
    return urlsplit(os.environ["TONGBAN_UPPER_LIBRARIES"].partition("=")[2]).port or 0
