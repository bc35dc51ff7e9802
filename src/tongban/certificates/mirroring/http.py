"""An upper library over HTTP: JSON by POST, in the shapes that provincial sharing services use (queryCert, useCause ...).

Never believed: what does not fit is no answer. `head.code` is `0`, or says why not.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel

from tongban.certificates.identifier import is_identifier
from tongban.certificates.mirroring.codes import STATUS_OF
from tongban.certificates.ports import Annotated as AnnotatedCopy
from tongban.certificates.ports import Fetched, Found, ReturnedRow, RowAnswer, SentRow
from tongban.exchange.api import Link, ask_link
from tongban.exchange.ports import SourceDown
from tongban.kernel.canonical import Json

Said = TypeVar("Said", bound="_Said")
OK, NONE = "0", "1002"
#: What concerns the question and not the library: the holder's identity, the cause, our right to ask.
_REFUSALS = {"1001", "1003", "3001"}

Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Words = Annotated[str, StringConstraints(max_length=2000)]
Number = Annotated[int, Field(ge=0, le=2**31 - 1)]


class _Said(BaseModel):
    """What came; names that nobody declared are left out."""

    model_config = ConfigDict(
        extra="ignore", strict=True, frozen=True, alias_generator=to_camel, validate_by_alias=True
    )


class _Head(_Said):
    code: Word
    message: Words = ""


class _Envelope(_Said):
    head: _Head
    data: Any = None


class _Found(_Said):
    certificate_id: Word
    identifier: Word
    type_code: Word
    version: Number
    status: Word


class _Fetched(_Found):
    batch: Annotated[str, StringConstraints(max_length=200)] = ""
    number: Word
    holder_name: Word
    holder_code: Word
    issuer_name: Word
    issued_on: Word
    valid_from: Word
    valid_to: Word | None = None
    content: dict[Word, Words] = Field(default_factory=dict, max_length=200)


class _Line(_Said):
    item: Word
    value: Words


class _Copy(_Said):
    number: Word
    certificate: _Fetched
    lines: Annotated[list[_Line], Field(max_length=200)]
    expires_on: Word


class _RowAnswer(_Said):
    key: Word
    revision: Number
    taken: bool
    certificate_id: Annotated[str, StringConstraints(max_length=200)] = ""
    version: Number = 0
    code: Annotated[str, StringConstraints(max_length=40)] = ""
    reason: Words = ""


class _Returned(_Said):
    position: Annotated[int, Field(ge=1, le=2**62)]
    key: Word
    revision: Number
    code: Word
    reason: Words = ""


class HttpLibrary:
    """Talks to the library behind a link; `permitted` as `ask_link` says."""

    def __init__(self, link: Link, *, permitted: bool = False) -> None:
        self._link, self._permitted = link, permitted

    def search(self, *, holder_number: str, type_codes: Sequence[str], cause: str) -> Sequence[Found]:
        """`queryCert`."""
        said = self._ask(
            "queryCert", {"holderCode": holder_number, "typeCodes": list(type_codes), "useCause": cause}
        )
        wanted = set(type_codes)
        return [one for one in _founds(said) if one.type_code in wanted]

    def fetch(self, *, upper_id: str, cause: str) -> Fetched | None:
        """`getCertificateData`."""
        said = self._ask("getCertificateData", {"certificateId": upper_id, "useCause": cause})
        return None if said is None else _fetched(_read(_Fetched, said), upper_id)

    def verify(self, *, upper_ids: Sequence[str]) -> Mapping[str, Found]:
        """`verifyCertInfo`."""
        found = _founds(self._ask("verifyCertInfo", {"certificateIds": list(upper_ids)}))
        return {one.upper_id: one for one in found if one.upper_id in set(upper_ids)}

    def annotate(
        self, *, upper_id: str, cause: str, reader: str, items: Sequence[str], last_day: date
    ) -> AnnotatedCopy | None:
        """`makeAnnotatedCopy`; a copy that shows more than was asked for, or for longer, is none."""
        said = self._ask(
            "makeAnnotatedCopy",
            {
                "certificateId": upper_id,
                "useCause": cause,
                "useUnit": reader,
                "items": list(items),
                "expiresOn": last_day.isoformat(),
            },
        )
        if said is None:
            return None
        copy = _read(_Copy, said)
        lines = [(one.item, one.value) for one in copy.lines]
        until = _day(copy.expires_on)
        if {item for item, _value in lines} - set(items) or until > last_day:
            raise SourceDown("the copy shows what nobody asked for", fault="malformed")
        return AnnotatedCopy(copy.number, _fetched(copy.certificate, upper_id), lines, until)

    def feed(self, *, batch: str, rows: Sequence[SentRow]) -> Sequence[RowAnswer]:
        """`uploadBatch`; a row about which nothing is said stays open."""
        said = self._ask(
            "uploadBatch",
            {
                "batch": batch,
                "rows": [
                    {**one.said, "key": one.key, "revision": one.revision, "operation": one.operation}
                    for one in rows
                ],
            },
        )
        sent = {(one.key, one.revision) for one in rows}
        answers = [_read(_RowAnswer, one) for one in _list(said)]
        return [
            RowAnswer(one.key, one.revision, one.taken, one.certificate_id, one.version, one.code, one.reason)
            for one in answers
            if (one.key, one.revision) in sent
        ]

    def returned(self, *, after: int, limit: int) -> Sequence[ReturnedRow]:
        """`getErrorTable`."""
        rows = [
            _read(_Returned, one)
            for one in _list(self._ask("getErrorTable", {"after": after, "limit": limit}))
        ]
        behind = sorted((one for one in rows if one.position > after), key=lambda one: one.position)
        return [
            ReturnedRow(one.position, one.key, one.revision, one.code, one.reason) for one in behind[:limit]
        ]

    def held(self, *, after: str, limit: int) -> Sequence[Found]:
        """`listUploaded`."""
        found = _founds(self._ask("listUploaded", {"after": after, "limit": limit}))
        return [one for one in found if one.identifier > after][:limit]

    def _ask(self, verb: str, said: Mapping[str, Json]) -> Any:
        envelope = _read(_Envelope, ask_link(self._link, verb, said, permitted=self._permitted))
        code = envelope.head.code
        if code == NONE:
            return None
        if code in _REFUSALS:
            raise SourceDown(f"it refuses: {code}", fault="refused", blames=False)
        if code != OK:
            raise SourceDown(f"it says {code}", fault="unsuccessful")
        return envelope.data


def _read(model: type[Said], said: Any) -> Said:
    try:
        return model.model_validate(said)
    except ValidationError as error:
        raise SourceDown("the answer has another form", fault="malformed") from error


def _list(said: Any) -> list[Any]:
    if said is None:
        return []
    if not isinstance(said, list):
        raise SourceDown("the answer is no list", fault="malformed")
    return said


def _founds(said: Any) -> list[Found]:
    return [_found(_read(_Found, one)) for one in _list(said)]


def _found(one: _Found) -> Found:
    return Found(one.certificate_id, _identifier(one), one.type_code, one.version, _status(one.status))


def _fetched(one: _Fetched, upper_id: str) -> Fetched:
    if one.certificate_id != upper_id:
        raise SourceDown("it answers with another certificate", fault="malformed")
    return Fetched(
        upper_id=one.certificate_id,
        identifier=_identifier(one),
        type_code=one.type_code,
        version=one.version,
        batch=one.batch,
        number=one.number,
        holder_name=one.holder_name,
        holder_number=one.holder_code,
        issuer_name=one.issuer_name,
        issued_on=_day(one.issued_on),
        valid_from=_day(one.valid_from),
        valid_to=_day(one.valid_to) if one.valid_to else None,
        status=_status(one.status),
        content=one.content,
    )


def _identifier(one: _Found) -> str:
    if not is_identifier(one.identifier):
        raise SourceDown("the identifier's check does not fit", fault="malformed")
    return one.identifier


def _status(code: str) -> str:
    return STATUS_OF.get(code, "other")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SourceDown("a day is no day", fault="malformed") from error
