"""The demonstration's own witness: it shows how one works. It is ours, so it is no outside one, and pages say so."""

import re
import subprocess
from pathlib import Path

from django.conf import settings

from tongban.kernel.errors import Misconfigured
from tongban.kernel.files import write_durably
from tongban.ledger.api import read_policy, trust_policy
from tongban.site import processes

_MARK = "# Written by the demonstration at each start: its own witness, run by nobody outside."


def spawn_witness(home: Path, *, port: int = 0) -> "subprocess.Popen[bytes] | None":
    """Start the demonstration's witness and name it to the worker; None where the operator named witnesses.

    Raises:
        Misconfigured: it did not come up; its own sentence stands on the terminal.
    """
    lines = home / "witnesses.txt"
    if settings.TONGBAN_WITNESSES or (lines.exists() and not lines.read_text("utf-8").startswith(_MARK)):
        return None
    logs = [str(key) for key in read_policy(trust_policy()).logs.values()]
    name = f"{settings.TONGBAN_NAME}/witness/demonstration"
    words = ["witness", "--home", str(home / "witness"), "--port", str(port), "--name", name]
    child = processes.spawn_tongban(*words, "--log", *logs, stdout=subprocess.PIPE)
    vkey, address = _said(child)
    text = f"{_MARK}\nwitness demonstration {vkey} {address}\nquorum demonstration\n"
    write_durably(lines, text.encode())
    return child


def port_of(home: Path) -> int:
    """The port that the running witness was started on."""
    match = re.search(r":([0-9]+)$", (home / "witnesses.txt").read_text("utf-8"), re.MULTILINE)
    return int(match[1]) if match else 0


def _said(child: "subprocess.Popen[bytes]") -> tuple[str, str]:
    assert child.stdout
    vkey = child.stdout.readline().decode().removeprefix("VKEY ").strip()
    address = child.stdout.readline().decode().removeprefix("READY ").strip()
    if not address:
        child.wait()
        raise Misconfigured("The demonstration's witness did not start; its reason stands above.")
    return vkey, address
