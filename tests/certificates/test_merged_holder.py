"""Two identities of one person: what the one held the other holds, with its shares and its readings."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from django.test import Client

from tests.cases.conftest import *  # noqa: F403 - people
from tests.cases.conftest import Who
from tests.certificates.test_changes import change, entered, gunian
from tests.certificates.test_feeding_above import follow
from tests.portals.public.test_public_pages import text
from tongban.certificates.api import (
    CertificateLibrary,
    Holder,
    ShareTerms,
    Term,
    certificates_of,
    enter_certificate,
    find_by_code,
    get_certificate,
    get_share,
    give_share,
    open_share,
    show_certificate,
    uses_of,
)
from tongban.certificates.models import CertificateType
from tongban.exchange.ports import SourceDown
from tongban.identity.api import find_actor, find_holder, find_holders, get_person, merge_people
from tongban.identity.models import Account, Firm, Person
from tongban.journal.api import Actor, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound

__all__ = ["SourceDown", "follow", "gunian"]
SignIn = Callable[[str], Client]
OLD = "990102198603091234"


@pytest.fixture
def old(who: Who) -> Actor:
    """The same woman under a number that was corrected later."""
    assert who
    one = Person.objects.create(id_number=OLD, name="顾念", sex="女", born_on=date(1986, 3, 9), source="test")
    return Actor(kind="person", key=str(one.pk), name="顾念")


def number_of(one: Actor) -> str:
    assert one.person
    return get_person(one.person).id_number


def merge(old: Actor, new: Actor, by: Actor) -> None:
    merge_people(gone=number_of(old), kept=number_of(new), words="公安机关更正了号码", by=by)


def teacher(owner: Actor) -> UUID:
    """A certificate on her own number."""
    assert owner.person
    kind = CertificateType.objects.get(pk="teacher-certificate")
    kind.issuers = ["lanchuan.approval"]
    kind.save()
    return enter_certificate(
        type_code="teacher-certificate",
        number="20159901",
        holder=Holder("顾念", number_of(owner), owner.person),
        content={"name": "顾念", "kind": "小学教师资格", "subject": "语文"},
        term=Term(date(2015, 5, 1), date(2015, 5, 1), None),
        by=find_actor("food-approver"),
    )


def test_what_she_held_she_opens_shows_and_shares_under_the_kept_identity(
    who: Who, old: Actor, gunian: Actor, follow: Callable[[], None]
) -> None:
    certificate = entered(who("food-approver"), old, days=100)
    terms = ShareTerms("租房处", "租房", ["scope"], "7")
    share = give_share(certificate=certificate, terms=terms, by=old)
    code = get_share(share, by=old).code
    merge(old, gunian, who("data-officer"))
    follow()
    assert certificate in [one.id for one in certificates_of(gunian.person)]  # type: ignore[arg-type]
    assert certificates_of(old.person) == []  # type: ignore[arg-type]
    with pytest.raises(NotFound, match="或者它不属于您"):
        get_certificate(certificate, by=old)
    view, shown = show_certificate(certificate, by=gunian)
    assert shown.code
    found = find_by_code(view.check_code)
    assert found
    assert found.holder_number == view.holder_number  # what stands on it stays
    assert get_share(share, by=gunian).state == "open"
    open_share(code=code, reader="租房处", by=None)
    assert {one.way for one in uses_of(certificate, by=gunian)[1]} == {"given", "opened"}
    change(certificate, who("food-approver"))
    assert get_certificate(certificate, by=gunian).status == "revoked"
    follow()
    follow()  # nothing more happens


def test_agencies_find_it_under_the_number_she_has_now(
    who: Who, old: Actor, gunian: Actor, follow: Callable[[], None]
) -> None:
    teacher(old)
    library, asked = CertificateLibrary(), {"holder_number": number_of(gunian)}
    assert library.query("teacher-certificate", asked, ["number"]) is None
    merge(old, gunian, who("data-officer"))
    follow()
    assert library.query("teacher-certificate", asked, ["number"]) == {"number": "20159901"}


def test_an_old_number_names_the_kept_person_and_account_and_firms_go_over(
    who: Who, old: Actor, gunian: Actor
) -> None:
    firm = Firm.objects.filter(representative=gunian.person).first()
    assert firm
    merge(gunian, old, who("data-officer"))
    holder = find_holder("990102198603091866")
    assert holder
    assert (holder.person, holder.number) == (old.person, OLD)
    assert find_holders(["990102198603091866"])["990102198603091866"].person == old.person
    assert Firm.objects.get(pk=firm.pk).representative_id == old.person
    assert find_actor("gunian").person == old.person
    assert find_holder("990102198603091866").person == old.person  # type: ignore[union-attr]


def test_where_both_had_accounts_the_merged_one_is_closed(who: Who, old: Actor, gunian: Actor) -> None:
    other = Person.objects.get(pk=old.person)
    account = Account.objects.create(username="gunian-old", person=other)
    merge(old, gunian, who("data-officer"))
    account.refresh_from_db()
    assert not account.is_active
    assert find_actor("gunian").person == gunian.person


def test_the_merger_is_journalled_for_both_without_a_name(who: Who, old: Actor, gunian: Actor) -> None:
    from tongban.identity.models import Merger

    merge(old, gunian, who("data-officer"))
    row = Merger.objects.get()
    (entry,) = timeline(objects=[f"merger:{row.pk}"])
    assert (entry.kind, entry.content) == ("people.merged.v1", {})


def test_who_may_not_and_what_cannot_be_merged(who: Who, old: Actor, gunian: Actor) -> None:
    officer = who("data-officer")
    for name in ("approval-owner", "food-approver", "gunian"):
        with pytest.raises(NotAllowed, match="身份归并由数据专员办理"):
            merge(old, gunian, who(name))
    with pytest.raises(BadInput, match="两个号码是同一个，不用归并。"):
        merge(gunian, gunian, officer)
    with pytest.raises(BadInput, match="主体库里没有这个公民身份号码") as caught:
        merge_people(gone="990102198603099999", kept=number_of(gunian), words="x", by=officer)
    assert caught.value.field == "gone"
    with pytest.raises(BadInput, match="请写明怎么核实的"):
        merge_people(gone=OLD, kept=number_of(gunian), words=" ", by=officer)
    merge(old, gunian, officer)
    for pair in ((old, gunian), (gunian, old)):
        with pytest.raises(Conflict, match=f"号码 {OLD} 已经归并到另一个身份"):
            merge(*pair, officer)


def test_the_page_shows_both_names_before_it_is_done(
    who: Who, old: Actor, gunian: Actor, sign_in: SignIn
) -> None:
    assert who
    client = sign_in("data-officer")
    said = {"gone": OLD, "kept": number_of(gunian), "words": "公安机关更正了号码"}
    wrong = client.post("/bureau/merging/", {**said, "gone": "1"})
    assert wrong.status_code == 422
    assert "主体库里没有这个公民身份号码，请对照证件再填一次。" in text(wrong)
    assert client.post("/bureau/merging/", {**said, "words": ""}).status_code == 422
    page = text(client.post("/bureau/merging/", said))
    assert f"顾念 {OLD}" in page
    assert "请核对两边的姓名。归并以后不能撤回。" in page
    done = client.post("/bureau/merging/", {**said, "confirmed": "1"})
    assert "已归并。" in text(client.get(done["Location"]))
    again = client.post("/bureau/merging/", {**said, "confirmed": "1"})
    assert again.status_code == 422
    assert "已经归并到另一个身份" in text(again)
    assert sign_in("approval-owner").get("/bureau/merging/").status_code == 403
    assert clock.now()
