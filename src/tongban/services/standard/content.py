"""Loading the service standard."""

from collections.abc import Iterable, Sequence

from tongban.packs.api import store
from tongban.packs.ports import Document, Finding, Known, Section, Source, Stored
from tongban.services.models import StandardRule
from tongban.services.standard.schema import Standard

#: Rules that look for words of their own.
_WORDED = ("vague", "form-known")


def check_standard(document: Document, _known: Known) -> Iterable[Finding]:
    """A rule that looks for words names them."""
    for number, rule in enumerate(document.data.rules):
        if rule.looks in _WORDED and not rule.terms:
            yield document.finding(
                ("rules", number), f"a rule that looks for {rule.looks!r} names its `terms`"
            )


def load_standard(documents: Sequence[Document], source: Source) -> Stored:
    """Write the rules; those that left the pack go."""
    rules = [row for document in documents for row in document.data.rules]
    rows = [
        {"code": row.code, "ordinal": n, "valid_from": row.valid_from, "terms": row.model_dump(mode="json")}
        for n, row in enumerate(rules)
    ]
    StandardRule.objects.filter(source__startswith=f"pack:{source.pack}@").exclude(
        code__in=[row.code for row in rules]
    ).delete()
    return store(StandardRule, rows, key=("code",), source=source)


SECTIONS = [Section("standard", "standard*.yaml", Standard, load_standard, check_standard)]
