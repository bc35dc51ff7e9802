"""A paper from its words to the sealed file."""

import logging

from tongban.documents.paper import Paper
from tongban.documents.ports import Seal
from tongban.documents.typesetting import typeset
from tongban.kernel.errors import Misconfigured, Unavailable

_seal: Seal | None = None


def install_seal(other: Seal) -> None:
    """Seal papers with another seal; called once at start-up."""
    global _seal  # noqa: PLW0603 - wiring at start-up
    _seal = other


def make_paper(paper: Paper) -> bytes:
    """The paper as a sealed PDF/A. Without a statutory seal it prints 样张 across and says 不具法律效力.

    Raises:
        MissingGlyph: names the character and the field that no font can print.
        Unavailable: it cannot be set or sealed now; nothing else is touched.
    """
    seal = _seal or _own_key_seal()
    pdf = typeset(paper, specimen=not seal.statutory)
    try:
        return seal.put_on(pdf, agency=paper.agency, name=paper.issuer)
    except Misconfigured as problem:
        logging.getLogger("tongban").exception("A paper of %s cannot be sealed.", paper.agency)
        raise Unavailable(
            "文书现在盖不了电子签名，所以没有给出。网页上的内容照样有效，请稍后再试。"
        ) from problem


def _own_key_seal() -> Seal:
    from tongban.documents.seal import OwnKeySeal  # noqa: PLC0415 - pyHanko takes 0.3 s to import; few requests pay

    install_seal(OwnKeySeal())
    assert _seal is not None
    return _seal
