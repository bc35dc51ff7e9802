"""What a checker has to trust: the logs' keys and the issuers' keys, as four small files."""

import json
from pathlib import Path

from tongban.certificates.api import issuer_document
from tongban.documents.api import seal_document
from tongban.kernel.files import write_durably
from tongban.ledger.api import revoked_keys, trust_policy


def write_trust(folder: Path) -> None:
    """Write `policy.txt`, `revoked.txt`, `issuers.json` and `seals.json`; whoever keeps them checks without us (docs/verifying.md)."""
    write_durably(folder / "policy.txt", trust_policy().encode())
    write_durably(folder / "revoked.txt", revoked_keys().encode())
    issuers = json.dumps(issuer_document(), ensure_ascii=False, indent=1)
    write_durably(folder / "issuers.json", issuers.encode())
    seals = json.dumps(seal_document(), ensure_ascii=False, indent=1)
    write_durably(folder / "seals.json", seals.encode())
