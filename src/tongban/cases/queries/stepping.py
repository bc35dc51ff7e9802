"""What somebody may do with a case now: by the table and beside it, in his own right or for an absent colleague."""

from tongban.cases.acting import stands_in_for
from tongban.cases.queries.views import CaseView
from tongban.journal.api import Actor


def steps_for(case: CaseView, *, window: str, by: Actor) -> set[str]:
    """The codes of verbs and formalities that the state allows and `by` may do; none for whoever withdrew."""
    allowed = {**{verb: (role,) for verb, role in case.verbs.items()}, **case.steps}
    if by.kind != "officer" or any(
        one.code == "recuse" and one.about == by.key and one.state in {"open", "done"}
        for one in case.formalities
    ):
        return set()
    if case.archived_on:
        allowed = {code: roles for code, roles in allowed.items() if code == "unarchive"}
    held = {
        role
        for role in {role for roles in allowed.values() for role in roles}
        if _holds(role, case.agency if role != "window-clerk" else window, by)
    }
    return {code for code, roles in allowed.items() if held.intersection(roles)}


def _holds(role: str, agency: str, by: Actor) -> bool:
    if by.agency == agency and by.has_role(role):
        return True
    return bool(stands_in_for(by, role=role, agency=agency))
