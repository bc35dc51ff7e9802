"""`check --deploy`: each thing that must not reach real people is one sentence; nothing else is."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.city import own_city
from tests.ledger.signing import Cosigner
from tongban.identity.models import Account, Officer, Person
from tongban.site.deployment import findings

pytestmark = pytest.mark.django_db


WITNESS = f"witness audit {Cosigner('audit.example').verifier} https://audit.example"


@pytest.fixture
def fit(settings: Settings, own_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings and files of a real deployment; only the database is the demonstration's."""
    keys = own_home / "keys"
    keys.mkdir(mode=0o700)
    (keys / "one.key").touch(mode=0o600)
    settings.SECRET_KEY = "x7Kq2mVb9wRt4yUz8pLs3dFg6hJk1nQc5vXa0eTi"
    settings.TONGBAN_CUSTODY = "city.hsm.Custody"
    settings.TONGBAN_NAME = "gov.real.example"
    settings.TONGBAN_ORIGIN = "https://gov.real.example"
    settings.ALLOWED_HOSTS = ["gov.real.example"]
    settings.TONGBAN_BACKUP = str(tmp_path_factory.mktemp("backup"))
    settings.TONGBAN_WITNESSES = f"{WITNESS}\ngroup outside any audit\nquorum outside"
    return settings


def other_than_content() -> list[str]:
    return [one for one in findings() if "demonstration" not in one]


def test_the_demonstrations_people_and_packs_are_found(fit: Settings) -> None:
    packs, people = findings()
    assert packs.startswith("These active packs are demonstrations: lanchuan.")
    counted = (Person.objects.count(), Account.objects.count())
    assert people.startswith(f"{counted[0]} invented people and {counted[1]} accounts with")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DEBUG", True, "TONGBAN_DEBUG is on"),
        ("TONGBAN_ORIGIN", "http://gov.real.example", "in the clear"),
        ("ALLOWED_HOSTS", ["localhost"], "does not hold gov.real.example"),
        ("ALLOWED_HOSTS", ["gov.real.example", "*"], "answer to any name"),
        ("TONGBAN_NAME", "licences.real.example", "does not hold licences.real.example"),
        ("SECRET_KEY", "tests only", "TONGBAN_SECRET_KEY is guessable"),
        ("SECRET_KEY", "a" * 50, "TONGBAN_SECRET_KEY is guessable"),
        ("TONGBAN_SEARCHES_A_MINUTE", 0, "searches have no limit"),
        ("TONGBAN_WITNESSES", "", "without a witness that somebody else runs"),
        ("TONGBAN_WITNESSES", f"{WITNESS}\nquorum audit", "without a witness that somebody else runs"),
        ("TONGBAN_WITNESSES", f"{WITNESS}\nquorum two", "cannot be used: Line 2"),
        ("TONGBAN_CUSTODY", "tongban.keys.filestore.FileCustody", "Private keys are files of this machine"),
        ("TONGBAN_BACKUP", "", "names no folder for backups"),
        ("TONGBAN_BACKUP", "/nowhere/at/all", "no folder this account can write to"),
    ],
)
def test_a_setting_that_is_not_fit_is_one_sentence(
    fit: Settings, name: str, value: object, words: str
) -> None:
    assert other_than_content() == []
    setattr(fit, name, value)
    (sentence,) = other_than_content()
    assert words in sentence


def test_the_demonstrations_name_is_found(fit: Settings) -> None:
    fit.TONGBAN_NAME = "lanchuan.tongban.example"
    assert "TONGBAN_NAME is still lanchuan.tongban.example" in next(findings())


def test_a_backup_inside_what_it_saves_is_none(fit: Settings, own_home: Path) -> None:
    (own_home / "copies").mkdir()
    fit.TONGBAN_BACKUP = str(own_home / "copies")
    (sentence,) = other_than_content()
    assert "inside the data folder" in sentence


def test_a_key_that_others_may_read_is_named(fit: Settings, own_home: Path) -> None:
    (own_home / "keys" / "one.key").chmod(0o640)
    (sentence,) = other_than_content()
    assert sentence.endswith("one.key can be read by others. Set its mode to 0600.")


@pytest.mark.parametrize(
    ("roles", "words"),
    [
        (["operator", "security-officer", "auditor"], "系统管理员、安全管理员、审计员"),
        (["auditor", "operator"], "系统管理员、审计员"),
        (["security-officer", "auditor", "examiner"], "安全管理员、审计员"),
    ],
)
def test_an_officer_with_two_of_the_three_offices_is_named(
    fit: Settings, roles: list[str], words: str
) -> None:
    Officer.objects.filter(pk="LC-ZX-001").update(roles=roles)
    (sentence,) = other_than_content()
    assert sentence.startswith(f"Officer LC-ZX-001 is {words} at once")


def test_one_of_the_three_beside_other_roles_is_no_matter(fit: Settings) -> None:
    Officer.objects.filter(pk="LC-ZX-001").update(roles=["auditor", "examiner", "approver"])
    assert other_than_content() == []


def test_the_command_fails_with_a_line_each_and_passes_when_all_is_well(tmp_path: Path) -> None:
    with own_city("deploy") as city:
        city.run("migrate")
        refused = city.run("check", "--deploy")
        assert refused.returncode == 1
        lines = refused.stderr.splitlines()
        assert all(line.startswith("tongban: ") for line in lines)
        assert [line.split()[1] for line in lines] == [
            "TONGBAN_NAME",
            "TONGBAN_ORIGIN",
            "Private",
            "TONGBAN_WITNESSES",
            "TONGBAN_BACKUP",
        ]
        passed = city.run(
            "check",
            "--deploy",
            TONGBAN_CUSTODY="city.hsm.Custody",
            TONGBAN_NAME="gov.real.example",
            TONGBAN_ORIGIN="https://gov.real.example",
            TONGBAN_HOSTS="gov.real.example",
            TONGBAN_BACKUP=str(tmp_path),
            TONGBAN_WITNESSES=f"{WITNESS}\ngroup outside any audit\nquorum outside",
        )
        assert (passed.returncode, passed.stderr) == (0, "")
