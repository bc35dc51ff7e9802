"""The logs over a real server: raw paths, a killed database, and a folder that a stranger copies."""

import http.client
import json
import re
import urllib.error
import urllib.request

from tests.city import free_port, own_city, read_until, until
from tongban.ledger.note import read_checkpoint
from tongban.ledger.tiles import check_tiles

HOSTILE = (
    "/ledger/public/tile/../staging/publishing",
    "/ledger/public/tile/%2e%2e/%2e%2e/keys/log.public.key",
    "/ledger/public/tile/..%2f..%2f..%2fkeys/log.public.key",
    "/ledger/public/tile/0/000%00",
    "/ledger/public/../../keys/log.public.key",
    "/ledger/public/tile//../checkpoint",
    "/ledger/%70ublic/tile/0/..",
)


def raw(port: int, path: str) -> tuple[int, bytes]:
    """The answer to a path exactly as it is written."""
    link = http.client.HTTPConnection("localhost", port, timeout=10)
    try:
        link.putrequest("GET", path, skip_host=False)
        link.endheaders()
        answer = link.getresponse()
        return answer.status, answer.read()
    finally:
        link.close()


def test_a_stranger_reads_and_hashes_the_log_from_a_real_server_also_while_the_database_is_down() -> None:
    with own_city("served") as city:
        for words in (["migrate"], ["ledger", "create"]):
            done = city.run(*words)
            assert done.returncode == 0, done.stderr
        port = free_port()
        command = city.start("serve", "--port", str(port))
        read_until(command, re.compile(r"^READY "))
        issued = city.run("ledger", "token", "--for", "澜川市审计局", "--until", "2099-12-31")
        assert issued.returncode == 0, issued.stderr
        token = issued.stdout.splitlines()[-1]
        city.start("work")
        address = f"http://localhost:{port}/ledger"
        until(lambda: raw(port, "/ledger/acts/checkpoint")[0] == 200, what="the act of issuing is logged")
        until(lambda: raw(port, "/ledger/public/checkpoint")[0] == 200, what="the keys are logged")
        _hash_it(f"{address}/public", "")
        _hash_it(f"{address}/acts", token)
        for path in HOSTILE:
            status, body = raw(port, path)
            assert status in {400, 404}, (path, status)
            assert b"PRIVATE" not in body
        city.kill_postmaster()
        assert raw(port, "/ledger/acts/checkpoint")[0] == 200
        _hash_it(f"{address}/public", "")
        assert city.run("ledger", "token").returncode == 1
        listed = city.run("ledger", "token", "--revoke", "1")
        assert "revoked" in listed.stdout, listed.stderr
        refused = _status(f"{address}/acts/tile/entries/000.p/1", token)
        assert refused == (403, "This token was revoked; ask the operator of the log for another one.\n")


def _hash_it(address: str, token: str) -> None:
    def fetch(path: str) -> bytes:
        request = urllib.request.Request(f"{address}/{path}")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=10) as answer:
            body: bytes = answer.read()
        return body

    note = fetch("checkpoint")
    checkpoint = read_checkpoint(note.partition(b"\n\n")[0] + b"\n")
    leaves = [leaf for _, bundle in check_tiles(checkpoint.size, checkpoint.root, fetch) for leaf in bundle]
    assert len(leaves) == checkpoint.size > 0
    assert all(json.loads(leaf)["v"] == 1 for leaf in leaves)


def _status(address: str, token: str) -> tuple[int, str]:
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
