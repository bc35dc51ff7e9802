"""Papers that a test makes by itself: a log with proofs, a certificate, an evidence pack, and the trust for them."""

import hashlib
import json
import time
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc.jwk import ECKey

from tests.ledger.signing import Cosigner, Log
from tongban.certificates.sdjwt import make_sd_jwt
from tongban.kernel.canonical import canonical
from tongban.kernel.commitment import COLUMNS, commitment, part_hash
from tongban.ledger.leaf import leaf_of
from tongban.ledger.policy import policy_text
from tongban.ledger.proof import opening_bytes, write_proof
from tongban.ledger.tiles import Edge, fetch_from, grow, subtree_reader
from tongban.ledger.tree import inclusion_proof, leaf_hash

MOMENT = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
ISSUER = "https://city.example/issuers/approval"


@dataclass
class Papers:
    """A folder with a log of a few hundred acts; its newest act records the certificate."""

    home: Path
    size: int = 300
    log: Log = field(default_factory=lambda: Log("city.example/ledger/acts"))
    witness: Cosigner = field(default_factory=lambda: Cosigner("witness.example"))
    at: int = field(default_factory=lambda: int(time.time()))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def __post_init__(self) -> None:
        self.certificate = make_sd_jwt(
            {"iss": ISSUER, "vct": "https://city.example/vct/1", "title": "食品经营许可证"},
            {"number": "JY1", "holder_name": "林夏"},
            key_id="issuer.approval",
            sign=self._sign,
        )
        token = hashlib.sha256(self.certificate.split("~", 1)[0].encode()).hexdigest()
        self._openings = [self._opening(number, token) for number in range(self.size)]
        self.entries = [leaf for _, leaf in self._openings]
        edge, self.files = grow(Edge(), self.entries, [leaf_hash(leaf) for leaf in self.entries])
        note = self.log.sign(self.size, edge.root())
        self.note = note + self.witness.line(note, self.at)
        for path, data in {**self.files, "checkpoint": self.note}.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_bytes(data)
        self.trust.mkdir()
        lines = f"witness a {self.witness.verifier}\nquorum a\n"
        (self.trust / "policy.txt").write_text(policy_text([self.log.verifier], lines))
        jwk = {name: str(value) for name, value in ECKey.import_key(self.key.public_key()).as_dict().items()}
        issuers = {"issuers": [{"iss": ISSUER, "kid": "issuer.approval", "jwk": jwk}]}
        (self.trust / "issuers.json").write_text(json.dumps(issuers))

    @property
    def folder(self) -> Path:
        return self.home / "log"

    @property
    def trust(self) -> Path:
        return self.home / "trust"

    def proof(self, index: int) -> bytes:
        """The receipt of one act; the last one is that of the certificate."""
        path = inclusion_proof(index, self.size, subtree_reader(self.size, fetch_from(self.files)))
        return write_proof(self._openings[index][0], index, path, self.note).encode()

    def write(self, name: str, data: bytes | str) -> str:
        """A file with these bytes; returns its name."""
        path = self.home / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return str(path)

    def pack(self, *, extra: dict[str, bytes] | None = None, listed: dict[str, bytes] | None = None) -> bytes:
        """An evidence pack; `extra` files are in the zip only, `listed` ones with these bytes in the list only."""
        files = {
            "README.txt": "如何核验".encode(),
            "proofs/7.tlog-proof": self.proof(7),
            "proofs/last.tlog-proof": self.proof(self.size - 1),
            "certificates/food.sd-jwt": self.certificate.encode(),
            "papers/decision.pdf": b"%PDF-1.7 paper",
            "trust/policy.txt": b"log nonsense\n",
        }
        rows = [
            {"path": path, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
            for path, data in {**files, **(listed or {})}.items()
        ]
        manifest = {"v": 1, "made_at": "2026-11-25T08:30:00Z", "what": "test", "files": rows}
        path = self.home / "made.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
            pack.writestr("manifest.json", json.dumps(manifest))
            for name, data in {**files, **(extra or {})}.items():
                pack.writestr(name, data)
        return path.read_bytes()

    def _opening(self, number: int, token: str) -> tuple[bytes, bytes]:
        last = number == self.size - 1
        columns = dict.fromkeys(COLUMNS, "")
        columns |= {
            "kind": "certificate.issued.v1" if last else "case.accepted.v1",
            "recorded_at": MOMENT.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "agency": "city.approval",
            "case_number": f"case {number}",
        }
        content = canonical({"token_sha256": token} if last else {"what": number})
        salt = bytes([number % 256] * 32)
        digest = part_hash(salt, content)
        leaf = leaf_of(
            kind=columns["kind"],
            agency=columns["agency"],
            recorded_at=MOMENT,
            commitment=commitment(columns, [digest]),
            content=b"",
        )
        return opening_bytes(columns, [(digest, salt, content)]), leaf

    def _sign(self, data: bytes) -> bytes:
        r, s = decode_dss_signature(self.key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def forked(papers: Papers) -> bytes:
    """A receipt under another history of the same size, signed and cosigned."""
    entries = [*papers.entries[:100], b"another", *papers.entries[101:]]
    edge, files = grow(Edge(), entries, [leaf_hash(leaf) for leaf in entries])
    note = papers.log.sign(papers.size, edge.root())
    note += papers.witness.line(note, papers.at)
    path = inclusion_proof(7, papers.size, subtree_reader(papers.size, fetch_from(files)))
    return write_proof(papers._openings[7][0], 7, path, note).encode()
