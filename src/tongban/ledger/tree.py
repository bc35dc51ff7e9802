"""The Merkle tree of RFC 6962 2.1 and its proofs (RFC 9162 2.1.3, 2.1.4). Pure functions over 32-byte hashes."""

import hashlib
from collections.abc import Callable, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()

#: Gives the hash of the subtree over leaves [low, high): a power of two in size, aligned.
SubtreeHash = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two smaller than `size` (at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def range_hash(low: int, high: int, subtree: SubtreeHash) -> bytes:
    """The hash over leaves [low, high), put together from complete subtrees. `low` is aligned as RFC 6962 splits."""
    size = high - low
    if size == 0:
        return EMPTY_ROOT
    if size & (size - 1) == 0 and low % size == 0:
        return subtree(low, high)
    middle = low + split(size)
    return node_hash(range_hash(low, middle, subtree), range_hash(middle, high, subtree))


def inclusion_proof(index: int, size: int, subtree: SubtreeHash) -> list[bytes]:
    """The hashes that take leaf `index` to the root over `size` leaves, leaf sibling first."""
    low, high, proof = 0, size, []
    while high - low > 1:
        middle = low + split(high - low)
        if index < middle:
            proof.append(range_hash(middle, high, subtree))
            high = middle
        else:
            proof.append(range_hash(low, middle, subtree))
            low = middle
    return proof[::-1]


def root_of_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that this inclusion proof leads to; None if the proof has the wrong length (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    first, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if first & 1 or first == last:
            result = node_hash(sibling, result)
            while first and not first & 1:
                first >>= 1
                last >>= 1
        else:
            result = node_hash(result, sibling)
        first >>= 1
        last >>= 1
    return result if last == 0 else None


def consistency_proof(old: int, new: int, subtree: SubtreeHash) -> list[bytes]:
    """The hashes that show that the first `old` of `new` leaves are unchanged (RFC 9162 2.1.4.1); 0 < old <= new."""

    def walk(old: int, low: int, high: int, *, whole: bool) -> list[bytes]:
        if old == high - low:
            return [] if whole else [range_hash(low, high, subtree)]
        step = split(high - low)
        if old <= step:
            return [*walk(old, low, low + step, whole=whole), range_hash(low + step, high, subtree)]
        return [*walk(old - step, low + step, high, whole=False), range_hash(low, low + step, subtree)]

    return walk(old, 0, new, whole=True)


def is_consistent(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the log of `new` leaves extends the one of `old` leaves (RFC 9162 2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    if old > new:
        return False
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    first, last = old - 1, new - 1
    while first & 1:
        first >>= 1
        last >>= 1
    from_old = from_new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            from_old, from_new = node_hash(sibling, from_old), node_hash(sibling, from_new)
            while first and not first & 1:
                first >>= 1
                last >>= 1
        else:
            from_new = node_hash(from_new, sibling)
        first >>= 1
        last >>= 1
    return last == 0 and from_old == old_root and from_new == new_root
