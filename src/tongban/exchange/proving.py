"""Evidence by the number of a query: the proof that it was asked and answered as it was, for those whom it concerns.

What was answered is kept by who asked, not here; its digest stands in the entry. Who asked gets the entry with what it
says of the person (whom it asked about itself), the provider and an auditor get it without.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from tongban.exchange.answering.values import Caller
from tongban.exchange.kinds import Answered, EvidenceGiven, Fed, UpstreamFailed
from tongban.journal.api import Actor, EntryView, Subject, find_entries, record
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.ledger.api import prove, trust_policy, zip_files

QUERIES = (Answered.kind, Fed.kind, UpstreamFailed.kind)
_README = """\
查询凭据 / Evidence of a query
==============================

查询 / Query:    {query}
动作 / Act:      {title} {kind}
记录于 / At:     {at}
{opened}

proofs/{query}.tlog-proof 证明：这一条在账本里，没有改动过；里面有当时答复的 SHA-256。答复本身由查询方保存，这里没有。
proofs/{query}.tlog-proof proves that this entry is in the log, unaltered; it holds the SHA-256 of what was answered. The answer
itself is kept by who asked; it is not in here.

怎样核验 / How to check it
--------------------------
把收到的答复存成文件（原样字节），断网也可以：
Save the answer as a file, byte for byte; no network is needed:

    tongban verify --trust FOLDER-WITH-YOUR-POLICY this.zip answer.json

它说出：何时记录，答复是不是当时给出的那一份。policy.txt 请用您自己早先保存的，本包里的只供参考。
It says when it was recorded and whether the answer is the one that was given. Use the policy.txt that you kept earlier; the copy in
this pack is for information.
"""
_OPENED = {
    True: "开启 / Opened: 全部，含答复的摘要 / all of it, with the digest of the answer",
    False: "开启 / Opened: 公共部分；关于当事人的部分只有哈希 / the common part; what is said of people only as hashes",
}


@dataclass(frozen=True)
class Asker:
    """Who wants the evidence: a system that called, or an officer."""

    caller: Caller | None = None
    officer: Actor | None = None

    @property
    def actor(self) -> Actor:
        """As the journal names it."""
        if self.caller:
            client = self.caller.client
            return Actor(kind="subsystem", key=client, agency=client.split("/")[1])
        assert self.officer
        return self.officer


def evidence_of_query(query: UUID, *, by: Asker) -> bytes:
    """A zip with the proof of a query, what it is and how to check it; that it was taken is an entry.

    Raises:
        NotFound: there is no such query, or it does not concern who asks; told alike.
        Unavailable: it is not in the log yet.
    """
    entry = next(iter(find_entries([query])), None)
    opened = _may_open(entry, by) if entry and entry.kind in QUERIES else None
    if entry is None or opened is None:
        raise NotFound("没有这一次查询，或者它与您无关。请核对答复里的 X-Road-Request-Id。")
    proof = prove(query, for_subjects=None if opened else ())
    at = f"{clock.local(entry.recorded_at):%Y-%m-%dT%H:%M:%S%z}"
    readme = _README.format(query=query, title=entry.title, kind=entry.kind, at=at, opened=_OPENED[opened])
    files = {
        "README.txt": readme.encode(),
        f"proofs/{query}.tlog-proof": proof.encode(),
        "trust/policy.txt": trust_policy().encode(),
    }
    with transaction.atomic():
        act = EvidenceGiven(query=str(query), opened=opened)
        record(act, on=Subject("query", str(query), 1), by=by.actor)
    made_at = f"{clock.local(clock.now()):%Y-%m-%dT%H:%M:%S%z}"
    return zip_files(files, what=f"query {query}", made_at=made_at)


def _may_open(entry: EntryView, by: Asker) -> bool | None:
    """Whether the parts about people are opened; None for those whom the query does not concern."""
    who, provider = by.actor, str(entry.content.get("provider", ""))
    if who.kind == "subsystem" and entry.actor == f"subsystem:{who.key}":
        return True
    if who.kind == "officer" and who.agency == entry.agency:
        return True
    if who.agency == provider or who.has_role("auditor"):
        return False
    return None
