"""What somebody was asked to sign: the list, and one part with the text, the answers beside it and the cases it is for."""

from tongban.cases.actions.settle import settle_application
from tongban.cases.form import questions_of
from tongban.cases.models import Application, CoApplicant
from tongban.cases.pinning import guide_of
from tongban.cases.queries.views import SigningPart
from tongban.identity.api import get_agency
from tongban.journal.api import Actor
from tongban.kernel.errors import NotFound
from tongban.services.api import GuideMaterial, get_regimes

#: Parts that a list shows, the newest first.
LISTED = 50


def parts_to_sign(by: Actor) -> list[SigningPart]:
    """What a person was asked to sign, the newest first; nothing while she acts for somebody."""
    if by.person is None or by.represents:
        return []
    rows = CoApplicant.objects.filter(person=by.person).select_related("application").order_by("-asked_at")
    return [found for one in rows[:LISTED] if (found := _part(one))]


def get_part(number: str, material: str, *, by: Actor) -> SigningPart:
    """One part that the person was asked to sign.

    Raises:
        NotFound: nobody asked her, or it is needed no more.
    """
    settle_application(number)
    found = None
    if by.person and not by.represents:
        rows = CoApplicant.objects.filter(application=number, material=material, person=by.person)
        row = rows.select_related("application").first()
        found = _part(row) if row else None
    if found is None:
        raise NotFound("没有找到请您签名的这一份，或者它现在不用您签名。")
    return found


def _part(row: CoApplicant) -> SigningPart | None:
    application = row.application
    guide = guide_of(application)
    held = next((one for one in guide.materials if one.material.code == row.material), None)
    if held is None or held.material.signer is None:
        return None
    questions = questions_of(guide)
    shown = [
        (questions[code].title, application.answers.get(code, ""))
        for code in held.material.signer.shows
        if code in questions
    ]
    return SigningPart(
        number=application.number,
        material=row.material,
        application=application.title,
        applicant=application.applicant_name,
        window=get_agency(application.window).name,
        title=held.material.title,
        part=row.title,
        text=held.material.text,
        issuer=held.material.issuer,
        cites=held.material.cites,
        shown=tuple(shown),
        state=row.state,
        reason=row.reason,
        open=row.state == "asked" and application.state == "preparing",
        asked_at=row.asked_at,
        answered_at=row.answered_at,
        cases=_cases(application, held),
    )


def _cases(application: Application, held: GuideMaterial) -> tuple[tuple[str, str], ...]:
    cases = list(application.cases.filter(item__in=held.needed_by).order_by("ordinal"))
    regimes = get_regimes({case.regime for case in cases}) if cases else {}
    return tuple(
        (case.title, next(one.words for one in regimes[case.regime].states if one.code == case.state))
        for case in cases
    )
