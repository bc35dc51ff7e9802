"""Text messages into a file, a JSON object a line: what stands in for an operator's gateway until one is plugged in."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from tongban.kernel import clock
from tongban.notices.ports import ChannelDown


@dataclass(frozen=True)
class TextFile:
    """The file, readable by this account only; another program may take it away at any time."""

    path: Path

    def send(self, address: str, *, subject: str, text: str, short: str, message: str) -> None:  # noqa: ARG002 - the port's
        """One line more; it is on the disk when this returns."""
        line = {"id": message, "to": address, "text": short, "at": clock.real_now().isoformat()}
        data = (json.dumps(line, ensure_ascii=False) + "\n").encode()
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(handle, data)
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise ChannelDown(str(error)) from error
