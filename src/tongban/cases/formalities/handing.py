"""After the decision: the supervising agency takes over (审管联动); the file is closed (归档) and nothing changes it."""

import hashlib
from uuid import UUID

from django.db import transaction

from tongban.cases.acting import Doing, act_on_case
from tongban.cases.entries import note_formality
from tongban.cases.formalities.kinds import Archived, HandOverClaimed, Unarchived
from tongban.cases.formalities.reviewing import find_task
from tongban.cases.formalities.rows import end_row, open_row
from tongban.cases.models import Case, FormalityRow
from tongban.cases.policy import check_words
from tongban.documents.api import find_documents
from tongban.journal.api import Act, Actor, bump, timeline
from tongban.kernel import clock
from tongban.kernel.canonical import Json, canonical
from tongban.kernel.errors import Conflict
from tongban.kernel.sentences import say
from tongban.services.api import Formality

CODE = "hand-over"


def claim(*, hand_over: UUID, seen: int | None, by: Actor) -> None:
    """The supervising agency takes over what was granted.

    Raises:
        NotFound, NotAllowed: no such hand-over, or another agency's.
        Conflict: claimed before.
        StaleObject: a colleague acted since `seen`.
    """
    with transaction.atomic():
        version = bump(FormalityRow, hand_over, seen=seen)
        row = find_task(hand_over, code=CODE, by=by)
        end_row(row, by=by)
        act = HandOverClaimed(due_on=row.due_on.isoformat() if row.due_on else "")
        note_formality(act, row, version=version, by=by)


def archive(*, number: str, seen: int | None, by: Actor) -> None:
    """Close the file: its list is kept with its digest, and from now on no act changes the case.

    Raises:
        Conflict: something is still open, archived before, or another state.
        NotAllowed, StaleObject: not an officer of the agency, somebody acted since.
    """

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        case, step = doing.case, doing.step
        assert isinstance(step, Formality)
        titles = {one.code: one.title for one in doing.regime.formalities}
        waiting = FormalityRow.objects.filter(case=case, state="open").order_by("id")
        if left := [titles.get(code, code) for code in waiting.values_list("code", flat=True)]:
            raise Conflict(say("还有没办完的：{left}。办完后才能归档。", left="、".join(dict.fromkeys(left))))
        lines = file_list(case)
        digest = hashlib.sha256(canonical(lines)).hexdigest()
        facts: dict[str, Json] = {"lines": lines, "digest": digest}
        end_row(open_row(case, step, by=by, agency=case.agency, facts=facts), by=by)
        Case.objects.filter(pk=case.pk).update(archived_on=clock.today())
        return Archived(lines=len(lines), digest=digest), {}

    act_on_case(number, "archive", seen=seen, by=by, change=change)


def unarchive(*, number: str, words: str, seen: int | None, by: Actor) -> None:
    """Have the file opened again, by the head, for a stated reason.

    Raises:
        BadInput: no reason.
        Conflict: not archived.
        NotAllowed, StaleObject: not the head, somebody acted since.
    """
    said = check_words(words, field="words", what="调卷的理由")

    def change(doing: Doing) -> tuple[Act, dict[str, Json]]:
        case = doing.case
        held = FormalityRow.objects.filter(case=case, code="archive", state="done").order_by("-id").first()
        if case.archived_on is None or held is None:
            raise Conflict("这一件没有归档，不用调卷。")
        FormalityRow.objects.filter(pk=held.pk).update(state="lapsed", answer=said)
        Case.objects.filter(pk=case.pk).update(archived_on=None)
        return Unarchived(digest=str(held.facts.get("digest", ""))), {"words": said}

    act_on_case(number, "unarchive", seen=seen, by=by, change=change)


def file_list(case: Case) -> list[Json]:
    """What lies in the file: materials with the digest of their files, papers, and every act with its commitment.

    Titles and digests only; nothing that a person said.
    """
    needed = list(case.application.materials.filter(needed_by__contains=[case.item]).order_by("material"))
    files = find_documents([one.document for one in needed if one.document])
    lines: list[Json] = [
        {
            "sort": "material",
            "title": one.title,
            "way": one.kind,
            "sha256": files[one.document].sha256 if one.document in files else "",
            "evidence": str(one.evidence) if one.evidence else "",
        }
        for one in needed
    ]
    decision = getattr(case, "decision", None)
    if decision:
        lines.append({"sort": "decision", "title": decision.paper, "entry": str(decision.entry)})
    lines += [
        {
            "sort": "act",
            "title": one.title,
            "entry": str(one.id),
            "on": clock.local(one.occurred_at).date().isoformat(),
        }
        for one in timeline(case_numbers=[case.number])
    ]
    return lines
