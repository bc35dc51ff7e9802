"""What a pack may say of supervision: kinds that exist, limits that end, fields that entries have."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings

from tongban.packs.api import check_packs


def complaints(tmp_path: Path, old: str, new: str) -> list[str]:
    for name in ("base", "lanchuan"):
        shutil.copytree(settings.PACKS / name, tmp_path / name)
    file = tmp_path / "base" / "supervision.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    return [str(one) for one in check_packs(["base", "lanchuan"], folder=tmp_path).errors]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("[breach.reported.v1]", "[breach.imagined.v1]", "no module journals breach.imagined.v1"),
        ("field: content.matter", "field: weather", "no entry has the field 'weather'"),
        ("ends: [correction.answered.v1]", "ends: []", "a limit has acts that end it"),
        ("code: same-second", "code: evil-eye", "there is no detector 'evil-eye'"),
        ("card.explained.v1: words", "card.imagined.v1: words", "no module journals card.imagined.v1"),
    ],
)
def test_a_rule_that_can_see_nothing_is_refused_with_its_place(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    found = complaints(tmp_path, old, new)
    assert any("base/supervision.yaml:" in one and sentence in one for one in found), found
