"""A grant's row as terms: what calls, feeds and readings on this platform are held against."""

from tongban.exchange.models import Grant
from tongban.exchange.policy import Terms, basis_of


def terms_of(row: Grant) -> Terms:
    """The terms that a grant's row says."""
    return Terms(
        row.code,
        tuple(row.items),
        tuple(row.case_kinds),
        row.valid_from,
        row.valid_to,
        tuple(row.suspended),
        row.quota,
        tuple(row.window_days),
        row.window_from,
        row.window_until,
        row.disclose_after,
        basis_of(row.cites),
    )
