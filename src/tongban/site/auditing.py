"""The commands `ledger audit` and `ledger erase`, in words."""

import sys
import time

from tongban.exchange.api import carry_out_erasures
from tongban.kernel.errors import BadInput
from tongban.ledger.api import audit, log_heads

_TELL_EVERY_S = 1.0


def audit_ledger(*, sample: int, start: int) -> int:
    """Print what the audit finds, each row with its column and index; 1 if it finds something.

    Raises:
        BadInput: a sample or a position that cannot be.
    """
    if sample < 0 or start < 1 or (sample and start > 1):
        raise BadInput("Give either --sample N (1 or more entries) or --from POSITION (1 or more).")
    began = told = time.monotonic()

    def progress(done: int, of: int) -> None:
        nonlocal told
        if time.monotonic() - told >= _TELL_EVERY_S or done == of:
            told = time.monotonic()
            print(f"{done:,} of {of:,} positions", file=sys.stderr)  # noqa: T201 - the terminal is the page here

    result = audit(sample=sample, start=start, progress=progress)
    for finding in result.findings:
        print(finding)  # noqa: T201
    scope = f"a sample of {result.checked:,}" if result.sampled else f"{result.checked:,}"
    logs = ", ".join(f"{head.name} {result.sizes.get(head.origin, 0):,}" for head in log_heads())
    seconds = time.monotonic() - began
    print(  # noqa: T201
        f"{len(result.findings)} findings; {scope} entries against {logs or 'no log'} in {seconds:.1f} s"
    )
    return 1 if result.findings else 0


def erase() -> int:
    """Carry out the erasures that two officers agreed on; the worker does so by itself while it runs."""
    done = carry_out_erasures()
    print(f"{done} confirmed requests of erasure carried out")  # noqa: T201
    return 0
