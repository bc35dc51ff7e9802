"""What docs/calling.md tells an agency's developer to send is answered."""

import json
import re
from typing import Any

import pytest

from tests.exchange.calling import HOST, Message, Signer, send
from tests.portals.gateway.test_xroad import CASE, CLIENT, PATH, PLACE, city, key, officer  # noqa: F401 - fixtures
from tongban.site.home import checkout


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
def test_the_example_of_the_documentation_is_answered(key: Signer) -> None:  # noqa: F811 - the fixture
    code = re.findall(
        r"```python\n(.*?)```", (checkout() / "docs" / "calling.md").read_text("utf-8"), re.DOTALL
    )
    made: dict[str, Any] = {}
    exec(code[0], made)  # noqa: S102 - our own page
    body = json.dumps({"keys": {"certificate_no": PLACE}, "items": ["area"]}).encode()
    headers = {"x-road-client": f"LC/{CLIENT}", "x-road-id": "1", "x-road-issue": CASE}
    headers = made["signed"](key.key, key.id, "POST", HOST, PATH, "", body, headers)
    headers["content-type"] = "application/json"
    answer = send(Message(PATH, "POST", "", body, headers))
    assert answer.status == 200, answer.body
    assert json.loads(answer.body)["outcome"] == "fetched"
