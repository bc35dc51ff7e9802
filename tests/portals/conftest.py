"""Pages see applications made through the doors."""

from tests.cases.conftest import (  # noqa: F401 - fixtures
    answers,
    begun,
    clerk,
    fetched,
    filled,
    licensed,
    linxia,
    permit,
    story,
    submitted,
    who,
)
