"""From a request to a call that is answered under its grant, and refused from the moment the owner stops it."""

import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote, urlsplit

from tests.city import City, until
from tests.exchange import calling
from tests.exchange.calling import Message, Signer
from tests.exchange.sharing import PAPER
from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor

CLIENT, CASE = "GOV/lanchuan.approval/licensing", "9901990077"
PLACE = "云(2016)澜川市不动产权第0001237号"
#: The system is registered, has a key and a case: the work of others.
PREPARE = """
from tongban.exchange.api import add_key, ensure_gateway_key, register_subsystem, write_case_ref
from tongban.identity.api import find_actor
officer, linxia = find_actor("data-officer"), find_actor("linxia")
ensure_gateway_key()
register_subsystem(code={client!r}, title="许可审批系统", by=officer)
add_key(subsystem={client!r}, key={key!r}, suite="ES256", public=bytes.fromhex({public!r}), valid_to=None, by=officer)
write_case_ref(number={case!r}, kinds=["food-permit"], subjects=[linxia.person], state="open")
"""


def call(address: str, key: Signer) -> tuple[int, dict[str, Any]]:
    """A signed question of the system, over HTTP."""
    calling.HOST = urlsplit(address).netloc
    message = Message(
        "/r1/LC/GOV/lanchuan.land/data/real-estate",
        query=f"certificate_no={quote(PLACE)}&items=area",
        headers={"x-road-client": f"LC/{CLIENT}", "x-road-id": key.id, "x-road-issue": CASE},
    )
    asked = key.sign(message)
    request = urllib.request.Request(f"{address}{asked.path}?{asked.query}", headers=asked.headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def attach(visitor: Visitor, name: str) -> None:
    file = {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": PAPER}
    visitor.page.locator(f"[name={name}]").set_input_files(file)  # type: ignore[arg-type]


def test_a_request_becomes_a_grant_that_answers_calls_until_it_is_stopped(
    city: City, address: str, arrive: Arrive
) -> None:
    key = Signer("licensing-1")
    script = PREPARE.format(client=CLIENT, key=key.id, public=key.public.hex(), case=CASE)
    done = city.run("django", "shell", "-c", script)
    assert done.returncode == 0, done.stderr
    assert call(address, key)[0] == 403

    asker = arrive()
    asker.sign_in_as("尹素")
    asker.open("/catalogue/real-estate/")
    asker.press("以本部门名义申请")
    for name, value in (
        ("items", "use"),
        ("items", "area"),
        ("case_kinds", "food-permit"),
        ("bases", "food-licensing"),
    ):
        asker.page.locator(f'[name="{name}"][value="{value}"]').check()
    asker.page.locator("[name=subsystem]").select_option(CLIENT)
    asker.answer({"purpose": "核对经营场所面积", "valid_to": "2028-12-31", "approved_by": "常牧"})
    asker.press("提交申请")
    assert "请上传部门负责人批准" in asker.words()
    assert [one for one in asker.complaints if "422" not in one] == []
    asker.complaints.clear()
    attach(asker, "approval")
    attach(asker, "agreement")
    asker.press("提交申请")
    place = asker.path
    assert "等待答复" in asker.words()
    assert call(address, key)[0] == 403

    owner = arrive()
    owner.sign_in_as("樊舟")
    owner.open("/bureau/requests/inbox/")
    owner.look()
    owner.open(place)
    owner.look()
    owner.press("按目录的条件全部同意")
    status, said = call(address, key)
    assert (status, said["items"]) == (200, {"area": "96.00"})

    asker.open("/bureau/messages/")
    until(
        lambda: asker.open("/bureau/messages/") and "答复共享申请" in asker.words(), what="the asker is told"
    )
    asker.look()
    asker.open("/bureau/grants/")
    asker.look()

    owner.open(place)
    owner.press("看授权")
    owner.page.locator("[name=reason]").fill("抽查发现超出用途使用")
    owner.press("停用")
    assert "已停用或者交还" in owner.words()
    assert call(address, key)[0] == 403
    for page in ("/bureau/digest/", "/bureau/disputes/", "/bureau/grants/given/"):
        owner.open(page)
        owner.look()
