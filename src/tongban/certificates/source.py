"""The certificate library as a source of the exchange: what we issued need not be shown again."""

from collections.abc import Mapping, Sequence

from django.db.models import Q

from tongban.certificates.models import Certificate
from tongban.exchange.ports import agrees
from tongban.kernel import clock
from tongban.kernel.canonical import Json


class CertificateLibrary:
    """Answers from valid certificates of a type; the key is `holder_number`."""

    def query(self, target: str, keys: Mapping[str, str], items: Sequence[str]) -> Mapping[str, Json] | None:
        """Number, holder, days and fields of the newest valid certificate of the holder."""
        row = (
            Certificate.objects.filter(
                Q(valid_to=None) | Q(valid_to__gte=clock.today()),
                type_id=target,
                status="valid",
                holder_number=keys.get("holder_number", ""),
            )
            .order_by("-id")
            .first()
        )
        if row is None:
            return None
        held: dict[str, Json] = {
            **row.content,
            "number": row.number,
            "holder_number": row.holder_number,
            "holder_name": row.holder_name,
            "issued_on": row.issued_on.isoformat(),
            "valid_to": row.valid_to.isoformat() if row.valid_to else "长期",
            "identifier": row.identifier,
        }
        return {item: held.get(item) for item in items}

    def verify(
        self, target: str, keys: Mapping[str, str], claims: Mapping[str, str]
    ) -> Mapping[str, bool] | None:
        """Whether the claimed values stand on the certificate."""
        held = self.query(target, keys, list(claims))
        return {item: agrees(held[item], claim) for item, claim in claims.items()} if held else None
