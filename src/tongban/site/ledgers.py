"""The command `ledger`: creates the logs, brings them together with the database, and opens their entries to bodies."""

from argparse import Namespace
from datetime import date
from pathlib import Path

from django.conf import settings

from tongban.journal.api import ORIGINS
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.ledger.api import TokenView, adopt, create_logs, issue_token, list_tokens, revoke_token
from tongban.site.trust import write_trust


def create(inception: date | None) -> None:
    """Create the logs, on the day that the operator names; a demonstration takes today.

    Raises:
        BadInput: an installation of its own name must name the day, so that a script run again a year later, over a
            lost database, begins no second log.
    """
    if inception is None and settings.TONGBAN_NAME != settings.DEMONSTRATION_NAME:
        raise BadInput(
            f"Name the day on which the logs of {settings.TONGBAN_NAME} begin: tongban ledger create --inception DAY"
        )
    create_logs(inception=inception or clock.local(clock.real_now()).date())


def trust(folder: Path) -> None:
    """Write what a checker has to trust."""
    write_trust(folder)


def adopt_all() -> None:
    """Bring every log and the database together, and say what was done."""
    for origin in ORIGINS:
        done = adopt(origin)
        if done.size_before != done.size_after:
            _say(
                f"{origin}: the head went from {done.size_before} to {done.size_after} entries; {done.matched} "
                f"entries met their leaves again, {done.orphans} leaves have no entry any more."
            )
        elif done.rebuilt:
            _say(
                f"{origin}: {done.rebuilt} files were built anew from the journal; they hash to the signed head."
            )
        else:
            _say(f"{origin}: database and files fit, {done.size_after} entries.")


def token(arguments: Namespace) -> None:
    """Issue, list or revoke tokens.

    Raises:
        BadInput: it is not said which.
    """
    if arguments.list:
        for one in list_tokens():
            _say(_line(one))
    elif arguments.revoke is not None:
        _say(_line(revoke_token(arguments.revoke)))
    elif arguments.holder and arguments.until:
        issued, secret = issue_token(holder=arguments.holder, until=arguments.until)
        _say(_line(issued))
        _say(secret)
    else:
        raise BadInput("Say for whom and until when: tongban ledger token --for WHOM --until DAY")


def _line(one: TokenView) -> str:
    state = "revoked" if one.revoked_at else f"valid until {one.until}" if one.is_valid else "expired"
    return f"{one.number}  {state}  {one.holder}"


def _say(sentence: str) -> None:
    print(sentence)  # noqa: T201 - the terminal is the page here
