"""The command `verify`: checks proofs and certificates offline, and says in words what holds or what failed."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tongban.certificates.api import BadCredential, check_sd_jwt, read_issuer_keys
from tongban.kernel.errors import BadInput
from tongban.ledger.api import HEADER, Refused, read_policy, verify_proof

FILE_BYTES_MAX = 16 * 1024 * 1024


def verify_files(paths: Sequence[str], trust: Path) -> int:
    """Check each file; 0 if all hold, 1 if one does not."""
    failed = 0
    for name in paths:
        try:
            print(f"OK    {name}: {_verify(Path(name), trust)}")  # noqa: T201 - the terminal is the page here
        except (Refused, BadCredential) as refusal:
            failed += 1
            print(f"FAIL  {name}: {refusal.what}. {refusal}", file=sys.stderr)  # noqa: T201
        except BadInput as problem:
            failed += 1
            print(f"FAIL  {name}: {problem}", file=sys.stderr)  # noqa: T201
    return 1 if failed else 0


def _verify(path: Path, trust: Path) -> str:
    data = _read(path)
    if data.startswith(HEADER.encode()):
        verified = verify_proof(data, read_policy(_read(trust / "policy.txt").decode()))
        moment = verified.columns["recorded_at"]
        return f"recorded as {verified.kind} at {moment}, unaltered, entry {verified.index} of {verified.log}"
    text = data.decode("utf-8", "replace")
    if text.count("~") and text.count(".") >= 2:
        credential = check_sd_jwt(text, read_issuer_keys(_json(trust / "issuers.json")))
        title, number = credential.claims.get("title"), credential.claims.get("number")
        return f"{title} {number}, signed by {credential.issuer}, unaltered (status not checked offline)"
    raise BadInput(
        f"this is neither a proof (first line {HEADER}) nor an SD-JWT certificate, or it was altered."
    )


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise BadInput(f"the file is larger than {FILE_BYTES_MAX // 1024 // 1024} MB.")
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error


def _json(path: Path) -> dict[str, object]:
    try:
        document = json.loads(_read(path))
    except ValueError as error:
        raise BadInput(f"{path} is not a file of trusted issuers.") from error
    if not isinstance(document, dict):
        raise BadInput(f"{path} is not a file of trusted issuers.")
    return document
