"""An auditor searches with a reason, sees no private part, and takes a pack along that holds without us."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable

import pytest
from django.test import Client

from tests.conftest import Speaking
from tests.portals.public.test_public_pages import text
from tests.portals.public.test_trust import logged  # noqa: F401 - every act of an application in the log
from tongban.journal.api import Actor, Sought, search_entries, timeline
from tongban.kernel.canonical import Json
from tongban.ledger.api import read_policy, search_journal, trust_policy, verify_proof

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_home")]
SignIn = Callable[[str], Client]
REASON = "核查一起投诉"


def searches() -> list[dict[str, Json]]:
    found = search_entries(Sought(actor="LC-SJ-005", kind="journal.searched.v1"))
    return [{"purpose": one.purpose, **one.content} for one in found]


def test_a_search_by_case_shows_every_act_and_no_private_word(sign_in: SignIn, logged: str) -> None:  # noqa: F811
    page = text(sign_in("auditor").get("/audit/", {"case": logged, "reason": REASON}))
    assert page.count('data-label="对象"') == len(
        timeline(case_numbers=[logged, *[f"{logged}-0{n}" for n in range(1, 6)]])
    )
    assert "提交申请" in page
    assert "林夏" not in page


def test_every_search_is_an_act_with_its_reason(sign_in: SignIn, logged: str) -> None:  # noqa: F811
    auditor = sign_in("auditor")
    auditor.get("/audit/", {"case": logged, "words": "开餐馆", "reason": REASON})
    (said,) = searches()
    assert said["purpose"] == REASON
    assert said["sought"] == {"case": logged, "words": "开餐馆"}


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"case": "1"}, "请写明为什么要查"),
        ({"reason": REASON}, "请至少填对象"),
        ({"reason": REASON, "words": "x", "since": "2026-01-01"}, "请至少填对象"),
        ({"reason": REASON, "case": "1", "since": "gestern"}, "请按 2026-12-03 的样子"),
    ],
)
def test_a_search_without_reason_or_bounds_is_refused_and_not_made(
    sign_in: SignIn, asked: dict[str, str], sentence: str
) -> None:
    answer = sign_in("auditor").get("/audit/", asked)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert searches() == []


def test_others_have_no_such_page(sign_in: SignIn, clerk: Actor) -> None:
    refused = sign_in("clerk1").get("/audit/")
    assert refused.status_code == 403
    assert "审计员" in text(refused)
    from tongban.kernel.errors import NotAllowed

    with pytest.raises(NotAllowed, match="审计员"):
        search_journal(Sought(case="1"), reason=REASON, by=clerk)


def test_an_officer_is_found_by_number_and_time(sign_in: SignIn, logged: str, clerk: Actor) -> None:  # noqa: F811
    from tongban.cases.api import get_application

    get_application(logged, by=clerk)
    auditor = sign_in("auditor")
    page = text(auditor.get("/audit/", {"actor": clerk.key, "reason": REASON}))
    assert "查看办件" in page
    page = text(
        auditor.get(
            "/audit/", {"actor": clerk.key, "since": "2001-01-01", "until": "2001-02-01", "reason": REASON}
        )
    )
    assert "没有找到这样的账目" in page


def test_pages_follow_by_key_and_statements_do_not_grow(
    logged: str,  # noqa: F811
    django_assert_max_num_queries: Callable,  # type: ignore[type-arg]
) -> None:
    with django_assert_max_num_queries(1):
        first = search_entries(Sought(case=logged), limit=5)
    with django_assert_max_num_queries(1):
        rest = search_entries(Sought(case=logged), before=first[-1].id, limit=500)
    assert not {one.id for one in first} & {one.id for one in rest}
    assert len(first) + len(rest) == len(search_entries(Sought(case=logged), limit=500))


def test_a_pack_holds_proofs_a_manifest_and_says_how_to_check(sign_in: SignIn, logged: str) -> None:  # noqa: F811
    answer = sign_in("auditor").post("/audit/pack/", {"case": logged, "reason": REASON})
    assert answer.headers["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    manifest = json.loads(archive.read("manifest.json"))
    assert manifest["v"] == 1
    assert {one["path"] for one in manifest["files"]} | {"manifest.json"} == set(archive.namelist())
    for one in manifest["files"]:
        data = archive.read(one["path"])
        assert (len(data), hashlib.sha256(data).hexdigest()) == (one["bytes"], one["sha256"])
    proofs = [name for name in archive.namelist() if name.startswith("proofs/")]
    assert len(proofs) == len(search_entries(Sought(case=logged), limit=500))
    policy = read_policy(trust_policy())
    for name in proofs:
        checked = verify_proof(archive.read(name), policy)
        assert all(part is None for part in checked.contents[1:])
    readme = archive.read("README.txt").decode()
    assert "tongban verify --trust" in readme
    assert "tongban/commitment/v1" in readme
    (packed,) = search_entries(Sought(actor="LC-SJ-005", kind="evidence.packed.v1"))
    assert (packed.purpose, packed.content["entries"]) == (REASON, len(proofs))


def test_the_readmes_recipe_leads_to_the_signed_root(sign_in: SignIn, logged: str) -> None:  # noqa: F811
    """What README.txt says, done by hand with nothing of ours but a JSON canonicaliser."""
    import base64

    import rfc8785

    answer = sign_in("auditor").post("/audit/pack/", {"case": logged, "reason": REASON})
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    name = next(one for one in archive.namelist() if one.startswith("proofs/"))
    head, _, note = archive.read(name).decode().partition("\n\n")
    lines = head.split("\n")
    said = json.loads(base64.b64decode(lines[1].removeprefix("extra ")))
    hashes = [
        one.get("hash") or hashlib.sha256(base64.b64decode(one["salt"]) + one["content"].encode()).hexdigest()
        for one in said["parts"]
    ]
    statement = rfc8785.dumps({"columns": said["columns"], "parts": hashes})
    committed = hashlib.sha256(b"tongban/commitment/v1\n" + statement).hexdigest()
    columns = said["columns"]
    leaf = rfc8785.dumps(
        {
            "v": 1,
            "t": columns["kind"],
            "org": columns["agency"],
            "d": columns["recorded_at"][:13],
            "c": committed,
        }
    )
    index, at = int(lines[2].removeprefix("index ")), hashlib.sha256(b"\0" + leaf).digest()
    size, last = int(note.split("\n")[1]), int(note.split("\n")[1]) - 1
    assert 0 <= index < size
    for line in lines[3:]:
        other = base64.b64decode(line)
        if index & 1 or index == last:
            at = hashlib.sha256(b"\1" + other + at).digest()
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            at = hashlib.sha256(b"\1" + at + other).digest()
        index, last = index >> 1, last >> 1
    assert base64.b64encode(at).decode() == note.split("\n")[2]


def test_a_pack_of_nothing_is_refused(sign_in: SignIn, logged: str) -> None:  # noqa: F811
    answer = sign_in("auditor").post("/audit/pack/", {"case": "99", "reason": REASON})
    assert answer.status_code == 422
    assert "没有找到可以装进证据包的账目" in text(answer)


def test_an_auditor_starts_at_the_search(sign_in: SignIn, speaking_as: Speaking) -> None:
    assert sign_in("auditor").get("/counter/").headers["Location"] == "/audit/"
