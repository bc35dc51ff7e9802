"""Whether a reading is allowed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tongban.kernel.errors import NotAllowed


@dataclass(frozen=True)
class Terms:
    """A grant's terms, as the policy needs them."""

    code: str
    items: tuple[str, ...]
    case_kinds: tuple[str, ...]
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class OpenCase:
    """A case reference, as the policy needs it."""

    state: str
    kinds: tuple[str, ...]
    subjects: tuple[UUID, ...]
    until: date | None


def check_reading(
    grants: Sequence[Terms], case: OpenCase | None, *, items: Sequence[str], subject: UUID, on: date
) -> Terms:
    """The grant under which the reading is allowed.

    Raises:
        NotAllowed: says which ground is missing.
    """
    if case is None or case.state == "closed" or (case.until and case.until < on):
        raise NotAllowed("没有对应的在办事项，不能读取数据。")
    if subject not in case.subjects:
        raise NotAllowed("这项数据不属于本事项的当事人，不能读取。")
    in_force = [g for g in grants if g.valid_from <= on and (g.valid_to is None or on <= g.valid_to)]
    if not in_force:
        raise NotAllowed("本部门没有读取这项信息资源的授权，请先在目录中提出共享申请。")
    for grant in in_force:
        if set(items) <= set(grant.items) and set(case.kinds) & set(grant.case_kinds):
            return grant
    covered = {item for grant in in_force for item in grant.items}
    beyond = [item for item in items if item not in covered]
    if beyond:
        raise NotAllowed(f"授权不包含这些信息项：{'、'.join(beyond)}。")
    raise NotAllowed("授权不适用于这类事项。")
