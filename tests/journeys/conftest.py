"""Journeys: the real server, the system's Chromium, one process of their own (a browser blocks ORM tests)."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tongban.site.home import data_home

CLOSED_NETWORK = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; `playwright install` is never called."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CLOSED_NETWORK)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def city() -> Iterator[str]:
    """The address of a real server over a data folder of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = data_home() / f"journeys-{os.getpid()}"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TONGBAN_")}
    command = [sys.executable, "-m", "tongban.site.cli", "serve", "--port", str(port)]
    environment["TONGBAN_DATA"] = str(home)
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            assert server.stdout.readline().startswith("READY")
            yield f"http://localhost:{port}"
        finally:
            server.terminate()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def axe_source() -> str:
    return (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text("utf-8")
