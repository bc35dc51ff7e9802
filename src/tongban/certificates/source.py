"""The certificate library as a source of the exchange: what we issued need not be shown again."""

from collections.abc import Mapping, Sequence

from django.db.models import Q
from psycopg import sql

from tongban.certificates.models import Certificate, CertificateType
from tongban.exchange.ports import Column, Relation, agrees
from tongban.identity.api import numbers_known_as
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
                holder_number__in=numbers_known_as(keys.get("holder_number", "")),
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

    def relation(self, target: str) -> Relation:
        """The valid certificates of a type, the newest first."""
        kind = CertificateType.objects.filter(pk=target).first()
        if kind is None:
            raise KeyError(target)
        columns = {
            field["name"]: Column(sql.SQL("content ->> {}").format(sql.Literal(field["name"])), "string")
            for field in kind.fields
        }
        columns |= {
            name: Column(sql.Identifier(name), type_)
            for name, type_ in (
                ("number", "string"),
                ("holder_number", "string"),
                ("holder_name", "string"),
                ("issued_on", "date"),
                ("identifier", "string"),
            )
        }
        columns["valid_to"] = Column(sql.SQL("coalesce(valid_to::text, '长期')"), "string")
        return Relation(
            table=sql.Identifier("certificates_certificate"),
            columns=columns,
            keys=frozenset({"number", "holder_number"}),
            restriction=sql.SQL(
                "type_id = {} and status = 'valid' and (valid_to is null or valid_to >= %(today)s)"
            ).format(sql.Literal(target)),
            newest=sql.SQL("id desc"),
        )
