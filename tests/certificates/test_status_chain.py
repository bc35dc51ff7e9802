"""From one status to the next, as its published list says it; renewals, further holders, a type that changes meanwhile."""

import hashlib
from base64 import b64encode
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client

from tests.cases.conftest import *  # noqa: F403 - somebody with a licence
from tests.cases.conftest import Who
from tests.certificates.test_changes import CONTENT, change, entered
from tongban.certificates.api import (
    Holder,
    Term,
    certificates_of,
    check_credential,
    enter_certificate,
    get_certificate,
    is_identifier,
    publish_status_lists,
    published,
    replace_certificate,
    shareable_lines,
)
from tongban.certificates.issuer import issuer_address
from tongban.certificates.issuing_keys import issuer_keys
from tongban.certificates.models import Certificate, CertificateType
from tongban.certificates.offline import check_status, read_status_list
from tongban.certificates.signing.editions import note_editions
from tongban.certificates.statuses.models import StatusChunk, StatusList, StatusPlace
from tongban.certificates.statuses.places import mark, take_places
from tongban.certificates.statuslist import FOLLOWED, INVALID, SUSPENDED, VALID
from tongban.journal.api import Actor, find_entries, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed
from tongban.kernel.ids import uuid7

ISSUER = "lanchuan.approval"


@pytest.fixture
def gunian(who: Who) -> Actor:
    return who("gunian")


def listed(certificate: UUID) -> int:
    """What a stranger reads of a certificate's text in the newest edition of its list."""
    publish_status_lists()
    credential, _found = check_credential(Certificate.objects.get(pk=certificate).sd_jwt)
    list_id = UUID(credential.status["status_list"]["uri"].rsplit("/", 1)[1])
    found = read_status_list(published(list_id).token, issuer_keys(), now=clock.real_now())
    return check_status(found, credential.status, issuer=credential.issuer)


@pytest.mark.parametrize(
    ("to", "ground", "said"),
    [
        ("suspend", "suspend-penalty", SUSPENDED),
        ("revoke", "revoke-fraud", INVALID),
        ("cancel", "cancel-ended", INVALID),
        ("transfer", "transfer-out", FOLLOWED),
    ],
)
def test_every_change_is_in_the_next_edition(
    who: Who, gunian: Actor, to: str, ground: str, said: int
) -> None:
    certificate = entered(who("food-approver"), gunian, days=200)
    assert listed(certificate) == VALID
    change(certificate, who("food-approver"), to=to, ground=ground)
    assert listed(certificate) == said


def test_what_was_suspended_and_holds_again_says_so(who: Who, gunian: Actor) -> None:
    certificate = entered(who("food-approver"), gunian, days=200)
    change(certificate, who("food-approver"), to="suspend", ground="suspend-penalty")
    assert listed(certificate) == SUSPENDED
    change(certificate, who("food-approver"), to="reinstate", ground="reinstate-ended")
    assert listed(certificate) == VALID


def test_a_transferred_one_is_finished_here(who: Who, gunian: Actor) -> None:
    certificate = entered(who("food-approver"), gunian, days=200)
    change(certificate, who("food-approver"), to="transfer", ground="transfer-out")
    (view,) = certificates_of(gunian.person)  # type: ignore[arg-type]
    assert (view.status, view.status_words) == ("transferred", "已转出")
    with pytest.raises(Conflict, match="已转出"):
        change(certificate, who("food-approver"))


def renewed(certificate: UUID, by: Actor, *, ground: str = "replace-renewed") -> UUID:
    today = clock.today()
    term = Term(today, today, today + timedelta(days=1825))
    return replace_certificate(
        certificate=certificate, ground=ground, words="准予延续", term=term, seen=None, by=by
    )


def test_a_renewal_is_linked_to_the_one_before_and_takes_its_place(who: Who, gunian: Actor) -> None:
    old = entered(who("food-approver"), gunian, days=10)
    new = renewed(old, who("food-approver"))
    before, after = Certificate.objects.get(pk=old), Certificate.objects.get(pk=new)
    assert (before.status, after.status, after.previous_id) == ("replaced", "valid", old)
    assert (after.number, after.owner, after.content) == (before.number, before.owner, before.content)
    assert before.identifier[:-6] == after.identifier[:-6]
    assert (before.identifier[-5:-2], after.identifier[-5:-2]) == ("001", "002")
    assert is_identifier(after.identifier)
    assert (listed(old), listed(new)) == (FOLLOWED, VALID)
    acts = timeline(objects=[f"certificate:{old}"])
    assert acts[-1].kind == "certificate.replaced.v1"
    assert acts[-1].content["by"] == after.identifier
    assert before.changes.get().basis == "《行政许可法》第五十条"


def test_an_expired_one_is_renewed_and_a_revoked_one_is_not(who: Who, gunian: Actor) -> None:
    assert renewed(entered(who("food-approver"), gunian, days=-3), who("food-approver"))
    revoked = entered(who("food-approver"), gunian, days=200, number="2")
    change(revoked, who("food-approver"))
    with pytest.raises(Conflict, match="撤销"):
        renewed(revoked, who("food-approver"))


def test_only_the_issuer_renews_on_a_ground_of_a_renewal(who: Who, gunian: Actor) -> None:
    old = entered(who("food-approver"), gunian, days=10)
    with pytest.raises(NotAllowed):
        renewed(old, who("fire-approver"))
    with pytest.raises(BadInput, match="法定情形"):
        renewed(old, who("food-approver"), ground="revoke-fraud")
    with pytest.raises(BadInput, match="换发"):
        change(old, who("food-approver"), to="replace", ground="replace-renewed")
    assert Certificate.objects.get(pk=old).status == "valid"


def test_a_second_holder_opens_it_too_and_stands_in_the_text(who: Who, gunian: Actor) -> None:
    other, stranger = who("linxia"), who("shituo")
    today = clock.today()
    assert gunian.person
    certificate = enter_certificate(
        type_code="food-permit",
        number="JY-2",
        holder=Holder("青石区顾念面馆", "92990102MA990001X1", gunian.person),
        content=CONTENT,
        term=Term(today, today, None),
        by=who("food-approver"),
        others=[Holder("林夏", "990102199003070023", other.person)],
    )
    assert get_certificate(certificate, by=other).number == "JY-2"
    assert [one.id for one in certificates_of(other.person)] == [certificate]  # type: ignore[arg-type]
    assert certificates_of(stranger.person) == []  # type: ignore[arg-type]
    credential, _found = check_credential(Certificate.objects.get(pk=certificate).sd_jwt)
    assert [one["name"] for one in credential.claims["co_holders"]] == ["林夏"]


def test_a_type_that_changes_leaves_its_living_certificates_as_they_were(
    who: Who, gunian: Actor, client: Client
) -> None:
    old = entered(who("food-approver"), gunian, days=200)
    kind = CertificateType.objects.get(pk="food-permit")
    kind.fields = [*kind.fields, {"name": "storage", "title": "仓库地址"}]
    kind.save()
    note_editions([kind])
    note_editions([kind])
    (view,) = certificates_of(gunian.person)  # type: ignore[arg-type]
    assert "仓库地址" not in dict(view.fields)
    assert "仓库地址" not in [one.title for one in shareable_lines(old, by=gunian)]
    credential, found = check_credential(view.sd_jwt)
    assert found
    assert credential.vct.endswith("/1")
    first, second = (client.get(f"/vct/{kind.type_code}/{number}") for number in (1, 2))
    assert "仓库地址" not in first.content.decode()
    assert "仓库地址" in second.content.decode()
    assert client.get(f"/vct/{kind.type_code}/3").status_code == 404
    with pytest.raises(BadInput, match="仓库地址"):
        renewed(old, who("food-approver"))


def test_each_list_is_digested_into_the_public_ledger(who: Who, gunian: Actor) -> None:
    entered(who("food-approver"), gunian, days=200)
    publish_status_lists()
    found = StatusList.objects.get(issuer=ISSUER)
    edition = published(found.id)
    (entry,) = find_entries([edition.entry])
    assert entry.kind == "certificate.status-listed.v1"
    assert entry.content["sha256"] == hashlib.sha256(edition.token.encode()).hexdigest()
    assert publish_status_lists() == 0


def test_a_place_is_never_given_twice_and_a_full_list_makes_room(
    who: Who, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongban.certificates.statuses.places.LIST_SIZE", 16)
    places = [place for _ in range(20) for place in take_places("qingshi.police", [uuid7(), uuid7()])]
    assert len(places) == len({(one.list, one.index) for one in places}) == 40
    assert len({one.list for one in places}) > 2


def test_the_app_cannot_free_a_place(who: Who, gunian: Actor) -> None:
    entered(who("food-approver"), gunian, days=200)
    with pytest.raises(ProgrammingError), transaction.atomic():
        StatusPlace.objects.all().delete()


def test_a_flip_in_a_list_of_a_million_touches_one_chunk(who: Who, gunian: Actor) -> None:
    certificates = [entered(who("food-approver"), gunian, days=200, number=str(n)) for n in range(2)]
    for one in certificates:
        mark([one], "revoked")
    found = StatusList.objects.get(issuer=ISSUER)
    assert found.size >= 1_000_000
    numbers = {index // 32768 for index in StatusPlace.objects.values_list("index", flat=True)}
    assert set(StatusChunk.objects.values_list("number", flat=True)) <= numbers
    publish_status_lists()
    assert not StatusChunk.objects.filter(changed=True).exists()


def test_checkers_and_wallets_of_others_find_keys_types_and_lists(
    who: Who, gunian: Actor, client: Client
) -> None:
    certificate = entered(who("food-approver"), gunian, days=200)
    publish_status_lists()
    credential, _found = check_credential(Certificate.objects.get(pk=certificate).sd_jwt)
    path = issuer_address(ISSUER).partition("/issuers/")[2]
    keys = client.get(f"/.well-known/jwt-vc-issuer/issuers/{path}").json()
    assert keys["issuer"] == credential.issuer
    assert credential.key_id in {one["kid"] for one in keys["jwks"]["keys"]}
    assert not any("d" in one for one in keys["jwks"]["keys"])
    kind = client.get("/vct/" + credential.vct.partition("/vct/")[2])
    assert kind.json()["vct"] == credential.vct
    digest = b64encode(hashlib.sha256(kind.content).digest()).decode()
    assert credential.claims["vct#integrity"] == f"sha256-{digest}"
    address = "/status-lists/" + credential.status["status_list"]["uri"].rsplit("/", 1)[1]
    newest = client.get(address)
    assert newest.headers["Content-Type"] == "application/statuslist+jwt"
    assert 0 < int(newest.headers["Cache-Control"].rpartition("=")[2]) <= 900
    assert newest.headers["Access-Control-Allow-Origin"] == "*"
    edition = client.get(f"{address}/1")
    assert edition.content == newest.content
    assert "immutable" in edition.headers["Cache-Control"]
    then = int(clock.real_now().timestamp())
    assert client.get(f"{address}?time={then}").content == newest.content
    for when in ("0", str(then + 90_000), "yesterday", "9" * 30):
        assert client.get(f"{address}?time={when}").status_code == 406
    assert client.get(f"/status-lists/{uuid7()}").status_code == 404
    assert client.get("/.well-known/jwt-vc-issuer/issuers/nobody").status_code == 404
