"""The words of the command `registers`: which batch is gathered from where into which register."""

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path

from tongban.site import setup


def add_registers(registers: argparse.ArgumentParser, *, day: Callable[[str], date]) -> None:
    """The verbs of `registers`; `day` reads a day."""
    verbs = registers.add_subparsers(metavar="VERB", required=True)
    one = verbs.add_parser("gather", help="check a batch and land its good rows")
    one.add_argument("register", metavar="REGISTER")
    source = one.add_mutually_exclusive_group(required=True)
    source.add_argument("--file", type=Path, metavar="FILE", help="CSV, XLSX, Parquet or JSON lines")
    source.add_argument(
        "--table",
        nargs=2,
        metavar=("VARIABLE", "TABLE"),
        help="a table of the PostgreSQL or MySQL whose address stands in that variable",
    )
    source.add_argument("--feed", default="", metavar="NAME", help="what a gathering of `feed pull` holds")
    one.add_argument(
        "--since", nargs=2, metavar=("COLUMN", "VALUE"), help="only rows of a table from this value on"
    )
    one.add_argument("--batch", default="", help="its number; the same number again changes nothing")
    one.add_argument("--full", action="store_true", help="what it does not bring is taken away")
    one.add_argument("--may-shrink", action="store_true", help="a full batch may take away a large part")
    one.add_argument(
        "--as-of", type=day, metavar="DAY", help="the day that the rows describe (default: today)"
    )
    one.add_argument("--rows", type=int, metavar="N", help="how many rows it should have")
    one.add_argument(
        "--by", required=True, metavar="USER", help="the resource owner of the register's agency"
    )
    one.set_defaults(run=_gather)


def _gather(arguments: argparse.Namespace) -> int:
    server = setup.open_database()
    try:
        setup.start_django("sequencer")
        setup.check_migrated()
        from tongban.site.loading import gather  # noqa: PLC0415 - needs Django

        return gather(
            arguments.register,
            file=arguments.file,
            table=tuple(arguments.table) if arguments.table else None,
            feed=arguments.feed,
            since=tuple(arguments.since) if arguments.since else None,
            batch=arguments.batch,
            full=arguments.full,
            as_of=arguments.as_of,
            declared=arguments.rows,
            may_shrink=arguments.may_shrink,
            username=arguments.by,
        )
    finally:
        if server:
            server.stop()
