"""A developer gets a key, copies the sample and is answered; a data officer registers a system, and stops it."""

import json
import re
import secrets
import shlex
import subprocess
import sys
import urllib.error
import urllib.request
from itertools import pairwise
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.exchange.calling import HOST, Message, Signer
from tests.journeys.conftest import Arrive

INTERFACE = "/developer/interfaces/real-estate/"


def call(address: str, message: Message) -> int:
    """The status of a signed message over HTTP."""
    asked = urllib.request.Request(f"{address}{message.path}", headers={**message.headers, "Host": HOST})
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code if refused.headers["X-Road-Error"] else 0


def test_a_developer_gets_a_key_copies_the_sample_and_is_answered(
    arrive: Arrive, address: str, tmp_path: Path
) -> None:
    visitor = arrive()
    visitor.open("/")
    visitor.page.get_by_role("link", name="开发者").click()
    visitor.look()
    visitor.open("/developer/guide/")
    visitor.look()
    visitor.open("/developer/sandbox/")
    visitor.page.get_by_label("密钥对").check()
    visitor.press("领一把")
    (tmp_path / "sandbox.pem").write_text(visitor.page.locator("#private-key").inner_text())
    visitor.open(INTERFACE)
    visitor.look()
    program = visitor.page.locator("#python").inner_text()
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    )
    shown = json.loads(visitor.page.locator("#answer").inner_text())
    assert json.loads(done.stdout)["items"] == shown["items"]
    visitor.open("/developer/sandbox/")
    visitor.look()
    assert "fetched" in visitor.words()


def test_without_scripts_a_token_and_the_command_are_enough(arrive: Arrive, address: str) -> None:
    visitor = arrive(without_scripts=True)
    visitor.open("/developer/sandbox/")
    visitor.press("领一把")
    token = visitor.page.locator("#token").inner_text()
    visitor.open(INTERFACE)
    command = visitor.page.locator("#curl").inner_text().replace("您的令牌", token)
    words = shlex.split(command.replace("\\\n", " "))
    headers = dict(word.split(": ", 1) for flag, word in pairwise(words) if flag == "-H")
    headers["X-Road-Id"] = secrets.token_hex(4)
    asked = urllib.request.Request(words[2], words[words.index("--data") + 1].encode(), headers)
    with urllib.request.urlopen(asked, timeout=20) as answer:
        assert json.load(answer)["outcome"] == "fetched"
    visitor.press("调用沙箱")
    assert "HTTP 200" in visitor.words()
    assert '"outcome": "fetched"' in visitor.words()


def test_a_data_officer_registers_a_system_gives_it_a_key_and_stops_it(arrive: Arrive, address: str) -> None:
    signer = Signer(f"journey-{secrets.token_hex(4)}")
    pem = signer.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    system = f"inspection-{secrets.token_hex(3)}"
    visitor = arrive()
    visitor.open("/bureau/callers/")
    visitor.sign_in_as("阮岑")
    visitor.look()
    visitor.press("登记一个系统")
    visitor.answer({"system": system, "title": "消防检查系统"})
    visitor.page.locator('select[name="agency"]').select_option("lanchuan.fire")
    visitor.press("登记")
    visitor.page.locator("summary", has_text="登记公钥").click()
    visitor.answer({"add-key-public": pem, "add-key-key": signer.id})
    visitor.press("登记公钥")
    assert re.search(f"{signer.id}.*有效", visitor.words(), re.DOTALL)

    def ask() -> int:
        headers = {"x-road-client": f"LC/GOV/lanchuan.fire/{system}", "x-road-id": secrets.token_hex(4)}
        return call(
            address, signer.sign(Message("/r1/LC/GOV/lanchuan.land/data/allowedMethods", headers=headers))
        )

    assert ask() == 200
    visitor.page.locator("summary", has_text="停用这个系统").click()
    visitor.answer({"stop-reason": "系统在换机房"})
    visitor.press("停用")
    assert "已停用" in visitor.words()
    assert ask() == 401
