"""The program `tongban`: every command says in one sentence what went wrong, and exits with 1."""

import argparse
import os
import re
import signal
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from types import FrameType

from tongban.kernel.errors import BadInput, Problem
from tongban.site import benchmarks, running, setup
from tongban.site.batches import add_registers
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
    demo.add_argument("--port", type=_port, default=DEFAULT_PORT)
    demo.add_argument(
        "--simulate-year",
        action="store_true",
        help="play a year of a city with ten times the people, in a database and ledger of its own, then serve it",
    )
    demo.add_argument("--days", type=int, help="working days of the simulated year, 250 if none")
    demo.set_defaults(
        run=lambda given: (
            running.simulate_year(given.port, fresh=given.fresh, days=given.days)
            if given.simulate_year
            else running.demo(given.port, fresh=given.fresh)
        )
    )
    story = commands.add_parser("story", help="play the story without serving")
    story.add_argument(
        "name", nargs="?", default=running.STORY, help="which story of the packs; open-restaurant if none"
    )
    story.add_argument("--json", action="store_true", help="print one JSON object")
    story.set_defaults(run=lambda given: running.story(given.name, as_json=given.json))
    serve = commands.add_parser("serve", help="serve the pages until Ctrl-C")
    serve.add_argument("--port", type=_port, default=DEFAULT_PORT)
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
    _add_ledger(
        commands.add_parser(
            "ledger", help="create, audit, repair and open the logs; write what a checker trusts"
        )
    )
    _add_witness(commands.add_parser("witness", help="watch logs for others and cosign their heads"))
    _add_keys(commands.add_parser("keys", help="list keys, hand one over to a new one, take one back"))
    _add_feed(commands.add_parser("feed", help="gather records and changes from another node's register"))
    add_registers(commands.add_parser("registers", help="gather batches of rows into a register"), day=_day)
    _add_certificates(
        commands.add_parser("certificates", help="take over old certificates from a file; sign them anew")
    )
    _add_verify(
        commands.add_parser("verify", help="check proofs, certificates, evidence packs and whole logs")
    )
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


def _add_ledger(ledger: argparse.ArgumentParser) -> None:
    verbs = ledger.add_subparsers(metavar="VERB", required=True)
    create = verbs.add_parser("create", help="create the logs, on the day of their inception")
    create.add_argument("--inception", type=_day, metavar="DAY", help="the day (default: today)")
    create.set_defaults(run=_ledger, verb="create")
    trust = verbs.add_parser("trust", help="write what a checker has to trust")
    trust.add_argument(
        "--trust", type=Path, metavar="FOLDER", help="where to write it (default: the data folder)"
    )
    trust.set_defaults(run=_ledger, verb="trust")
    adopt = verbs.add_parser("adopt", help="bring logs and database together after one of them was restored")
    adopt.set_defaults(run=_ledger, verb="adopt")
    audit = verbs.add_parser("audit", help="hold the journal against the logs; name what was altered")
    audit.add_argument("--sample", type=int, default=0, metavar="N", help="only N entries picked at random")
    audit.add_argument(
        "--from", type=int, default=1, metavar="POSITION", dest="start", help="from this position on"
    )
    audit.set_defaults(run=_ledger_as, verb="audit")
    erase = verbs.add_parser("erase", help="carry out the erasures that two officers confirmed")
    erase.set_defaults(run=_ledger_as, verb="erase")
    token = verbs.add_parser("token", help="let a body read the entries of acts, or end that")
    token.add_argument("--for", dest="holder", metavar="WHOM", default="", help="the body, not a person")
    token.add_argument("--until", type=_day, metavar="DAY", help="the last day it is valid")
    token.add_argument("--list", action="store_true", help="list all tokens")
    token.add_argument("--revoke", type=int, metavar="NUMBER", help="end the right of a token now")
    token.set_defaults(run=_ledger, verb="token")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write it as 2026-12-31") from None


def _add_witness(witness: argparse.ArgumentParser) -> None:
    witness.add_argument("--home", type=Path, required=True, metavar="FOLDER", help="its key and its memory")
    witness.add_argument("--port", type=_port, required=True, help="the port to listen on (0: any)")
    witness.add_argument(
        "--host",
        type=ip_address,
        default=ip_address("127.0.0.1"),
        help="the address to listen on (default: this machine only)",
    )
    witness.add_argument("--name", default="", help="the name of a new witness, for ever")
    witness.add_argument(
        "--log", nargs="+", default=[], metavar="VKEY", help="watch this log from now on, too"
    )
    witness.set_defaults(run=_witness)


def _witness(arguments: argparse.Namespace) -> int:
    from tongban.ledger.offline import serve_witness  # noqa: PLC0415 - only this command pays for it

    serve_witness(
        arguments.home,
        host=str(arguments.host),
        port=arguments.port,
        logs=arguments.log,
        name=arguments.name,
    )
    return 0


def _add_keys(keys: argparse.ArgumentParser) -> None:
    verbs = keys.add_subparsers(metavar="VERB", required=True)
    listed = verbs.add_parser("list", help="every key under a name")
    rotate = verbs.add_parser("rotate", help="make a new key; the old one signs beside it for a while")
    revoke = verbs.add_parser("revoke", help="take back an older key that others may hold")
    for verb in (listed, rotate, revoke):
        verb.add_argument("name", metavar="NAME", help="log.acts, log.public or issuer.AGENCY")
        verb.set_defaults(run=_keys)
    rotate.add_argument(
        "--overlap", type=_duration, default=timedelta(days=30), metavar="TIME", help="default: 30d"
    )
    revoke.add_argument("--number", type=int, required=True, help="which key, as `keys list` counts them")
    revoke.add_argument(
        "--since",
        type=_moment,
        required=True,
        metavar="MOMENT",
        help="since when it may be in other hands, as 2026-11-25T08:00:00+08:00",
    )
    revoke.add_argument("--reason", required=True, help="for everybody to read")
    listed.set_defaults(verb="list")
    rotate.set_defaults(verb="rotate")
    revoke.set_defaults(verb="revoke")


def _keys(arguments: argparse.Namespace) -> int:
    def act() -> None:
        from tongban.site import custodian  # noqa: PLC0415 - needs Django

        if arguments.verb == "rotate":
            custodian.rotate(arguments.name, overlap=arguments.overlap)
        elif arguments.verb == "revoke":
            custodian.revoke(
                arguments.name, number=arguments.number, since=arguments.since, reason=arguments.reason
            )
        custodian.show(arguments.name)

    return _as_owner(act)


def _add_feed(feed: argparse.ArgumentParser) -> None:
    verbs = feed.add_subparsers(metavar="VERB", required=True)
    key = verbs.add_parser("key", help="print the public half of our key, for the other node to register")
    key.add_argument("key", metavar="KEY", help="the id under which the other node registers it")
    pull = verbs.add_parser("pull", help="go on with a gathering until the newest change")
    pull.add_argument("name", metavar="NAME")
    pull.add_argument(
        "--address", default="", help="begin one: https://HOST/r1/INSTANCE/CLASS/MEMBER/SUBSYSTEM/RESOURCE"
    )
    pull.add_argument("--client", default="", help="who we are there: INSTANCE/CLASS/MEMBER/SUBSYSTEM")
    pull.add_argument("--key", default="", help="the id of our key there")
    pull.add_argument("--trusted", default="", metavar="HEX", help="the public key of its gateway")
    key.set_defaults(run=_feed, verb="key")
    pull.set_defaults(run=_feed, verb="pull")


def _feed(arguments: argparse.Namespace) -> int:
    def act() -> None:
        from tongban.site import gathering  # noqa: PLC0415 - needs Django

        if arguments.verb == "key":
            gathering.show_key(arguments.key)
            return
        setup.check_migrated()
        given = {name: getattr(arguments, name) for name in ("address", "client", "key", "trusted")}
        done = gathering.gather(arguments.name, **given)
        print(f"{done.rows} rows in {done.pages} pages, up to the newest change")  # noqa: T201

    return _as_owner(act)


def _add_certificates(certificates: argparse.ArgumentParser) -> None:
    verbs = certificates.add_subparsers(metavar="VERB", required=True)
    taken = verbs.add_parser("import", help="check, sign and journal old certificates from CSV or Parquet")
    taken.add_argument("file", type=Path, metavar="FILE")
    taken.add_argument(
        "--type", required=True, metavar="TYPE", help="the type of certificate, as food-permit"
    )
    taken.add_argument("--by", required=True, metavar="USER", help="the approver of the issuing agency")
    taken.add_argument(
        "--refused", type=Path, metavar="FILE", help="write the rows that were sent back, as CSV"
    )
    taken.set_defaults(run=_import_certificates)
    reseal = verbs.add_parser(
        "reseal", help="sign the living certificates of an issuer anew after one of its keys was revoked"
    )
    reseal.add_argument("issuer", metavar="AGENCY", help="as lanchuan.approval")
    reseal.add_argument(
        "--number", type=int, required=True, help="the revoked key, as `keys list` counts them"
    )
    reseal.set_defaults(run=_reseal_certificates)


def _reseal_certificates(arguments: argparse.Namespace) -> int:
    def act() -> None:
        setup.check_migrated()
        from tongban.site.importing import reseal_issuer  # noqa: PLC0415 - needs Django

        reseal_issuer(arguments.issuer, number=arguments.number)

    return _as_owner(act)


def _import_certificates(arguments: argparse.Namespace) -> int:
    server = setup.open_database()
    try:
        setup.start_django("app")
        setup.check_migrated()
        from tongban.site.importing import import_file  # noqa: PLC0415 - needs Django

        return import_file(
            arguments.file, type_code=arguments.type, username=arguments.by, refused=arguments.refused
        )
    finally:
        if server:
            server.stop()


def _add_packs(packs: argparse.ArgumentParser) -> None:
    verbs = packs.add_subparsers(metavar="VERB", required=True)
    for verb, words in (("check", "say everything that is wrong"), ("activate", "take into force")):
        one = verbs.add_parser(verb, help=words)
        one.add_argument("names", nargs="+", metavar="PACK")
        one.set_defaults(run=_packs, verb=verb)
    export = verbs.add_parser("export", help="write packs with what was edited here since")
    export.add_argument("names", nargs="+", metavar="PACK")
    export.add_argument("--into", type=Path, required=True, metavar="FOLDER", help="a new folder")
    export.set_defaults(run=_export)
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


def _export(arguments: argparse.Namespace) -> int:
    def act() -> None:
        from tongban.site import content  # noqa: PLC0415 - needs Django

        content.export(arguments.names, arguments.into)

    return _as_owner(act)


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
    def act() -> None:
        from tongban.site import ledgers  # noqa: PLC0415 - needs Django

        verbs: dict[str, Callable[[], None]] = {
            "create": lambda: ledgers.create(arguments.inception),
            "trust": lambda: ledgers.trust(arguments.trust or data_home() / "trust"),
            "adopt": ledgers.adopt_all,
            "token": lambda: ledgers.token(arguments),
        }
        verbs[arguments.verb]()

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


def _add_verify(verify: argparse.ArgumentParser) -> None:
    verify.add_argument(
        "files", nargs="+", metavar="FILE", help="a file, the folder of a log, or its https address"
    )
    verify.add_argument(
        "--trust", type=Path, metavar="FOLDER", help="policy.txt, issuers.json, revoked.txt (default: ours)"
    )
    verify.add_argument(
        "--max-age",
        type=_duration,
        metavar="TIME",
        help="witnesses must have cosigned so recently (90s, 5m, 2h, 1d)",
    )
    verify.add_argument(
        "--token", default="", help="reads the entries of a log that needs one; @FILE reads it from a file"
    )
    verify.set_defaults(run=_verify)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; it is a number up to 65535")
    return int(text)


def _moment(text: str) -> datetime:
    wanted = f"{text!r} is not a moment; write it with its time zone, as 2026-11-25T08:00:00+08:00"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(wanted) from None
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(wanted)
    return moment


def _duration(text: str) -> timedelta:
    units = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
    if not re.fullmatch("[0-9]{1,6}[smhd]", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a time like 90s, 5m, 2h or 1d")
    return timedelta(**{units[text[-1]]: int(text[:-1])})


def _verify(arguments: argparse.Namespace) -> int:
    from tongban.site.checking import verify_files  # noqa: PLC0415 - only this command pays for it

    token = arguments.token
    if token.startswith("@"):
        try:
            token = Path(token[1:]).read_text("utf-8").strip()
        except OSError as error:
            raise BadInput(f"The token file {token[1:]} cannot be read: {error.strerror}.") from error
    trust = arguments.trust or data_home() / "trust"
    return verify_files(arguments.files, trust, max_age=arguments.max_age, token=token)


if __name__ == "__main__":
    sys.exit(main())
