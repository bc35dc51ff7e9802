"""`tongban verify` with a kept status list: what it says no longer holds is refused, without network or database."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.certificates.test_sdjwt import ISSUER, KEYS, sign
from tongban.certificates.sdjwt import make_sd_jwt
from tongban.certificates.statuslist import CHUNK_BYTES, block_of, flipped, joined, make_status_list
from tongban.kernel import clock
from tongban.site.checking import FAILS, HOLDS, verify_files

URI = "https://lanchuan.example/status-lists/1"
CLAIMS = {
    "iss": ISSUER,
    "vct": "v",
    "title": "食品经营许可证",
    "status": {"status_list": {"idx": 5, "uri": URI}},
}


def checked(folder: Path, status: int, *, age: timedelta = timedelta(0), revoked: bool = False) -> int:
    row: dict[str, object] = {"iss": ISSUER, "kid": "issuer.approval", "jwk": KEYS[ISSUER, "issuer.approval"]}
    row |= {"revoked": "2026-01-01T00:00:00Z"} if revoked else {}
    (folder / "issuers.json").write_text(json.dumps({"issuers": [row]}))
    text = make_sd_jwt(CLAIMS, {"number": "JY1"}, key_id="issuer.approval", sign=sign)
    issued = clock.real_now() - age
    listed = make_status_list(
        joined([block_of(flipped(bytes(CHUNK_BYTES), 5, status))]), uri=URI, issuer=ISSUER, issued=issued,
        expires=issued + timedelta(hours=24), ttl=timedelta(minutes=15), key_id="issuer.approval", sign=sign,
    )  # fmt: skip
    (folder / "permit.sd-jwt").write_text(text)
    (folder / "approval.statuslist").write_text(listed)
    names = [str(folder / name) for name in ("permit.sd-jwt", "approval.statuslist")]
    return verify_files(names, folder, max_age=timedelta(hours=1))


def test_a_valid_one_says_as_of_when(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert checked(tmp_path, 0) == HOLDS
    assert "valid in its status list of" in capsys.readouterr().out


@pytest.mark.parametrize(("status", "word"), [(1, "已失效"), (2, "已暂扣"), (3, "已换发或者转出")])
def test_one_that_its_list_says_does_not_hold_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], status: int, word: str
) -> None:
    assert checked(tmp_path, status) == FAILS
    assert word in capsys.readouterr().err


def test_a_stale_list_and_one_of_a_revoked_key_are_not_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checked(tmp_path, 0, age=timedelta(hours=2)) == FAILS
    assert "太旧了" in capsys.readouterr().err
    assert checked(tmp_path, 0, revoked=True) == FAILS
    assert "已吊销" in capsys.readouterr().err
