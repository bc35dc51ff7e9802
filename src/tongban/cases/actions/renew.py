"""A form that changed under a draft: the draft takes the new one up, and the person is shown what changed."""

from django.db import transaction

from tongban.cases.access import own_application
from tongban.cases.actions.prepare import handed_rows
from tongban.cases.actions.sign import void_signatures
from tongban.cases.entries import note_application
from tongban.cases.kinds import FormRenewed
from tongban.cases.models import Application, Handed
from tongban.cases.pinning import (
    FormChange,
    changed_materials,
    changes_between,
    form_digest,
    pin_form,
    whole_guide,
)
from tongban.cases.references import note_reference
from tongban.journal.api import Actor, bump
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.packs.api import remembered
from tongban.services.api import Guide, get_guide


def form_is_current(row: Application) -> bool:
    """Whether the form that a draft was made with is the one in force; one that ended is nobody's newer form."""
    return not row.form or _digest_in_force(row.bundle) in {None, row.form}


def renew_form(*, number: str, by: Actor) -> bool:
    """Bring a draft to the form in force, if that is another one; says whether it was.

    Answers whose question changed are dropped, agreements and files whose material changed too; all others stay.

    Raises:
        NotFound: there is no such application of the person's.
    """
    row = own_application(number, by)
    if row.state != "preparing" or form_is_current(row):
        return False
    with transaction.atomic():
        version = bump(Application, number)
        row.refresh_from_db()
        guide = _in_force(row.bundle)
        if row.state != "preparing" or guide is None:
            return False
        old = whole_guide(row)
        changes = changes_between(old, guide)
        _take_up(row, old, guide, changes)
        changed = [code for one in changes for code in one.answers]
        note_application(FormRenewed(form=row.form, changed=changed), row, version=version, by=by)
        void_signatures(row, by)
    return True


def acknowledge_changes(*, number: str, by: Actor) -> None:
    """Note that the person has seen what changed; twice changes nothing."""
    row = own_application(number, by)
    Application.objects.filter(pk=row.pk, state="preparing").update(form_changes=[])


def _take_up(row: Application, old: Guide, guide: Guide, changes: list[FormChange]) -> None:
    again = {code for one in changes for code in one.answers}
    kept = {code: text for code, text in row.answers.items() if code.partition(".")[0] not in again}
    row.answers = kept
    row.bundle_version = guide.bundle.version
    row.item_versions = {item.code: item.version for item in guide.items}
    row.form = pin_form(guide)
    row.form_changes = [*row.form_changes, *({"what": str(one.what)} for one in changes)]
    needed = {one.material.code: one for one in guide.materials}
    held = Handed.objects.filter(application=row)
    held.exclude(material__in=needed).delete()
    held.filter(material__in=changed_materials(old, guide)).delete()
    here = set(held.values_list("material", flat=True))
    fresh = [one for one in handed_rows(row, guide) if one.material not in here]
    Handed.objects.bulk_create(fresh)
    if any(one.kind == "fetched" for one in fresh):
        row.told_at = None  # another reading: she is told of it first
    for one in held:
        one.needed_by = list(needed[one.material].needed_by)
        one.title = needed[one.material].material.title
    Handed.objects.bulk_update(held, ["needed_by", "title"])
    row.save(update_fields=["answers", "bundle_version", "item_versions", "form", "form_changes", "told_at"])
    note_reference(row, kinds=list(row.item_versions), state="preparing", until=row.lapses_on)


def _in_force(bundle: str) -> Guide | None:
    try:
        return get_guide(bundle)
    except NotFound:
        return None


def _digest_in_force(bundle: str) -> str | None:
    def read() -> str | None:
        guide = _in_force(bundle)
        return form_digest(guide) if guide else None

    return remembered("form-digest", bundle, clock.today(), make=read)
