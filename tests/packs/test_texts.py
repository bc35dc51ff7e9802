"""Texts of packs in English: what has to have one, what is checked, what activation changes."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import Speaking
from tongban.certificates.models import CertificateType
from tongban.identity.models import Agency
from tongban.packs.api import activate_packs, check_packs, translated_texts
from tongban.services.api import get_guide, list_bundles
from tongban.services.models import Item
from tongban.site.home import checkout

FILE = "lanchuan/texts-en.yaml"


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    shutil.copytree(checkout() / "packs", tmp_path / "packs")
    return tmp_path / "packs"


def add(packs: Path, line: str) -> None:
    file = packs / FILE
    file.write_text(f"{file.read_text('utf-8')}  {line}\n", "utf-8")


@pytest.mark.django_db
def test_a_reader_of_english_can_find_what_there_is() -> None:
    known = translated_texts("en")
    guide = get_guide("open-restaurant")
    wanted = {hit.title for hit in list_bundles()} | {hit.summary for hit in list_bundles()}
    wanted |= {text for item in guide.items for text in (item.title, item.summary)}
    wanted |= {one.material.title for one in guide.materials}
    wanted |= {question.title for page in guide.pages for question in page.questions}
    wanted |= {text for agency in Agency.objects.all() for text in (agency.name, agency.short_name)}
    wanted |= set(CertificateType.objects.values_list("title", flat=True))
    wanted |= {row.title for row in Item.objects.all()}
    wanted |= {topic for row in Item.objects.all() if (topic := row.terms.get("topic"))}
    assert not wanted - set(known)


def test_an_english_text_of_what_no_pack_says_is_listed(packs: Path) -> None:
    add(packs, "没有人这样说: Nobody says so")
    found = [
        one
        for one in check_packs(["base", "lanchuan"], folder=packs).findings
        if one.level == "warning" and one.file == FILE
    ]
    assert [(one.file, "没有人这样说" in one.sentence) for one in found] == [(FILE, True)]
    assert found[0].line > 1


def test_a_text_without_words_is_a_mistake(packs: Path) -> None:
    add(packs, '结婚登记二: ""')
    assert check_packs(["base", "lanchuan"], folder=packs).errors


@pytest.mark.django_db
def test_pages_say_the_new_words_as_soon_as_a_pack_is_activated(packs: Path, speaking_as: Speaking) -> None:
    assert translated_texts("en")["婚姻"] == "Marriage"
    file = packs / FILE
    file.write_text(file.read_text("utf-8").replace("婚姻: Marriage", "婚姻: Wedlock"), "utf-8")
    with speaking_as("owner"):
        activate_packs(["base", "lanchuan"], folder=packs)
    assert translated_texts("en")["婚姻"] == "Wedlock"
