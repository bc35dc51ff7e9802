"""Whose account a claim opens, by a rule of four steps.

In order:
1. A claim of `local` names the account itself.
2. A subject seen before opens the account it was linked to, unless it now claims another person's identity number.
3. A new subject must bring an identity number that its provider says it verified. It is linked to the person of our
   records with that number, whose name must be the same where one is claimed. The person's account is opened if there
   is none; it then has no password.
4. Everybody else is refused in one sentence. No person is ever made from a claim.

Officers sign in here, not outside: their posts are not known to a provider of people.
"""

from django.db import transaction

from tongban.identity.kinds import SubjectLinked
from tongban.identity.models import Account, Person, SubjectLink
from tongban.identity.numbers import is_id_number
from tongban.identity.ports import Claim, sign_in_port
from tongban.identity.queries import actor_of, find_account, get_account
from tongban.journal.api import Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed


def recognise(claim: Claim) -> Account:
    """The account that the claim opens; a subject seen for the first time is linked, which is an act.

    Raises:
        NotAllowed: nobody here is the one claimed; the sentence says why and what to do.
        NotFound: the account was closed.
    """
    if sign_in_port(claim.provider).standing == "own":
        return find_account(claim.subject)
    linked = SubjectLink.objects.filter(provider=claim.provider, subject=claim.subject).first()
    if linked is None:
        return _link(claim)
    account = get_account(linked.account_id)
    if claim.id_number and account.person and account.person.id_number != claim.id_number:
        raise NotAllowed(
            "外部登录给出的身份证号码与关联时的不同，没有登录。请用用户名和密码登录，或到窗口核对。"
        )
    return account


def _link(claim: Claim) -> Account:
    if not claim.verified or not is_id_number(claim.id_number):
        raise NotAllowed(
            "外部登录没有给出经过核实的身份证号码，不能登录。请先在那边完成实名认证，或到窗口办理。"
        )
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(id_number=claim.id_number).first()
        if person is None or (claim.name and claim.name != person.name):
            raise NotAllowed(
                "本市没有与外部登录给出的姓名和身份证号码相符的人，不能登录。请带身份证到窗口核对。"
            )
        account = Account.objects.filter(person=person).first()
        if account is None:
            name = f"{claim.provider}:{person.pk}"
            account = Account.objects.create_user(name, person=person, source=f"sign-in:{claim.provider}")
        if SubjectLink.objects.filter(provider=claim.provider, account=account).exists():
            raise NotAllowed("您已关联这种登录的另一个用户，请用那个用户登录。")
        version = bump(Account, account.pk)
        SubjectLink.objects.create(
            provider=claim.provider, subject=claim.subject, account=account, linked_at=clock.now()
        )
        account = get_account(account.pk)
        on = Subject("account", str(account.pk), version)
        record(SubjectLinked(provider=claim.provider), on=on, by=actor_of(account))
    return account
