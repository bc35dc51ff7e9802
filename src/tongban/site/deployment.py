"""The command `check --deploy`: everything that keeps this installation from serving real people, a sentence each."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from tongban.identity.api import count_invented, officers_holding_several, role_titles
from tongban.journal.api import count_in_default
from tongban.kernel.errors import Problem
from tongban.ledger.api import log_heads, needs_an_outside_witness, witness_policy
from tongban.packs.api import demonstrations

#: Who runs the system, who guards it and who checks both are three people (三员分离): a role each, never two in one hand.
SEPARATED_ROLES = ("operator", "security-officer", "auditor")
SECRET_CHARACTERS_MIN = 40
SECRET_DIFFERENT_MIN = 10


def check_deployment() -> int:
    """Print every finding; 1 if there is one."""
    found = list(findings())
    for sentence in found:
        print(f"tongban: {sentence}", file=sys.stderr)  # noqa: T201 - the terminal is the page here
    if not found:
        print("Nothing keeps this installation from being deployed.")  # noqa: T201
    return 1 if found else 0


def findings() -> Iterator[str]:
    """What is wrong, in the order in which an operator would put it right."""
    yield from _settings()
    yield from _keys()
    yield from _witnesses()
    yield from _backup()
    yield from _content()
    yield from _officers()
    yield from _ledger()


def _ledger() -> Iterator[str]:
    if stray := count_in_default():
        yield f"{stray} entries lie outside every month's partition of the journal. Run: tongban migrate"
    for head in log_heads():
        if head.refusal:
            yield f"The log {head.origin} is stopped since {head.refused_at:%Y-%m-%d %H:%M} UTC. {head.refusal}"


def _settings() -> Iterator[str]:
    if settings.DEBUG:
        yield "TONGBAN_DEBUG is on: faults would show code and settings to everybody. Unset it."
    origin = urlsplit(settings.TONGBAN_ORIGIN)
    if settings.TONGBAN_NAME == settings.DEMONSTRATION_NAME:
        yield (
            f"TONGBAN_NAME is still {settings.TONGBAN_NAME}, the demonstration's name, and logs and certificates "
            "carry it for ever. Set the installation's own before `tongban ledger create`."
        )
    elif settings.TONGBAN_NAME not in {origin.hostname, *settings.ALLOWED_HOSTS}:
        yield (
            f"TONGBAN_HOSTS does not hold {settings.TONGBAN_NAME}: wallets and verifiers fetch issuers' keys, types and "
            "status lists under that name (TONGBAN_NAME). Add it, and let it lead here."
        )
    if origin.scheme != "https":
        yield f"TONGBAN_ORIGIN is {settings.TONGBAN_ORIGIN}: passwords would travel in the clear. Set the https address."
    if origin.hostname not in settings.ALLOWED_HOSTS:
        yield f"TONGBAN_HOSTS does not hold {origin.hostname}, the host of TONGBAN_ORIGIN. Add it, and only real names."
    if "*" in settings.ALLOWED_HOSTS:
        yield "TONGBAN_HOSTS is *: pages would answer to any name. List the names."
    if not settings.TONGBAN_CALLS_A_SECOND or not settings.TONGBAN_CALLS_AT_ONCE:
        yield "TONGBAN_CALLS_A_SECOND or TONGBAN_CALLS_AT_ONCE is 0, which is for load tests: one subsystem may take all. Unset it."
    if not settings.TONGBAN_SEARCHES_A_MINUTE:
        yield "TONGBAN_SEARCHES_A_MINUTE is 0, which is for load tests: searches have no limit. Unset it."


def _keys() -> Iterator[str]:
    secret = settings.SECRET_KEY
    if len(secret) < SECRET_CHARACTERS_MIN or len(set(secret)) < SECRET_DIFFERENT_MIN:
        yield (
            f"TONGBAN_SECRET_KEY is guessable: it needs {SECRET_CHARACTERS_MIN} random characters. "
            "Unset it, and one is made in the key folder."
        )
    if settings.TONGBAN_CUSTODY == settings.FILE_CUSTODY:
        yield (
            "Private keys are files of this machine: whoever copies the folder signs in the city's name, unseen. Name a custody "
            "that asks an HSM (PKCS#11) or a signature server in TONGBAN_CUSTODY; docs/keys.md says what it must do."
        )
    folder = settings.HOME / "keys"
    paths = [folder, *sorted(folder.iterdir())] if folder.is_dir() else []
    for path in paths:
        if path.stat().st_mode & 0o077:
            yield f"{path} can be read by others. Set its mode to {'0700' if path.is_dir() else '0600'}."


def _witnesses() -> Iterator[str]:
    try:
        policy = witness_policy()
    except Problem as problem:
        yield f"TONGBAN_WITNESSES cannot be used: {problem}"
        return
    if not needs_an_outside_witness(policy):
        yield (
            "TONGBAN_WITNESSES has a quorum that is met without a witness that somebody else runs (the group `outside`): "
            "whoever holds the log's key could rewrite the log unseen. Ask an audit office, a university or another city."
        )


def _backup() -> Iterator[str]:
    if not settings.TONGBAN_BACKUP:
        yield "TONGBAN_BACKUP names no folder for backups: one broken disk would end the city. Set it."
        return
    target, home = Path(settings.TONGBAN_BACKUP).resolve(), Path(settings.HOME).resolve()
    if not target.is_dir() or not os.access(target, os.W_OK):
        yield f"TONGBAN_BACKUP is {target}, which is no folder this account can write to. Mount or create it."
    elif target.is_relative_to(home):
        yield f"TONGBAN_BACKUP is {target}, inside the data folder it should save. Name a folder on another disk."


def _content() -> Iterator[str]:
    if packs := demonstrations():
        yield f"These active packs are demonstrations: {', '.join(packs)}. Begin with an empty database and real packs."
    people, accounts = count_invented()
    if people or accounts:
        yield (
            f"{people} invented people and {accounts} accounts with the demonstration's password are in the database. "
            "Begin with an empty one."
        )


def _officers() -> Iterator[str]:
    titles = role_titles()
    for number, roles in officers_holding_several(SEPARATED_ROLES):
        held = "、".join(titles.get(role, role) for role in roles)
        yield f"Officer {number} is {held} at once: whoever runs a system does not check it. Leave one role to each."
