"""How long a certificate's sheet takes to set and to seal; prints one JSON object. Started by `certificates.py`."""

import json
import sys
from datetime import date

from _city import timed
from tongban.site import setup

ROUNDS = 30


def measure() -> dict[str, list[float]]:
    """Milliseconds of each sealing and each setting."""
    from tongban.documents.api import CertificatePaper, Pair  # noqa: PLC0415 - needs Django
    from tongban.documents.seal import OwnKeySeal  # noqa: PLC0415
    from tongban.documents.typesetting import typeset  # noqa: PLC0415

    paper = CertificatePaper(
        agency="lanchuan.approval",
        issuer="澜川市行政审批局",
        title="食品经营许可证",
        number="JY29901020001",
        addressee="示例面馆",
        issued_on=date(2026, 11, 25),
        verify_at="https://lanchuan.tongban.example/verify/7K2M4QZX9T3BHC8D/",
        fields=tuple(Pair(f"内容{n}", "示例") for n in "一二三四五六"),
        code="7K2M-4QZX-9T3B-HC8D",
        verify_page="https://lanchuan.tongban.example/verify/",
        identifier="1.2.156.3005.2.11990000009901542AW02",
    )
    seal = OwnKeySeal()

    def put() -> None:
        seal.put_on(plain, agency=paper.agency, name=paper.issuer)

    plain = typeset(paper, specimen=True)
    put()
    return {
        "seal": [timed(put) for _ in range(ROUNDS)],
        "set": [timed(lambda: typeset(paper, specimen=True)) for _ in range(ROUNDS)],
    }


if __name__ == "__main__":
    server = setup.open_database()
    try:
        setup.start_django("app")
        sys.stdout.write(json.dumps(measure()) + "\n")
    finally:
        if server:
            server.stop()
