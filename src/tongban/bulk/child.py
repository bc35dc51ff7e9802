"""Work on many rows in a process of its own: its memory is given back, and its death harms nobody.

Only names of functions, paths and plain values travel, as JSON. A bulk engine is imported in the child alone, so that
the processes that serve pages run without it.
"""

import importlib
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tongban.kernel.errors import Problem, Unavailable

#: Of DuckDB in a child; what is more goes to its temporary folder.
MEMORY = "3GB"
#: A child that says nothing for so long is ended.
PATIENCE_S = 6 * 3600.0
_MISSING = "这台机器没有装批量引擎。请系统管理员安装 requirements/bulk.txt 以后再试。"


class BulkFailed(Problem):
    """A child ended without an answer; `detail` is the name of its error: its words may hold what a row holds."""

    status = 500

    def __init__(self, detail: str) -> None:
        super().__init__("批量运算中途失败，什么都没有写进去。请重新运行；再失败请系统管理员看日志。")
        self.detail = detail


def check_engine(*names: str) -> None:
    """That the bulk engine is installed here.

    Raises:
        Unavailable: it is not; says what to do.
    """
    if any(find_spec(name) is None for name in names or ("duckdb",)):
        raise Unavailable(_MISSING)


def in_child(function: str, request: dict[str, Any]) -> dict[str, Any]:
    """What `module:function` answers to `request`, from a process of its own; both are JSON.

    Raises:
        Unavailable: the bulk engine is not installed.
        BulkFailed: the child failed or died.
    """
    check_engine()
    with TemporaryDirectory(prefix="tongban-bulk-") as folder:
        asked, answered = Path(folder, "request.json"), Path(folder, "answer.json")
        asked.write_text(json.dumps(request), "utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAN_DATABASE")}
        ended = subprocess.run(  # noqa: S603 - ourselves
            [sys.executable, "-m", "tongban.bulk.child", function, str(asked), str(answered)],
            env=kept,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        if ended.returncode or not answered.is_file():
            raise BulkFailed(_name_of(ended.stderr, ended.returncode))
        answer: dict[str, Any] = json.loads(answered.read_text("utf-8"))
        return answer


def _name_of(said: str, code: int) -> str:
    """The name of the error that a child ended with, or its exit code."""
    last = next((line for line in reversed(said.splitlines()) if line and not line[0].isspace()), "")
    name = last.partition(":")[0]
    return name if name.replace(".", "").replace("_", "").isalnum() else f"exit {code}"


def connect(folder: str = "") -> Any:
    """A DuckDB of this process with bounds to its memory, spilling into `folder`."""
    import duckdb  # noqa: PLC0415 - in a child only

    return duckdb.connect(
        config={
            "memory_limit": MEMORY,
            "threads": os.cpu_count() or 1,
            "preserve_insertion_order": False,
            **({"temp_directory": folder} if folder else {}),
        }
    )


def main() -> None:
    """The child: import the function, ask it, write its answer."""
    function, asked, answered = sys.argv[1:]
    module, _, name = function.partition(":")
    found = getattr(importlib.import_module(module), name)
    answer = found(json.loads(Path(asked).read_text("utf-8")))
    Path(answered).write_text(json.dumps(answer), "utf-8")


if __name__ == "__main__":
    main()
