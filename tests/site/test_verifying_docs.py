"""The example of docs/verifying.md, run as it stands there."""

import re
import shlex
from pathlib import Path

import pytest

from tests.site.papers import Papers
from tongban.site.cli import main
from tongban.site.home import checkout


def test_the_example_prints_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    papers = Papers(tmp_path)
    papers.write("receipt.tlog-proof", papers.proof(7))
    papers.write("altered.tlog-proof", papers.proof(7).replace(b"index 7", b"index 6"))
    papers.write("food.sd-jwt", papers.certificate)
    papers.write("pack.zip", papers.pack())
    monkeypatch.chdir(tmp_path)
    text = (checkout() / "docs" / "verifying.md").read_text("utf-8")
    (example,) = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    for command in example.split("$ ")[1:]:
        words, *lines = command.splitlines()
        main(shlex.split(words.removeprefix("tongban ")))
        said = capsys.readouterr()
        printed = (said.out + said.err).splitlines()
        assert len(printed) == len(lines)
        for line, shown in zip(printed, lines, strict=True):
            assert re.fullmatch(re.escape(shown).replace("…", ".*"), line), line
