"""The end of the story: every act has a proof that anybody can check offline, and a changed byte breaks it."""

import time
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from tongban.cases.api import ApplicationView, application_timeline
from tongban.certificates.api import certificates_of_case
from tongban.demo.scene import Scene, papers_of
from tongban.demo.steps import StoryBroken
from tongban.kernel.errors import Unavailable
from tongban.kernel.files import write_durably
from tongban.ledger.api import Policy, Refused, prove, read_policy, trust_policy, verify_proof

LOGGED_WITHIN_S = 30.0


def prove_everything(scene: Scene) -> tuple[int, Path]:
    """Prove every act of the application and check each proof; returns how many hold, and the folder they are in.

    Raises:
        StoryBroken: a proof does not hold, or one with a changed byte does.
    """
    view = scene.view()
    folder = papers_of(view.number)
    policy = read_policy(trust_policy())
    acts = application_timeline(view)
    for act, text in zip(acts, _proofs([act.id for act in acts], view), strict=True):
        data = text.encode()
        verified = verify_proof(data, policy)
        if verified.kind != act.kind:
            raise StoryBroken(f"the proof of {act.kind} proves {verified.kind}")
        _check_that_a_changed_byte_fails(data, policy)
        write_durably(folder / f"{verified.index:06}-{act.kind}.tlog-proof", data)
    for one in certificates_of_case(view.case_numbers):
        write_durably(folder / f"{one.type}.sd-jwt", one.sd_jwt.encode())
    return len(acts), folder


def _proofs(entries: Sequence[UUID], view: ApplicationView) -> list[str]:
    """The proofs, waiting for the worker to log the newest acts."""
    deadline = time.monotonic() + LOGGED_WITHIN_S
    while True:
        try:
            return [prove(entry, for_subjects=[view.applicant]) for entry in entries]
        except Unavailable as error:
            if time.monotonic() > deadline:
                raise StoryBroken(
                    "the newest acts did not reach the log; is `tongban work` running?"
                ) from error
            time.sleep(0.1)


def _check_that_a_changed_byte_fails(data: bytes, policy: Policy) -> None:
    spoiled = bytearray(data)
    spoiled[len(spoiled) // 3] ^= 0x01
    try:
        verify_proof(bytes(spoiled), policy)
    except Refused:
        return
    raise StoryBroken("a proof with a changed byte was believed")
