"""What Django's session needs: the account that a session stands for. Proving who one is goes through the port."""

from django.contrib.auth.backends import BaseBackend

from tongban.identity.models import Account


class AccountBackend(BaseBackend):
    """Loads the signed-in account with who it is, in one query."""

    def get_user(self, user_id: int) -> Account | None:
        """The account of a session."""
        rows = Account.objects.select_related("person", "officer")
        return rows.filter(pk=user_id, is_active=True).first()
