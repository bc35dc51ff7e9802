"""A call of an interface as curl and as Python, made from its address and a question; and the question of a sample."""

import inspect
import json
import shlex
from dataclasses import dataclass

from django.conf import settings

from tongban.exchange.api import CASES, Call, Described, address_of
from tongban.portals.developer import signing

#: Items that a sample asks for.
SAMPLE_ITEMS = 3
TOKEN, KEY_FILE = "您的令牌", "sandbox.pem"


@dataclass(frozen=True)
class Sender:
    """Who calls in a sample: the client, the key's id; without a key of one's own what stands for them."""

    client: str = "GOV/sandbox/您的系统"
    key: str = "您的密钥编号"


def sample_call(described: Described) -> Call:
    """A question that the sandbox answers: about the first invented row, for the first case."""
    row = described.rows[0]
    wanted = [code for code in described.granted if code != described.key][:SAMPLE_ITEMS] or list(
        described.granted[:1]
    )
    verifying = described.mode == "verify"
    return Call(
        resource=described.resource.code,
        provider=described.resource.agency,
        keys={described.key: str(row[described.key])},
        items=() if verifying else tuple(wanted),
        claims={code: str(row[code]) for code in wanted} if verifying else {},
        case_number=CASES[0].number,
    )


def body_of(call: Call) -> dict[str, object]:
    """The JSON body of a question."""
    said: dict[str, object] = {"keys": dict(call.keys)}
    if call.items:
        said["items"] = list(call.items)
    if call.claims:
        said["claims"] = dict(call.claims)
    return said


def as_curl(call: Call, sender: Sender, *, origin: str) -> str:
    """The question as a command of curl, with a token."""
    url = origin + address_of(settings.TONGBAN_SANDBOX, call.provider, call.resource)
    body = json.dumps(body_of(call), ensure_ascii=False)
    lines = [
        f"curl -sS {shlex.quote(url)}",
        f"-H {shlex.quote(f'Authorization: Bearer {TOKEN}')}",
        f"-H {shlex.quote(f'X-Road-Client: {settings.TONGBAN_SANDBOX}/{sender.client}')}",
        '-H "X-Road-Id: $(date +%s%N)"',
        *([f"-H {shlex.quote(f'X-Road-Issue: {call.case_number}')}"] if call.case_number else []),
        "-H 'Content-Type: application/json'",
        f"--data {shlex.quote(body)}",
    ]
    return " \\\n  ".join(lines)


def as_python(call: Call, sender: Sender, *, origin: str) -> str:
    """The question as a program of Python that signs, with the key of a file."""
    source = inspect.getsource(signing).partition('"""\n\n')[2]
    path = address_of(settings.TONGBAN_SANDBOX, call.provider, call.resource)
    host = origin.partition("://")[2]
    headers = {"x-road-client": f"{settings.TONGBAN_SANDBOX}/{sender.client}"}
    if call.case_number:
        headers["x-road-issue"] = call.case_number
    return "\n".join(
        [
            "import json",
            "import urllib.error",
            "import urllib.request",
            "from pathlib import Path",
            "",
            source.rstrip(),
            "",
            "",
            "from cryptography.hazmat.primitives.serialization import load_pem_private_key",
            "",
            f'key = load_pem_private_key(Path("{KEY_FILE}").read_bytes(), None)',
            f"path = {path!r}",
            f"body = json.dumps({body_of(call)!r}).encode()",
            f"headers = {{**{headers!r}, 'x-road-id': secrets.token_hex(8)}}",
            f"headers = signed(key, {sender.key!r}, host={host!r}, path=path, body=body, headers=headers)",
            "headers['content-type'] = 'application/json'",
            f"request = urllib.request.Request({origin!r} + path, body, headers, method='POST')",
            "try:",
            "    with urllib.request.urlopen(request) as answer:",
            "        print(answer.read().decode())",
            "except urllib.error.HTTPError as refused:",
            "    print(refused.headers['X-Road-Error'], refused.read().decode())",
            "",
        ]
    )


def pretty(body: bytes) -> str:
    """A JSON answer to read."""
    return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
