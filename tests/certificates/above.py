"""The library above us as a program of its own, over HTTP, with its faults."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tongban.certificates.mirroring.models import UpperLibrary
from tongban.exchange.upstream import gate
from tongban.exchange.upstream.models import UpstreamState
from tongban.site.home import checkout

LIBRARY = "yunling-certificates"
DIPLOMA, RECORD = "YL202601000001", "YL202601000101"
ISSUED = checkout() / "src/tongban/demo/assets/above.json"


class Above:
    """The running program."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder, self._settings = folder, settings
        self.address = ""
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        words = ["--data", str(ISSUED), "--keep", str(self.folder / "above.json"), "--faults"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tongban.demo.above", *words], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        self.address = self.process.stdout.readline().strip()
        self._settings.TONGBAN_UPSTREAM_ROUTES = self.route

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait()
            assert self.process.stdout
            self.process.stdout.close()

    @property
    def route(self) -> str:
        return f"https://certificates.yunling.example={self.address}"

    def control(self, **said: Any) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self.address}/control", json.dumps(said).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            told: dict[str, Any] = json.load(answer)
        return told

    def faults(self, **faults: Any) -> None:
        self.control(faults=faults)

    def asked(self, verb: str) -> list[dict[str, Any]]:
        return [one for one in self.control()["asked"] if one["verb"] == verb]

    @property
    def uploaded(self) -> dict[str, dict[str, Any]]:
        held: dict[str, dict[str, Any]] = self.control()["uploaded"]
        return held


@pytest.fixture
def above(db: None, tmp_path: Path, settings: Settings) -> Iterator[Above]:
    settings.TONGBAN_UPSTREAM_NETWORKS = "127.0.0.1/32"
    library = UpperLibrary.objects.get(pk=LIBRARY)
    library.settings = {**library.settings, "connect_s": 0.5, "whole_s": 0.8}
    library.save()
    UpstreamState.objects.all().delete()
    one = Above(tmp_path, settings)
    one.start()
    yield one
    one.stop()
    gate._places.cache_clear()
