"""The worker: a job that fails waits alone."""

import pytest

from tongban.kernel.errors import Misconfigured
from tongban.site.work import Timed


class Job:
    """Something that fails as long as it is told to."""

    __name__ = "tell_ending"

    def __init__(self) -> None:
        self.fault: Exception | None = None
        self.done = 0

    def __call__(self) -> None:
        if self.fault:
            raise self.fault
        self.done += 1


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (Misconfigured("请激活 base。"), "tell_ending waits. 请激活 base。"),
        (KeyError("grant"), "tell_ending waits. KeyError"),
    ],
)
def test_a_job_that_fails_is_said_once_and_tried_again(
    fault: Exception, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    job = Job()
    timed = Timed(job, every_s=0.0)
    job.fault = fault
    for _ in range(3):
        timed.next_at = 0.0
        timed.do_if_due()
    assert capsys.readouterr().err.count(sentence) == 1
    job.fault, timed.next_at = None, 0.0
    timed.do_if_due()
    assert job.done == 1
    assert "tell_ending goes on." in capsys.readouterr().err


def test_a_job_that_failed_is_not_tried_again_at_once() -> None:
    job = Job()
    timed = Timed(job, every_s=0.0)
    job.fault = Misconfigured("请激活 base。")
    timed.do_if_due()
    job.fault = None
    timed.do_if_due()
    assert job.done == 0
