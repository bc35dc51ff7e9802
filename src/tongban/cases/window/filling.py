"""At the window (窗口收件): a clerk fills the form in with the person before her, and takes papers as they are."""

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from tongban.cases.access import own_application
from tongban.cases.actions.prepare import create_draft
from tongban.cases.actions.settle import settle_application
from tongban.cases.entries import note_application
from tongban.cases.models import Application, Handed
from tongban.cases.pinning import pin_form
from tongban.cases.window.holding import check_clerk
from tongban.cases.window.kinds import BegunAtWindow
from tongban.identity.api import find_person, full_id_number
from tongban.journal.api import Actor, bump
from tongban.kernel.errors import BadInput, Conflict
from tongban.services.api import get_guide

#: What the person shows of herself.
SHOWN = {
    "id-card": "居民身份证",
    "electronic": "电子身份凭证",
    "temporary": "临时居民身份证",
    "other": "其他有效身份证件",
}
#: The outcome of what came on paper: nobody has a file of it.
PAPER = "paper"
#: What may come on paper; promises are agreed to, certificates are looked up.
ON_PAPER = ("upload", "signature", "fetched")


def find_at_window(*, name: str, id_number: str) -> UUID:
    """The person whose identity card lies before the clerk: name and number both have to fit.

    Raises:
        BadInput: no such number, or nobody here of that name and number.
    """
    number = full_id_number(id_number.replace(" ", "").upper())
    if number is None:
        sentence = "身份证号码不对：应是 18 位（最后一位可以是 X），或者旧的 15 位。请对照证件逐位核对。"
        raise BadInput(sentence, field="id_number")
    found = find_person(name=name.strip(), id_number=number)
    if found is None:
        sentence = "没有姓名和号码都相符的人。请对照证件核对；刚迁入、还没有登记的，请先联系公安部门。"
        raise BadInput(sentence, field="name")
    return found.id


def begin_at_window(*, bundle: str, applicant: UUID, shown: str, by: Actor) -> str:
    """Begin with the person at the window, or go on with the draft that she has; returns its number.

    Raises:
        BadInput: nothing was shown.
        NotAllowed: another window takes this in.
        NotFound: no such bundle in force.
    """
    if shown not in SHOWN:
        raise BadInput("请选择申请人出示的证件。", field="shown")
    guide = get_guide(bundle)
    check_clerk(by, window=guide.bundle.window)
    hers = Application.objects.filter(applicant=applicant, bundle=bundle, state="preparing")
    for number in list(hers.values_list("number", flat=True)):
        settle_application(number)
    if begun := hers.first():
        return _go_on(begun, shown, by)
    act = BegunAtWindow(bundle=bundle, bundle_version=guide.bundle.version, shown=shown, went_on=False)
    form = pin_form(guide)
    try:
        with transaction.atomic():
            return create_draft(guide, form, applicant=applicant, act=act, by=by, clerk=by.key)
    except IntegrityError:  # the second of two clicks: the first one's draft is ours
        return hers.get().number


def take_papers(*, number: str, materials: Sequence[str], by: Actor) -> None:
    """Note which materials lie before the clerk on paper; in a draft, those no longer named are taken off again.

    Raises:
        Conflict: submitted already, and nothing was sent back.
        NotFound: not one that this window fills in.
    """
    row = own_application(number, by)
    check_clerk(by, window=row.window)
    rows = Handed.objects.filter(application=row, kind__in=ON_PAPER, document=None)
    if row.state == "supplementing":
        rows.filter(state="returned", material__in=materials).update(state="ready", outcome=PAPER)
        return
    if row.state != "preparing":
        raise Conflict("申请已经提交，不能再修改。")
    rows.filter(outcome=PAPER).exclude(material__in=materials).update(state="waiting", outcome="")
    rows.filter(~Q(state="ready"), material__in=materials).update(state="ready", outcome=PAPER)


def _go_on(begun: Application, shown: str, by: Actor) -> str:
    """The clerk goes on with the draft of whoever stands before her, or with a colleague's."""
    if begun.clerk == by.key:
        return begun.number
    with transaction.atomic():
        version = bump(Application, begun.number)
        rows = Application.objects.filter(pk=begun.number)
        rows.update(channel="window", clerk=by.key, agent=None, agent_name="")
        act = BegunAtWindow(
            bundle=begun.bundle, bundle_version=begun.bundle_version, shown=shown, went_on=True
        )
        note_application(act, begun, version=version, by=by, said={"title": begun.title})
    return begun.number
