"""What seals a paper. Shipped: the agency's own key (`tongban.documents.seal`); a statutory seal takes the same port."""

from typing import Protocol


class Seal(Protocol):
    """Signs a PDF for an agency, so that any later change of it is found."""

    #: Whether the law gives this seal the effect of the agency's stamp; without it papers print 样张.
    statutory: bool

    def put_on(self, pdf: bytes, *, agency: str, name: str) -> bytes:
        """The PDF with the seal of the agency (its code and its name in full).

        Raises:
            Misconfigured: the agency's key is missing or open to others.
        """
        ...
