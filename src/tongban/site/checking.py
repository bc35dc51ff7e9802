"""The command `verify`: checks proofs, certificates, evidence packs and whole logs, and says what holds or what failed.

Needs no database, no account and, but for a log at a URL, no network. Exit codes: 0 all hold, 1 something does not
hold, 2 something could not be checked.
"""

import hashlib
import json
import re
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from tongban.certificates.offline import (
    BadCredential,
    Credential,
    Jwk,
    StatusList,
    check_sd_jwt,
    check_status,
    read_issuer_keys,
    read_revoked_issuers,
    read_status_list,
    status_place,
)
from tongban.documents.offline import TrustedSeal, check_sealed, is_pdf, read_seals
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.ledger.offline import (
    HEADER,
    Checkpoint,
    LogFolder,
    Policy,
    Refused,
    Verified,
    WholeLog,
    Witnessed,
    check_evidence,
    check_same_history,
    read_policy,
    verify_log,
    verify_proof,
    with_revoked,
)
from tongban.site.evidence import PACK_MARK, PackFile, open_pack

FILE_BYTES_MAX = 16 * 1024 * 1024
PACK_BYTES_MAX = 1024 * 1024 * 1024
HOLDS, FAILS, UNCHECKED = 0, 1, 2
_FETCHERS = 8
#: Acts of the exchange whose entries hold the SHA-256 of what was answered.
_QUERIES = {"exchange.answered.v1", "exchange.fed.v1"}
#: Acts whose entries hold the SHA-256 of a certificate's text.
_ISSUING = {
    "certificate.issued.v1",
    "certificate.entered.v1",
    "certificate.resealed.v1",
    "certificate.wallet-issued.v1",
}


#: A compact JWS alone: a certificate's text has disclosures, or at least a "~".
_LIST = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)


class CannotCheck(Exception):  # noqa: N818 - the sentence says what is wrong
    """Nothing is said about the file itself: it, or what to trust, cannot be read."""


@dataclass
class Checker:
    """What is trusted in this run, and what it has seen so far: heads of logs, and certificates whose issue is logged."""

    trust: Path
    max_age: timedelta | None = None
    token: str = ""
    heads: list[Checkpoint] = field(default_factory=list)
    issued: dict[str, Verified] = field(default_factory=dict)
    #: By SHA-256 (hex) of an answer of the exchange: the proof of its query.
    answers: dict[str, Verified] = field(default_factory=dict)
    #: Published status lists by address.
    lists: dict[str, StatusList] = field(default_factory=dict)

    @cached_property
    def policy(self) -> Policy:
        """The trust policy, with the revoked log keys."""
        policy = read_policy(self._trusted("policy.txt"))
        revoked = self.trust / "revoked.txt"
        return with_revoked(policy, _read(revoked).decode("utf-8", "replace")) if revoked.exists() else policy

    @cached_property
    def issuers(self) -> dict[tuple[str, str], Jwk]:
        """The keys of the trusted issuers."""
        return read_issuer_keys(self._issuer_document)

    @cached_property
    def revoked_issuers(self) -> dict[tuple[str, str], datetime]:
        """The issuers' keys that are revoked, and since when."""
        return read_revoked_issuers(self._issuer_document)

    @cached_property
    def seals(self) -> list[TrustedSeal]:
        """The seals that are known, revoked ones, too."""
        path = self.trust / "seals.json"
        try:
            return read_seals(json.loads(self._trusted("seals.json")))
        except (ValueError, RecursionError) as error:
            raise CannotCheck(f"{path} is not a file of trusted seals.") from error

    @cached_property
    def _issuer_document(self) -> dict[str, Any]:
        path = self.trust / "issuers.json"
        try:
            document = json.loads(self._trusted("issuers.json"))
            read_issuer_keys(document)
        except (ValueError, RecursionError) as error:
            raise CannotCheck(f"{path} is not a file of trusted issuers.") from error
        return dict(document)

    def _trusted(self, name: str) -> bytes:
        try:
            return (self.trust / name).read_bytes()
        except OSError as error:
            raise CannotCheck(
                f"{self.trust / name} cannot be read: {error.strerror}. Name it with --trust."
            ) from error

    def check(self, name: str, tell: Callable[[str, str], None]) -> None:
        """Check what `name` names; `tell` is called with a name and what holds of it.

        Raises:
            Refused, BadCredential: it does not hold.
            CannotCheck: it cannot be read.
        """
        if name.startswith(("http://", "https://")):
            tell(name, self._remote_log(name))
            return
        path = Path(name)
        if path.is_dir():
            self._folder(path, tell)
            return
        if _is_pack(path):
            with path.open("rb") as file:
                self._pack(name, open_pack(file), tell)
            return
        tell(name, self.paper(_read(path)))

    def paper(self, data: bytes) -> str:
        """What holds of a proof, a certificate, an answer of the exchange or a witness's evidence."""
        if data.startswith(HEADER.encode()):
            return self.proof(data)
        if is_pdf(data):
            return self.sealed(data)
        if found := self.answers.get(hashlib.sha256(data).hexdigest()):
            return (
                f"the answer to the query {found.columns['id']}, recorded as {found.kind} at "
                f"{found.columns['recorded_at']}, unaltered, entry {found.index} of {found.log}"
            )
        if self.answers and _is_answer(data):
            raise Refused(
                "altered", "It is not what was answered to any of the queries that are proven here."
            )
        text = data.decode("utf-8", "replace")
        if text.count("~") and text.count(".") >= 2:
            return self.certificate(text)
        if _LIST.fullmatch(text.strip()):
            return self.status_list(text)
        if data.lstrip()[:1] == b"{":
            return check_evidence(data, self.policy)
        raise Refused(
            "unreadable",
            f"This is neither a proof (first line {HEADER}) nor an SD-JWT certificate, a sealed PDF, an evidence pack or a log, "
            "or it was altered.",
        )

    def sealed(self, data: bytes) -> str:
        """What a paper with a seal shows: who sealed it and when, that nothing changed since."""
        paper = check_sealed(data, self.seals)
        if paper.finding == "altered":
            raise Refused(
                "altered", f"It bears the seal of {paper.agency}, but is not the file that was sealed."
            )
        if paper.finding == "revoked" and paper.revoked:
            raise Refused(
                "unknown issuer",
                f"The seal of {paper.agency} that it bears is revoked since {_shown(paper.revoked)}; the file alone proves "
                "nothing. Ask for a new one, or check the code on it.",
            )
        if paper.finding != "intact" or paper.sealed_at is None:
            what = "bears a seal that is not trusted here" if paper.finding == "foreign" else "bears no seal"
            raise Refused("unknown issuer", f"This PDF {what}; it proves nothing.")
        return (
            f"{paper.title}, sealed by {paper.agency} at {_shown(paper.sealed_at.astimezone(UTC))}, the whole file "
            "unaltered (status not checked offline)"
        )

    def proof(self, data: bytes) -> str:
        """What a proof shows."""
        verified = verify_proof(data, self.policy, max_age=self.max_age)
        self._see(Checkpoint(verified.log, verified.size, verified.root))
        common = verified.contents[0] if verified.contents else None
        if common and verified.kind in _ISSUING:
            self.issued[str(common.get("token_sha256"))] = verified
        if verified.kind in _QUERIES:
            told = [str(part["digest"]) for part in verified.contents if part and "digest" in part]
            self.answers |= dict.fromkeys(told, verified)
        return (
            f"recorded as {verified.kind} at {verified.columns['recorded_at']}, unaltered, "
            f"entry {verified.index} of {verified.log}{_by(verified.witnessed)}"
        )

    def certificate(self, text: str) -> str:
        """What an SD-JWT certificate shows."""
        credential = check_sd_jwt(text, self.issuers)
        logged = self._logged(credential)
        title, number = credential.claims.get("title"), credential.claims.get("number")
        said = f"{title} {number}, signed by {credential.issuer}, unaltered{logged}"
        return f"{said} ({self._status(credential)})"

    def status_list(self, text: str) -> str:
        """What a published status list shows; certificates checked after it are looked up in it."""
        found = read_status_list(text, self.issuers, now=clock.real_now(), max_age=self.max_age)
        if (found.issuer, found.key_id) in self.revoked_issuers:
            raise BadCredential("unknown issuer", f"状态名单的密钥 {found.key_id} 已吊销，不能再用。")
        self.lists[found.uri] = found
        return f"status list {found.uri} of {_shown(found.issued)}, signed by {found.issuer}, unaltered"

    def _status(self, credential: Credential) -> str:
        """How a certificate stood in its list; one that the list says does not hold is refused."""
        if not credential.status:
            return "status not checked offline"
        found = self.lists.get(status_place(credential.status)[0])
        if found is None:
            return "status not checked offline"
        status = check_status(found, credential.status, issuer=credential.issuer)
        if status:
            word = {1: "已失效", 2: "已暂扣", 3: "已换发或者转出"}.get(status, "不是有效状态")
            raise BadCredential(
                "status", f"签名是真的，但按 {_shown(found.issued)} 的状态名单，这份证照{word}。"
            )
        return f"valid in its status list of {_shown(found.issued)}"

    def _logged(self, credential: Credential) -> str:
        """Where the issue of a certificate is logged, by the receipts of this run; needed if its key is revoked."""
        receipt = self.issued.get(credential.token_sha256)
        since = self.revoked_issuers.get((credential.issuer, credential.key_id))
        if since and (receipt is None or not self._was_witnessed(receipt, since)):
            raise BadCredential(
                "unknown issuer",
                f"签发者的密钥 {credential.key_id} 自 {since:%Y-%m-%dT%H:%M:%SZ} 起已吊销。请连同账本里"
                "「签发证照」的证明一起核验，该证明须在吊销之前已被见证。",
            )
        return f", its issue is entry {receipt.index} of {receipt.log}" if receipt else ""

    def _was_witnessed(self, receipt: Verified, before: datetime) -> bool:
        """Whether a quorum, and not only the log itself, says that the receipt is older than `before`."""
        early = [self.policy.witnesses[one.name] for one in receipt.witnessed if one.at < before]
        return bool(early) and self.policy.is_met(early)

    # -- whole logs ------------------------------------------------------------------------

    def _folder(self, path: Path, tell: Callable[[str, str], None]) -> None:
        logs = [one for one in (path, *sorted(path.glob("*/"))) if (one / "checkpoint").is_file()]
        if not logs:
            raise CannotCheck("the folder holds no log (no file `checkpoint`); name the files in it.")
        for log in logs:
            whole = verify_log(
                LogFolder(log).fetch, self.policy, max_age=self.max_age, progress=_show_progress(str(log))
            )
            tell(str(log), self._said_of(whole))

    def _remote_log(self, address: str) -> str:
        from tongban.site.remote import remote_log  # noqa: PLC0415 - only a URL pays for the HTTP client

        with ThreadPoolExecutor(_FETCHERS) as pool, remote_log(address, token=self.token) as fetch:
            whole = verify_log(
                fetch, self.policy, max_age=self.max_age, ahead=pool, progress=_show_progress(address)
            )
        return self._said_of(whole)

    def _said_of(self, whole: WholeLog) -> str:
        self._see(whole.head)
        depth = (
            "every entry"
            if whole.with_entries
            else "every hash (its entries are not readable without a token)"
        )
        return f"{whole.head.origin}, {whole.head.size} entries, {depth} fits the signed head{_by(whole.witnessed)}"

    # -- packs -----------------------------------------------------------------------------

    def _pack(self, name: str, files: Sequence[PackFile], tell: Callable[[str, str], None]) -> None:
        """Proofs first, since they say which certificates were logged; the pack's own folder `trust` is not believed."""
        proofs = [one for one in files if one.path.endswith(".tlog-proof")]
        certificates = [one for one in files if one.path.endswith(".sd-jwt")]
        for one, check in [
            *((one, self.proof) for one in proofs),
            *((one, lambda data: self.certificate(data.decode("utf-8", "replace"))) for one in certificates),
        ]:
            try:
                tell(f"{name}/{one.path}", check(one.data))
            except (Refused, BadCredential) as refusal:
                raise Refused(refusal.what, f"{one.path}: {refusal}") from refusal
        others = len(files) - len(proofs) - len(certificates)
        tell(
            name,
            f"evidence pack, {len(proofs)} proofs and {len(certificates)} certificates hold, "
            f"{others} other files are as its list says (the list itself is not signed)",
        )

    def _see(self, head: Checkpoint) -> None:
        self.heads.append(head)
        check_same_history(self.heads)


def verify_files(
    names: Sequence[str], trust: Path, *, max_age: timedelta | None = None, token: str = ""
) -> int:
    """Check each of `names`, receipts first, since they say which certificates and answers are logged; returns the exit code."""
    checker = Checker(trust, max_age, token)
    code = held = 0

    def tell(name: str, sentence: str) -> None:
        nonlocal held
        held += 1
        _say(f"OK    {name}: {sentence}")

    for name in sorted(names, key=_turn):
        try:
            checker.check(name, tell)
        except (Refused, BadCredential) as refusal:
            code = FAILS
            _say(f"FAIL  {name}: {refusal.what}. {refusal}", failed=True)
        except (CannotCheck, BadInput) as problem:
            code = code or UNCHECKED
            _say(f"FAIL  {name}: not checked. {problem}", failed=True)
        except OSError as error:
            code = code or UNCHECKED
            _say(f"FAIL  {name}: not checked. It cannot be read: {error.strerror or error}.", failed=True)
    if held and "policy" in checker.__dict__:
        _say(f"By the trust policy {trust / 'policy.txt'}, SHA-256 {checker.policy.digest}")
    return code


def _by(witnessed: Sequence[Witnessed]) -> str:
    if not witnessed:
        return ""
    named = ", ".join(f"{one.name} at {_shown(one.at)}" for one in witnessed)
    return f"; witnessed by {named}"


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _turn(name: str) -> int:
    """When a file is checked: receipts first, answers last, what else there is in between as it was named."""
    if name.endswith((".tlog-proof", ".statuslist")):
        return 0
    return 2 if name.endswith((".json", ".ndjson")) else 1


def _is_answer(data: bytes) -> bool:
    """Whether it reads like an answer of the exchange, or a line of a feed."""
    try:
        said = json.loads(data.partition(b"\n")[0])
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and ({"query", "outcome", "items"} <= said.keys() or "record" in said)


def _is_pack(path: Path) -> bool:
    with path.open("rb") as file:
        is_pack = file.read(len(PACK_MARK)) == PACK_MARK
    if path.stat().st_size > (PACK_BYTES_MAX if is_pack else FILE_BYTES_MAX):
        raise CannotCheck(f"{path} is larger than what this program reads.")
    return is_pack


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CannotCheck(f"{path} cannot be read: {error.strerror}.") from error


def _show_progress(name: str) -> Callable[[int, int], None] | None:
    """A line that counts up, for a person at a terminal."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        if done % 64 == 0 or done == total:
            end = "\n" if done == total else ""
            print(f"\r{name}: {done} of {total} tiles", end=end, file=sys.stderr, flush=True)  # noqa: T201

    return show


def _say(line: str, *, failed: bool = False) -> None:
    """Print a line; what a file holds must not steer the terminal."""
    plain = "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in line)
    print(plain, file=sys.stderr if failed else sys.stdout)
