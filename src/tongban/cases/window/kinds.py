"""What is journalled at a window beside the cases. Names and words of people go into their own parts."""

from tongban.journal.api import Act, kind


@kind("original.taken.v1", "收存原件")
class OriginalTaken(Act):
    """The window keeps a person's own paper for a stated reason; she has a slip for it."""

    slip: str
    pieces: int


@kind("original.returned.v1", "退还原件")
class OriginalReturned(Act):
    """The paper was given back: `way` is in-person, agent or post."""

    slip: str
    way: str
