"""What an auditor does: searches that are acts themselves, and evidence packs that hold without us."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction

from tongban.journal.api import Actor, EntryView, Sought, Subject, record, search_entries
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, NotAllowed, Unavailable
from tongban.kernel.ids import uuid7
from tongban.kernel.sentences import say
from tongban.ledger.kinds import EvidencePacked, JournalSearched
from tongban.ledger.queries import prove, trust_policy

AUDITOR = "auditor"
REASON_MAX = 500
PACKED_MAX = 500

_README = """\
证据包 / Evidence pack
======================

内容 / What: {what}
制作 / Made: {made_at}
条数 / Entries: {count}{late}

不经过我们怎样核验 / How to check it without us
-----------------------------------------------
1. 校验文件没有在传输中改动：manifest.json 列出每个文件的 SHA-256，例如运行
   Check that no file changed on the way: manifest.json gives each file's SHA-256; for instance run
       sha256sum proofs/*.tlog-proof

2. 用您自己早先保存的 policy.txt（账本公钥），不要用本包 trust/ 里的那一份：那一份只供参考。
   Use the policy.txt (the logs' public keys) that you kept earlier, not the copy in trust/, which is for information.

3. 断开网络，用通办的核验程序 / With the network off, with the verifier of Tongban:
       tongban verify --trust FOLDER-WITH-YOUR-POLICY proofs/*.tlog-proof

4. 或者用任何支持 C2SP tlog-proof 的程序。每个 .tlog-proof 里：extra 行是这一条的开启值（RFC 8785 JSON，Base64），
   index 行是在账本里的序号，其后是旁支哈希，空行以后是带签名的检查点。
   Or with any program that reads C2SP tlog-proof. In each file the line `extra` is the opening of the entry (RFC 8785
   JSON in base64), `index` its place in the log, then the hashes of its path; after the blank line the signed checkpoint.
   a) 部分哈希 part hash    = SHA-256(salt || content)
   b) 承诺值   commitment   = SHA-256("tongban/commitment/v1\\n" || JCS({{"columns": …, "parts": [hex …]}}))
   c) 叶子     leaf         = JCS({{"v":1,"t":kind,"org":agency,"d":hour in UTC,"c":commitment,"body":… only in public}})
   d) 叶子哈希 leaf hash    = SHA-256(0x00 || leaf)；再按 RFC 9162 2.1.3.2 算到根 / then to the root by RFC 9162 2.1.3.2
   e) 检查点的签名是 Ed25519（C2SP signed-note） / the checkpoint is signed with Ed25519 (C2SP signed-note)

没有核对上意味着什么 / What a failure means
-------------------------------------------
内容、序号或者旁支改动过，或者这一条从来没有入账，或者签名的不是您信任的账本。
The content, the index or the path was altered, or it was never logged, or another log signed it.

当事人的私密部分不在本包里；本人可以在“我的办件”下载带有自己那一部分的证明。
What is said of people is not in this pack; each person can download a proof with her own part.
"""


def search_journal(
    sought: Sought, *, reason: str, by: Actor, before: UUID | None = None, limit: int = 50
) -> list[EntryView]:
    """Search the journal for an auditor: plain columns and common parts; the search is itself an act.

    Raises:
        NotAllowed: not an auditor.
        BadInput: no reason, or nothing that narrows the search.
    """
    words = _checked(sought, reason, by)
    found = search_entries(sought, before=before, limit=limit)
    asked = {
        name: str(value)
        for name in ("object", "actor", "case", "words", "kind", "since", "until")
        if (value := getattr(sought, name))
    }
    with transaction.atomic():
        act = JournalSearched(sought=asked, found=len(found))
        record(act, on=Subject("search", str(uuid7()), 1), by=by, purpose=words)
    return found


def pack_evidence(
    sought: Sought, *, reason: str, what: str, by: Actor, more: Mapping[str, bytes] | None = None
) -> bytes:
    """A zip with the proofs of what is sought (the newest 500), a manifest and how to check it; an act itself.

    `more` are further files by path, as `trust/issuers.json`.

    Raises:
        NotAllowed: not an auditor.
        BadInput: no reason, nothing that narrows the search, or nothing found.
    """
    words = _checked(sought, reason, by)
    found = search_entries(sought, limit=PACKED_MAX)
    if not found:
        raise BadInput("没有找到可以装进证据包的账目，请换个条件。")
    files, late = _proofs(found)
    if not files:
        raise BadInput("找到的账目都还没有进入账本，几秒后再试。")
    made_at = f"{clock.local(clock.now()):%Y-%m-%dT%H:%M:%S%z}"
    waiting = f"\n还没有入账，未收入 / Not in the log yet, left out: {late}" if late else ""
    readme = _README.format(what=what, made_at=made_at, count=len(files), late=waiting)
    files = {
        "README.txt": readme.encode(),
        **files,
        "trust/policy.txt": trust_policy().encode(),
        **(more or {}),
    }
    with transaction.atomic():
        act = EvidencePacked(entries=len(found) - late)
        record(act, on=Subject("evidence-pack", str(uuid7()), 1), by=by, purpose=words)
    return zip_files(files, what=what, made_at=made_at)


def _proofs(found: Sequence[EntryView]) -> tuple[dict[str, bytes], int]:
    files, late = {}, 0
    for entry in found:
        try:
            files[f"proofs/{entry.id}.tlog-proof"] = prove(entry.id).encode()
        except Unavailable:
            late += 1
    return files, late


def zip_files(files: Mapping[str, bytes], *, what: str, made_at: str) -> bytes:
    """A zip whose `manifest.json` lists every other file with its SHA-256 and size: what `tongban verify` reads."""
    manifest = {
        "v": 1,
        "made_at": made_at,
        "what": what,
        "files": [
            {"path": path, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
            for path, data in files.items()
        ],
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
        for path, data in files.items():
            archive.writestr(path, data)
    return packed.getvalue()


def _checked(sought: Sought, reason: str, by: Actor) -> str:
    if not by.has_role(AUDITOR):
        raise NotAllowed("检索账目要「审计员」角色。")
    words = reason.strip()
    if not words or len(words) > REASON_MAX:
        raise BadInput(
            say("请写明为什么要查，{n} 字以内；这次检索本身也会入账。", n=REASON_MAX), field="reason"
        )
    if not sought.is_narrow:
        raise BadInput("请至少填对象、人员、办件之一，或者起止两个时间。", field="object")
    return words
