"""The tutorial `your-first-hour`, command by command, as a reader would type it."""

import re
import subprocess
from dataclasses import dataclass

from tests.city import own_city
from tongban.site.home import checkout

TUTORIAL = checkout() / "docs" / "tutorial" / "your-first-hour.md"
FOLDER = "/tmp/tongban-first-hour"  # noqa: S108 - the words of the tutorial, replaced by a folder of the test
SAID = "said by the command before:"


@dataclass
class Typed:
    """A command and the lines it is promised to say; `…` stands for anything."""

    command: str
    promised: list[str]


def typed() -> list[Typed]:
    found: list[Typed] = []
    for block in re.findall(r"^```console\n(.*?)^```", TUTORIAL.read_text(), re.DOTALL | re.MULTILINE):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(Typed(line[2:], []))
            else:
                found[-1].promised.append(line)
    return found


def missing(promised: list[str], said: str) -> list[str]:
    """Promised lines that were not said."""
    patterns = {line: ".*".join(map(re.escape, line.split("…"))) for line in promised}
    return [line for line, pattern in patterns.items() if not re.search(f"^{pattern}$", said, re.MULTILINE)]


def test_every_command_of_the_first_hour_says_what_the_tutorial_promises() -> None:
    steps = typed()
    assert len(steps) > 6
    with own_city("hour") as city:
        script = "\n".join(f"{one.command.replace(FOLDER, str(city.home))}\necho '{SAID}'" for one in steps)
        done = subprocess.run(
            ["bash", "-c", f"exec 2>&1\n{script}"],
            cwd=checkout(),
            env=city.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        said = done.stdout.split(f"{SAID}\n")
        assert len(said) == len(steps) + 1
        for one, words in zip(steps, said, strict=False):
            assert not missing(one.promised, words), f"$ {one.command}\n{words}"
