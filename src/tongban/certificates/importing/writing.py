"""Writing checked rows: signed, journalled and copied into the library, some thousands in a transaction."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from tongban.certificates.actions.issue import Holder, Term, certificate_row
from tongban.certificates.importing.checking import Checked, Refusal, check_row
from tongban.certificates.importing.kinds import CertificatesImported
from tongban.certificates.importing.models import CertificateImport, RefusedRow
from tongban.certificates.importing.reading import digest_of_file, read_rows
from tongban.certificates.kinds import CertificateEntered
from tongban.certificates.mirroring.standings import check_own
from tongban.certificates.models import Certificate, CertificateType
from tongban.certificates.policy import check_issuer
from tongban.certificates.signing.editions import newest_editions
from tongban.certificates.signing.texts import Signed, signing_texts
from tongban.identity.api import AgencyView, HolderView, find_holders, get_agency
from tongban.journal.api import Actor, BatchEntry, Subject, record, record_batch
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.kernel.ids import uuid7
from tongban.kernel.sentences import say
from tongban.packs.ports import Cite

#: Rows of one transaction: half a second of work, far from the five seconds that a bulk job may hold one.
BATCH = 2000
_COLUMNS = (
    "id, identifier, type_id, number, holder_name, holder_number, owner, issuer, issued_on, valid_from, valid_to,"
    " content, status, sd_jwt, check_code, case_number, version, entry, edition"
)


@dataclass
class _Run:
    """One run: what every batch needs, looked up once; and what was counted so far."""

    row: CertificateImport
    kind: CertificateType
    agency: AgencyView
    by: Actor
    fields: list[tuple[str, str]]
    edition: int
    basis: str
    seen: set[str] = field(default_factory=set)
    filled: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)


def import_certificates(path: Path, *, type_code: str, by: Actor) -> UUID:
    """Take over a file of certificates that the officer's agency issued before; returns the id of the run.

    Rows that are wrong are sent back with every reason (`refused_rows`); what is in the library already is only counted.

    Raises:
        NotAllowed: not an approver of an agency that issues this type, or another system is the record of it.
        BadInput: no such type, or the file cannot be read or lacks a column.
    """
    kind = CertificateType.objects.filter(pk=type_code).first()
    if kind is None:
        raise BadInput(say("没有「{code}」这种证照。", code=type_code))
    check_own(kind.code, title=kind.title, does="补录")
    check_issuer(by, issuers=kind.issuers, title=kind.title)
    digest = digest_of_file(path)
    row = CertificateImport.objects.create(
        id=uuid7(),
        type=kind,
        agency=by.agency,
        officer=by.key,
        file_name=path.name,
        sha256=digest,
        began_at=clock.now(),
    )
    run = _Run(
        row,
        kind,
        get_agency(by.agency),
        by,
        fields=[(one["name"], one["title"]) for one in kind.fields],
        edition=newest_editions([kind.code])[kind.code].number,
        basis=str(Cite.model_validate(kind.cite)),
    )
    rows = read_rows(path, run.fields)
    try:
        while batch := list(islice(rows, BATCH)):
            _take(run, batch)
    except BadInput:
        if not CertificateImport.objects.filter(pk=row.pk, rows__gt=0).exists():
            CertificateImport.objects.filter(pk=row.pk).delete()
        raise
    _end(run)
    return row.id


def _take(run: _Run, batch: Sequence[tuple[int, Mapping[str, str]]]) -> None:
    """Check and write one batch, whole or not at all."""
    for _line, raw in batch:
        for name, value in raw.items():
            run.filled[name] = run.filled.get(name, 0) + bool(value)
    today = clock.today()
    checked = [
        check_row(line, dict(raw), fields=run.fields, holder=run.kind.holder, today=today)
        for line, raw in batch
    ]
    refused = [one for one in checked if isinstance(one, Refusal)]
    sound = [one for one in checked if isinstance(one, Checked)]
    holders = find_holders([one.holder_number for one in sound])
    held = dict(
        Certificate.objects.filter(type=run.kind, number__in=[one.number for one in sound]).values_list(
            "number", "holder_number"
        )
    )
    known, ready = 0, []
    for one in sound:
        if one.number in run.seen:
            refused.append(_refusal(one, "number-twice", "证照编号在这份文件里出现过"))
        elif one.number in held and held[one.number] != one.holder_number:
            refused.append(_refusal(one, "number-of-another", "证照库里这个编号属于另一个持证主体"))
        elif one.number in held:
            known += 1
        elif one.holder_number not in holders:
            refused.append(_refusal(one, "holder-unknown", "主体库里没有这个持证主体"))
        else:
            ready.append((one, holders[one.holder_number]))
        run.seen.add(one.number)
    for refusal in refused:
        for code in set(refusal.codes):
            run.reasons[code] = run.reasons.get(code, 0) + 1
    with transaction.atomic():
        _write(run, ready)
        RefusedRow.objects.bulk_create(
            RefusedRow(run=run.row, line=one.line, number=one.number[:200], reasons=list(one.reasons))
            for one in refused
        )
        CertificateImport.objects.filter(pk=run.row.pk).update(
            rows=F("rows") + len(batch),
            taken=F("taken") + len(ready),
            known=F("known") + known,
            refused=F("refused") + len(refused),
            filled=run.filled,
            reasons=run.reasons,
        )


def _refusal(one: Checked, code: str, words: str) -> Refusal:
    return Refusal(one.line, one.number, (code,), (words,))


def _write(run: _Run, ready: Sequence[tuple[Checked, HolderView]]) -> None:
    """Sign, journal and copy; an entry for each certificate, so that each can be proven by itself."""
    made = [_certificate(run, one, holder) for one, holder in ready]
    if not made:
        return
    signed = zip(made, signing_texts(made), strict=True)
    entries = record_batch((_entry(run, row, text) for row, text in signed), by=run.by, basis=run.basis)
    _copy(zip(made, entries, strict=True))


def _entry(run: _Run, row: Certificate, signed: Signed) -> BatchEntry:
    row.sd_jwt = signed.text
    return BatchEntry(
        CertificateEntered(
            type=run.kind.code,
            identifier=row.identifier,
            token_sha256=signed.sha256.hex(),
        ),
        Subject("certificate", str(row.id), 1),
        {row.owner: {"number": row.number, "title": run.kind.title}},
        row.issued_on,
    )


def _certificate(run: _Run, one: Checked, holder: HolderView) -> Certificate:
    return certificate_row(
        run.kind,
        number=one.number,
        holder=Holder(holder.name, holder.number, holder.person),
        content=one.content,
        agency=run.agency,
        term=Term(one.issued_on, one.valid_from, one.valid_to),
        edition=run.edition,
    )


def _copy(rows: Iterable[tuple[Certificate, UUID]]) -> None:
    with (
        connection.wrap_database_errors,
        connection.connection.cursor() as cursor,
        cursor.copy(f"copy certificates_certificate ({_COLUMNS}) from stdin") as copy,
    ):
        for values in _values(rows):
            copy.write_row(values)


def _values(rows: Iterable[tuple[Certificate, UUID]]) -> Iterator[tuple[object, ...]]:
    for row, entry in rows:
        yield (
            row.id,
            row.identifier,
            row.type_id,
            row.number,
            row.holder_name,
            row.holder_number,
            row.owner,
            row.issuer,
            row.issued_on,
            row.valid_from,
            row.valid_to,
            json.dumps(row.content, ensure_ascii=False),
            row.status,
            row.sd_jwt,
            row.check_code,
            "",
            1,
            entry,
            row.edition,
        )


def _end(run: _Run) -> None:
    """Say in one entry what came of the file."""
    with transaction.atomic():
        row = CertificateImport.objects.select_for_update().get(pk=run.row.pk)
        row.entry = record(
            CertificatesImported(
                type=run.kind.code,
                file_sha256=bytes(row.sha256).hex(),
                rows=row.rows,
                taken=row.taken,
                known=row.known,
                refused=row.refused,
            ),
            on=Subject("import", str(row.id), 1),
            by=run.by,
            basis=run.basis,
        )
        row.ended_at = clock.now()
        row.save(update_fields=["entry", "ended_at"])
