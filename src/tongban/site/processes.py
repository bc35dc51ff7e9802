"""Child processes: web server and worker. None outlives the command that started it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tongban.kernel.errors import Misconfigured
from tongban.site.postgres import dying_with_parent

WEB_PROCESSES = int(os.environ.get("TONGBAN_WEB_PROCESSES", "1"))
WEB_THREADS = int(os.environ.get("TONGBAN_WEB_THREADS", "16"))
FIRST_PAGE_TIMEOUT_S = 30.0


def spawn(*words: str, stdout: int | None = None) -> "subprocess.Popen[bytes]":
    """Start `words` as a child that ends with us; from the main thread, since the signal follows the thread."""
    return subprocess.Popen(  # noqa: S603 - our own programs
        list(words),
        stdout=stdout,
        preexec_fn=dying_with_parent(signal.SIGTERM),  # noqa: PLW1509 - prctl only
    )


def spawn_tongban(*words: str, stdout: int | None = None) -> "subprocess.Popen[bytes]":
    """Start another command of this program."""
    return spawn(sys.executable, "-m", "tongban.site.cli", *words, stdout=stdout)


def run_tongban(*words: str, stdout: int | None = None) -> None:
    """Run another command of this program and wait for it.

    Raises:
        Misconfigured: it failed; its own sentence stands above on the terminal.
    """
    if spawn_tongban(*words, stdout=stdout).wait() != 0:
        raise Misconfigured(f"The step `tongban {' '.join(words)}` failed; its reason stands above.")


def check_port_is_free(port: int) -> None:
    """Refuse a busy port: the web server would share it without a word (SO_REUSEPORT).

    Raises:
        Misconfigured: something listens there already.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Misconfigured(
                f"Port {port} is in use by another program. Stop that program or choose another port: --port {port + 1}."
            ) from None


def spawn_web(port: int, host: str) -> "subprocess.Popen[bytes]":
    """Start the web server."""
    return spawn(
        str(Path(sys.executable).with_name("granian")),
        *("--interface", "wsgi", "--host", host, "--port", str(port)),
        *(
            "--workers",
            str(WEB_PROCESSES),
            "--blocking-threads",
            str(WEB_THREADS),
            "--no-ws",
            "--http",
            "1",
            "--log-level",
            "error",  # it warns of every web process that has more threads than cores
        ),
        "tongban.site.wsgi:application",
    )


def wait_for_first_page(port: int, web: "subprocess.Popen[bytes]") -> None:
    """Wait until the front page answers.

    Raises:
        Misconfigured: the web server ended or did not answer in time.
    """
    deadline = time.monotonic() + FIRST_PAGE_TIMEOUT_S
    while time.monotonic() < deadline and web.poll() is None:
        try:
            urllib.request.urlopen(f"http://localhost:{port}/", timeout=5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise Misconfigured("The web server does not answer; its last words stand above on the terminal.")


def stop(child: "subprocess.Popen[bytes]") -> None:
    """Ask a child to end, then make it."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
