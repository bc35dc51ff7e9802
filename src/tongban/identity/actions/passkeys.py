"""Passkeys (WebAuthn level 3): adding one, signing in with one, naming and removing."""

from uuid import UUID

from django.db import transaction

from tongban.identity import ceremonies
from tongban.identity.ceremonies import Ceremony, NotProved
from tongban.identity.kinds import MethodAdded, MethodRemoved, PasskeyRenamed
from tongban.identity.models import Account, Passkey
from tongban.identity.policy import PASSKEYS_MAX, check_another_way_remains, check_own, checked_name
from tongban.identity.queries import find_account
from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotFound
from tongban.kernel.sentences import say
from tongban.keys.api import keyed_digest

_REFUSED = "没有认出这个通行密钥。请再试一次，或者用用户名和密码登录。"
_NOT_ADDED = "通行密钥没有添加成功。请再试一次；如果仍不行，请换一台设备或浏览器。"


def passkey_wanted(*, account: int, name: str) -> Ceremony:
    """What to ask the browser for to make a passkey of this account. Its user handle is no personal datum."""
    username = Account.objects.values_list("username", flat=True).get(pk=account)
    known = Passkey.objects.filter(account=account).values_list("credential_id", flat=True)
    return ceremonies.registration(
        handle=keyed_digest(f"passkey:{account}".encode()),
        username=username,
        name=name or username,
        known=[bytes(one) for one in known],
    )


def sign_in_wanted() -> Ceremony:
    """What to ask the browser for to sign in with any passkey of this site."""
    return ceremonies.authentication()


def add_passkey(*, account: int, answer: str, challenge: bytes, name: str, by: Actor) -> UUID:
    """Take a passkey into use; returns its id.

    Raises:
        BadInput: the browser's answer does not fit the challenge, this site or the name's rule.
        Conflict: there are ten already.
        NotAllowed: somebody else asks.
    """
    called = checked_name(name)
    try:
        made = ceremonies.checked_registration(answer, challenge)
    except NotProved as refusal:
        raise BadInput(_NOT_ADDED) from refusal
    with transaction.atomic():
        version = bump(Account, account)
        check_own(Account.objects.get(pk=account), by)
        if Passkey.objects.filter(account=account).count() >= PASSKEYS_MAX:
            raise Conflict(say("一个账户最多有 {n} 个通行密钥。请先删除不用的。", n=PASSKEYS_MAX))
        if Passkey.objects.filter(credential_id=made.credential_id).exists():
            raise BadInput("这个通行密钥已经添加过了。")
        passkey = Passkey.objects.create(
            account_id=account,
            credential_id=made.credential_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            name=called,
            added_at=clock.now(),
        )
        record(MethodAdded(method="passkey"), on=Subject("account", str(account), version), by=by)
    return passkey.id


def sign_in_by_passkey(*, answer: str, challenge: bytes) -> Account:
    """The account whose passkey signed the challenge.

    Raises:
        BadInput: no passkey of ours, a wrong signature, a copied authenticator, or a closed account.
    """
    with transaction.atomic():
        passkey = (
            Passkey.objects.select_for_update().filter(credential_id=ceremonies.credential_of(answer)).first()
        )
        if passkey is None:
            raise BadInput(_REFUSED)
        try:
            count = ceremonies.checked_authentication(
                answer, challenge, public_key=bytes(passkey.public_key), sign_count=passkey.sign_count
            )
            username = Account.objects.values_list("username", flat=True).get(pk=passkey.account_id)
            account = find_account(username)
        except (NotProved, NotFound) as refusal:
            raise BadInput(_REFUSED) from refusal
        passkey.sign_count, passkey.last_used_at = count, clock.now()
        passkey.save(update_fields=["sign_count", "last_used_at"])
    return account


def rename_passkey(*, account: int, passkey: UUID, name: str, by: Actor) -> None:
    """Give a passkey another name; the name is the holder's and stays out of the common part.

    Raises:
        BadInput: the name is empty or too long.
        NotFound: the account has no such passkey.
        NotAllowed: somebody else asks.
    """
    called = checked_name(name)
    with transaction.atomic():
        version = bump(Account, account)
        check_own(Account.objects.get(pk=account), by)
        if not Passkey.objects.filter(account=account, pk=passkey).update(name=called):
            raise NotFound("没有这个通行密钥，它可能已被删除。")
        on = Subject("account", str(account), version)
        record(PasskeyRenamed(passkey=str(passkey)), on=on, by=by)


def remove_passkey(*, account: int, passkey: UUID, by: Actor) -> None:
    """Remove a passkey; the device keeps its half, which opens nothing any more.

    Raises:
        NotFound: the account has no such passkey.
        Conflict: it is the only way to sign in.
        NotAllowed: somebody else asks.
    """
    with transaction.atomic():
        version = bump(Account, account)
        holder = Account.objects.get(pk=account)
        check_own(holder, by)
        mine = Passkey.objects.filter(account=account)
        if not mine.filter(pk=passkey).exists():
            raise NotFound("没有这个通行密钥，它可能已被删除。")
        check_another_way_remains(holder, passkeys=mine.count())
        mine.filter(pk=passkey).delete()
        record(MethodRemoved(method="passkey"), on=Subject("account", str(account), version), by=by)
