"""Who may call: systems are registered, renamed, stopped and started; keys stand beside each other and end."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.exchange.calling import Signer
from tongban.exchange.api import (
    Caller,
    add_key,
    end_key,
    expiring_keys,
    get_subsystem,
    grants_held,
    is_known,
    issue_token,
    keys_of,
    read_public_key,
    register_subsystem,
    registered_subsystems,
    rename_subsystem,
    revoke_key,
    start_subsystem,
    stop_subsystem,
    trust_address,
)
from tongban.identity.api import find_actor
from tongban.journal.api import Actor, StaleObject, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound

pytestmark = pytest.mark.django_db
CODE = "GOV/lanchuan.fire/inspection"


@pytest.fixture
def officer() -> Actor:
    return find_actor("data-officer")


@pytest.fixture
def system(officer: Actor) -> str:
    register_subsystem(code=CODE, title=" 消防检查  系统 ", by=officer)
    return CODE


def knows(key: str) -> bool:
    return is_known(Caller(CODE, key, 0, ""))


def add(officer: Actor, key: str, **more: object) -> None:
    given = {"valid_to": None, "suite": "ES256", "public": Signer(key).public, **more}
    add_key(subsystem=CODE, key=key, by=officer, **given)  # type: ignore[arg-type]


def test_a_system_is_registered_under_its_agency_with_a_name(system: str) -> None:
    shown = get_subsystem(system)
    assert (shown.agency, shown.title, shown.stopped_at) == ("lanchuan.fire", "消防检查 系统", None)


def test_a_system_without_a_name_or_of_no_agency_is_refused(officer: Actor) -> None:
    with pytest.raises(BadInput, match="名称"):
        register_subsystem(code=CODE, title="  ", by=officer)
    with pytest.raises(NotFound):
        register_subsystem(code="GOV/nobody/x", title="甲", by=officer)


def test_only_a_data_officer_says_who_calls(system: str) -> None:
    owner = find_actor("housing-owner")
    for act in (
        lambda: rename_subsystem(system, title="乙", by=owner),
        lambda: stop_subsystem(system, reason="x", by=owner),
        lambda: start_subsystem(system, reason="x", by=owner),
        lambda: end_key("k", valid_to=clock.real_now(), by=owner),
        lambda: issue_token(subsystem=system, valid_to=clock.real_now(), by=owner),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_new_name_is_an_act_and_leaves_the_code(system: str, officer: Actor) -> None:
    rename_subsystem(system, title="消防监督系统", seen=1, by=officer)
    assert get_subsystem(system).title == "消防监督系统"
    (act,) = timeline(objects=[f"subsystem:{CODE}"], kinds=["subsystem.renamed.v1"])
    assert act.content["name"] == "消防监督系统"
    with pytest.raises(StaleObject):
        rename_subsystem(system, title="又一个", seen=1, by=officer)


def test_a_stop_needs_a_reason_and_a_start_gives_the_keys_back(system: str, officer: Actor) -> None:
    add(officer, "fire-a")
    with pytest.raises(BadInput):
        stop_subsystem(system, reason=" ", by=officer)
    stop_subsystem(system, reason="系统在换机房", by=officer)
    assert not knows("fire-a")
    with pytest.raises(Conflict):
        stop_subsystem(system, reason="再停", by=officer)
    start_subsystem(system, reason="机房换好了", by=officer)
    assert knows("fire-a")
    with pytest.raises(Conflict):
        start_subsystem(system, reason="再开", by=officer)
    acts = timeline(objects=[f"subsystem:{CODE}"])
    assert [one.content.get("reason") for one in acts][-2:] == ["系统在换机房", "机房换好了"]


def test_a_successor_stands_beside_the_old_key_until_that_ends(system: str, officer: Actor) -> None:
    now = clock.real_now()
    add(officer, "fire-old", valid_to=now + timedelta(days=300))
    add(officer, "fire-new")
    assert knows("fire-old")
    assert knows("fire-new")
    end_key("fire-old", valid_to=now + timedelta(days=7), by=officer)
    states = {one.id: one.state for one in keys_of(system)}
    assert states == {"fire-old": "ending", "fire-new": "valid"}
    assert [one.id for one in expiring_keys()] == ["fire-old"]
    with pytest.raises(BadInput, match="原来的早"):
        end_key("fire-old", valid_to=now + timedelta(days=30), by=officer)
    with pytest.raises(BadInput):
        end_key("fire-new", valid_to=now - timedelta(days=1), by=officer)


def test_a_revoked_key_does_not_end_again(system: str, officer: Actor) -> None:
    add(officer, "fire-a")
    revoke_key("fire-a", by=officer)
    with pytest.raises(Conflict):
        end_key("fire-a", valid_to=clock.real_now() + timedelta(days=1), by=officer)
    with pytest.raises(Conflict, match="已经用过"):
        add(officer, "fire-a")
    assert keys_of(system)[0].state == "revoked"


def test_an_address_is_one_machine_and_may_be_trusted_again(system: str, officer: Actor) -> None:
    for wrong in ("10.0.0.0/8", "intranet", "224.0.0.1", "::", ""):
        with pytest.raises(BadInput):
            trust_address(subsystem=system, address=wrong, valid_to=None, by=officer)
    trust_address(subsystem=system, address="10.20.30.40", valid_to=None, by=officer)
    with pytest.raises(Conflict):
        trust_address(subsystem=system, address="10.20.30.40", valid_to=None, by=officer)
    revoke_key("address:10.20.30.40", by=officer)
    assert not knows("address:10.20.30.40")
    trust_address(subsystem=system, address="10.20.30.40", valid_to=None, by=officer)
    assert knows("address:10.20.30.40")


def test_a_public_key_comes_as_pem_or_as_its_bytes() -> None:
    for key, suite in (
        (ec.generate_private_key(ec.SECP256R1()), "ES256"),
        (ed25519.Ed25519PrivateKey.generate(), "Ed25519"),
    ):
        public = key.public_key()
        raw = (
            public.public_bytes_raw()
            if isinstance(public, ed25519.Ed25519PublicKey)
            else public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        )
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        from base64 import b64encode, urlsafe_b64encode

        for given in (pem, f"\n{pem}\n", raw.hex(), b64encode(raw).decode(), urlsafe_b64encode(raw).decode()):
            assert read_public_key(given) == (suite, raw)


def test_what_is_no_public_key_of_ours_is_told_so() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with pytest.raises(BadInput, match="这是私钥"):
        read_public_key(pem)
    other = rsa.generate_private_key(65537, 2048).public_key()
    curve = ec.generate_private_key(ec.SECP384R1()).public_key()
    pems = [
        one.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode() for one in (other, curve)
    ]
    for wrong in (*pems, "", "不是钥匙", "00" * 32 + "1", "ab" * 65, "-----BEGIN PUBLIC KEY-----\nx"):
        with pytest.raises(BadInput, match="公钥应为"):
            read_public_key(wrong)


def test_the_list_is_read_by_code_in_as_many_queries_for_many_as_for_one(
    officer: Actor, django_assert_num_queries: object
) -> None:
    for n in range(5):
        register_subsystem(code=f"GOV/lanchuan.fire/s{n}", title=f"系统 {n}", by=officer)
    with django_assert_num_queries(3):  # type: ignore[operator]
        found = registered_subsystems(after="GOV/lanchuan.fire/s1", limit=2)
    assert [one.code for one in found] == ["GOV/lanchuan.fire/s2", "GOV/lanchuan.fire/s3"]


def test_what_a_system_may_read_says_state_and_suspended_items(system: str) -> None:
    from datetime import date

    from tongban.exchange.models import Grant

    Grant.objects.create(
        code="fire-place", consumer="lanchuan.fire", subsystem=CODE, resource="real-estate",
        items=["address", "area"], suspended=["area"], purpose="核对场所", cites=[], case_kinds=["fire-check"],
        valid_from=date(2026, 1, 1), valid_to=date(2026, 2, 1), source="test",
    )  # fmt: skip
    (line,) = grants_held(system)
    assert (line.items, line.suspended, line.state) == (("坐落",), ("建筑面积（平方米）",), "over")
