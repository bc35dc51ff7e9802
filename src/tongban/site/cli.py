"""The program `tongban`: every command says in one sentence what went wrong, and exits with 1."""

import argparse
import os
import signal
import sys
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from types import FrameType

from tongban.kernel.errors import Problem
from tongban.site import benchmarks, running, setup
from tongban.site.home import data_home

DEFAULT_PORT = 8000


def main(words: list[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    arguments = _parser().parse_args(words)
    signal.signal(signal.SIGTERM, _end)
    try:
        code = int(arguments.run(arguments))
        sys.stdout.flush()
    except Problem as problem:
        print(f"tongban: {problem}", file=sys.stderr)  # noqa: T201 - the terminal is the page here
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read us, as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    return code


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tongban", description="Digital government in a box.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    demo = commands.add_parser("demo", help="set up everything, play the story, serve until Ctrl-C")
    demo.add_argument("--fresh", action="store_true", help="move the old city aside and begin anew")
    demo.add_argument("--port", type=int, default=DEFAULT_PORT)
    demo.set_defaults(run=lambda given: running.demo(given.port, fresh=given.fresh))
    story = commands.add_parser("story", help="play the story without serving")
    story.add_argument("--json", action="store_true", help="print one JSON object")
    story.set_defaults(run=lambda given: running.story(as_json=given.json))
    serve = commands.add_parser("serve", help="serve the pages until Ctrl-C")
    serve.add_argument("--port", type=int, default=DEFAULT_PORT)
    serve.add_argument(
        "--host",
        type=ip_address,
        default=ip_address("127.0.0.1"),
        help="the address to listen on (default: this machine only)",
    )
    serve.set_defaults(run=lambda given: running.serve(given.port, host=given.host))
    work = commands.add_parser("work", help="drain, sequence, settle until told to end")
    work.set_defaults(run=lambda _given: running.work())
    migrate = commands.add_parser("migrate", help="create or update the tables and the rights on them")
    migrate.set_defaults(run=lambda _given: _as_owner(setup.migrate))
    _add_packs(commands.add_parser("packs", help="check or activate content packs, import published items"))
    ledger = commands.add_parser(
        "ledger", help="create the logs, write what a checker has to trust, audit, carry out erasures"
    )
    ledger.add_argument("verb", choices=["create", "trust", "audit", "erase"])
    ledger.add_argument("--sample", type=int, default=0, metavar="N", help="audit N entries picked at random")
    ledger.add_argument(
        "--from", type=int, default=1, metavar="POSITION", dest="start", help="audit from here on"
    )
    ledger.add_argument(
        "--trust", type=Path, metavar="FOLDER", help="where to write it (default: the data folder)"
    )
    ledger.set_defaults(run=_ledger)
    verify = commands.add_parser("verify", help="check proofs and certificates, offline")
    verify.add_argument("files", nargs="+", metavar="FILE")
    verify.add_argument(
        "--trust", type=Path, metavar="FOLDER", help="policy.txt and issuers.json (default: ours)"
    )
    verify.set_defaults(run=_verify)
    bench = commands.add_parser("bench", help="run a benchmark, or all of them")
    bench.add_argument("name")
    bench.add_argument("--json", action="store_true", help="print a list of metrics")
    bench.set_defaults(run=lambda given: benchmarks.run_bench(given.name, as_json=given.json))
    check = commands.add_parser("check", help="say what keeps this installation from serving real people")
    check.add_argument("--deploy", action="store_true", required=True)
    check.set_defaults(run=_check)
    developer = commands.add_parser("django", help="run a Django command as the owner (for developers)")
    developer.add_argument("words", nargs=argparse.REMAINDER)
    developer.set_defaults(run=lambda given: _as_owner(lambda: setup.call_django(*given.words)))
    return parser


def _add_packs(packs: argparse.ArgumentParser) -> None:
    verbs = packs.add_subparsers(metavar="VERB", required=True)
    for verb, words in (("check", "say everything that is wrong"), ("activate", "take into force")):
        one = verbs.add_parser(verb, help=words)
        one.add_argument("names", nargs="+", metavar="PACK")
        one.set_defaults(run=_packs, verb=verb)
    items = verbs.add_parser(
        "import-items", help="take over a CSV file of items that another system publishes"
    )
    items.add_argument("file", type=Path, metavar="FILE")
    items.set_defaults(run=_import_items)
    unanswered = verbs.add_parser("unanswered", help="list the words that searches found nothing for")
    unanswered.set_defaults(run=_unanswered)


def _as_owner(act: Callable[[], object]) -> int:
    server = setup.open_database()
    try:
        setup.start_django("owner")
        act()
    finally:
        if server:
            server.stop()
    return 0


def _packs(arguments: argparse.Namespace) -> int:
    def activate() -> None:
        from tongban.site import content  # noqa: PLC0415 - needs Django

        content.activate(arguments.names)

    if arguments.verb == "activate":
        return _as_owner(activate)
    setup.start_django("owner")
    from tongban.site import content  # noqa: PLC0415

    return content.check(arguments.names)


def _import_items(arguments: argparse.Namespace) -> int:
    def act() -> None:
        from tongban.site import content  # noqa: PLC0415 - needs Django

        content.import_items(arguments.file)

    return _as_owner(act)


def _unanswered(_arguments: argparse.Namespace) -> int:
    def act() -> None:
        from tongban.site import content  # noqa: PLC0415 - needs Django

        content.print_unanswered()

    return _as_owner(act)


def _ledger(arguments: argparse.Namespace) -> int:
    if arguments.verb in {"audit", "erase"}:
        return _ledger_as(arguments)

    def act() -> None:
        from tongban.kernel import clock  # noqa: PLC0415 - needs Django
        from tongban.ledger.api import create_logs  # noqa: PLC0415
        from tongban.site.trust import write_trust  # noqa: PLC0415

        if arguments.verb == "create":
            create_logs(inception=clock.local(clock.real_now()).date())
        else:
            write_trust(arguments.trust or data_home() / "trust")

    return _as_owner(act)


def _ledger_as(arguments: argparse.Namespace) -> int:
    """An audit needs no more rights than a page; only the sequencer may erase."""
    server = setup.open_database()
    try:
        setup.start_django("sequencer" if arguments.verb == "erase" else "app")
        setup.check_migrated()
        from tongban.site import auditing  # noqa: PLC0415 - needs Django

        if arguments.verb == "erase":
            return auditing.erase()
        return auditing.audit_ledger(sample=arguments.sample, start=arguments.start)
    finally:
        if server:
            server.stop()


def _check(_arguments: argparse.Namespace) -> int:
    server = setup.open_database()
    try:
        setup.start_django("app")
        setup.check_migrated()
        from tongban.site.deployment import check_deployment  # noqa: PLC0415 - needs Django

        return check_deployment()
    finally:
        if server:
            server.stop()


def _verify(arguments: argparse.Namespace) -> int:
    setup.start_django("app")
    from tongban.site.checking import verify_files  # noqa: PLC0415 - needs Django

    return verify_files(arguments.files, arguments.trust or data_home() / "trust")


if __name__ == "__main__":
    sys.exit(main())
