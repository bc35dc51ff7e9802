"""What a checker has to trust: the logs' keys and the issuers' keys, as two small files."""

import json
from pathlib import Path

from tongban.certificates.api import issuer_document
from tongban.kernel.files import write_durably
from tongban.ledger.api import trust_policy


def write_trust(folder: Path) -> None:
    """Write `policy.txt` and `issuers.json`; whoever keeps them checks proofs and certificates without us."""
    write_durably(folder / "policy.txt", trust_policy().encode())
    issuers = json.dumps(issuer_document(), ensure_ascii=False, indent=1)
    write_durably(folder / "issuers.json", issuers.encode())
