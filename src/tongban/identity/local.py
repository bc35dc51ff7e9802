"""The `local` sign-in: user name and password of an account, kept by us as Django's password hashes."""

from collections.abc import Mapping

from tongban.identity.models import Account
from tongban.identity.ports import Claim, Departure
from tongban.kernel.errors import BadInput


class LocalSignIn:
    """Checks a password."""

    code, title, standing = "local", "用户名和密码", "own"

    def begin(self, *, back: str) -> Departure:  # noqa: ARG002 - the form is our own page
        """Our own form."""
        return Departure()

    def finish(self, *, given: Mapping[str, str], kept: Mapping[str, str], back: str) -> Claim:  # noqa: ARG002
        """The account with that `username` and `password`. An unknown name costs as much as a wrong password.

        Raises:
            BadInput: there is none; does not say which of the two was wrong.
        """
        password = given.get("password", "")
        account = Account.objects.filter(username=given.get("username", ""), is_active=True).first()
        if account is None:
            Account().set_password(password)
        elif account.check_password(password):
            return Claim(self.code, account.username)
        raise BadInput("用户名或密码不对，请核对后再试。", field="username")
