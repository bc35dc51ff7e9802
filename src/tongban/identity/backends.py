"""The `local` sign-in: user name and password of an account. Other adapters of the sign-in port stand beside it."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from tongban.identity.models import Account


class LocalBackend(BaseBackend):
    """Checks a password, and loads the signed-in account with who it is, in one query."""

    def authenticate(
        self,
        request: Any,  # noqa: ARG002 - Django passes it by name
        username: str | None = None,
        password: str | None = None,
        **_more: Any,
    ) -> Account | None:
        """The account with that password; None if there is none. An unknown name costs as much as a wrong one."""
        account = Account.objects.filter(username=username or "", is_active=True).first()
        if account is None:
            Account().set_password(password)
            return None
        return account if account.check_password(password or "") else None

    def get_user(self, user_id: int) -> Account | None:
        """The account of a session."""
        rows = Account.objects.select_related("person", "officer__agency")
        return rows.filter(pk=user_id, is_active=True).first()
