"""Loading the tests of the law and the papers that are asked for."""

from collections.abc import Iterable, Sequence

from tongban.packs.api import store
from tongban.packs.ports import Document, Finding, Known, Section, Source, Stored
from tongban.services.models import AskedProof, ProofTest
from tongban.services.proofs.schema import AskedProofs, ProofTests


def check_proofs(document: Document, known: Known) -> Iterable[Finding]:
    """Somebody asks for each paper and somebody issues it; a code of a material is only its own paper's."""
    materials = known.get("material", {})
    for number, row in enumerate(document.data.proofs):
        place = ("proofs", number)
        if not row.material and not row.asked_in:
            yield document.finding(
                place, "a paper is a `material` of guides, or names in `asked_in` who asks for it"
            )
        if not row.material and not row.issuer and not row.issued_at:
            yield document.finding(place, "say in `issuer` or `issued_at` where people get the paper")
        if row.code in materials and row.material != row.code:
            yield document.finding(
                (*place, "code"), f"{row.code!r} is the code of a material of another paper"
            )


def load_tests(documents: Sequence[Document], source: Source) -> Stored:
    """Write the tests; those that left the pack go."""
    tests = [row for document in documents for row in document.data.tests]
    rows = [
        {"code": row.code, "valid_from": row.valid_from, "terms": row.model_dump(mode="json")}
        for row in tests
    ]
    ProofTest.objects.filter(source__startswith=f"pack:{source.pack}@").exclude(
        code__in=[row.code for row in tests]
    ).delete()
    return store(ProofTest, rows, key=("code",), source=source)


def load_proofs(documents: Sequence[Document], source: Source) -> Stored:
    """Write the papers; those that left the pack go."""
    proofs = [row for document in documents for row in document.data.proofs]
    rows = [{"code": row.code, "terms": row.model_dump(mode="json")} for row in proofs]
    AskedProof.objects.filter(source__startswith=f"pack:{source.pack}@").exclude(
        code__in=[row.code for row in proofs]
    ).delete()
    return store(AskedProof, rows, key=("code",), source=source)


SECTIONS = [
    Section("proof-tests", "proof-tests*.yaml", ProofTests, load_tests),
    Section("proofs", "proofs*.yaml", AskedProofs, load_proofs, check_proofs),
]
