"""Who acts, in words every module shares. Identity makes them from a session; nobody else invents one."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Actor:
    """An officer, a person or the system itself.

    `key` is the officer's number, the person's id or the system part's name; `agency` the officer's agency code;
    `roles` the officer's roles; `name` is shown on pages and never journalled. A person may act for another one:
    `represents` is that person, `mandate` under what, `matter` the one thing it covers (empty: everything).
    """

    kind: str
    key: str
    agency: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)
    name: str = ""
    represents: UUID | None = None
    mandate: str = ""
    matter: str = ""

    @property
    def party(self) -> UUID | None:
        """The person whose affair it is: who is represented, else who acts."""
        return self.represents or self.person

    @property
    def person(self) -> UUID | None:
        """The person who acts, if a person does."""
        return UUID(self.key) if self.kind == "person" else None

    def has_role(self, role: str) -> bool:
        """Whether an officer holds `role`."""
        return self.kind == "officer" and role in self.roles


def system(part: str) -> Actor:
    """The program acting by itself: deemed effects, activation, drains."""
    return Actor(kind="system", key=part)
