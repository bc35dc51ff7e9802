"""Faults: kill -9, busy ports, tampered rows, wrong words; each over real commands and a data folder of its own."""

import pytest

pytest.register_assert_rewrite("tests.faults.whole")
