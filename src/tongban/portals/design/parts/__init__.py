"""What pages hand to the components: one small frozen dataclass for each noun that a page shows.

They hold words and numbers that are ready to read; no rule is computed here but the arithmetic that a page prints.
The templates are `templates/design/<part>.html`, the tags in `templatetags/tb.py`.
"""

from tongban.portals.design.parts.cases import (
    TASK_STATES,
    Changed,
    Clock,
    ClockLine,
    Compared,
    Event,
    Figure,
    Formal,
    QueueGroup,
    QueueRow,
    Receipt,
    Row,
    Step,
    Task,
)
from tongban.portals.design.parts.guides import (
    MEANS,
    OUTCOMES,
    Answer,
    Fact,
    Material,
    Person,
    PersonGroup,
    Reading,
    Reason,
    Result,
    Upload,
)
from tongban.portals.design.parts.papers import NO_QR, VALID, Certificate, Proof
from tongban.portals.design.parts.words import LAMPS, Citation, Colour, Day, Lamp, Shown, Status, Tone

__all__ = [
    "LAMPS",
    "MEANS",
    "NO_QR",
    "OUTCOMES",
    "TASK_STATES",
    "VALID",
    "Answer",
    "Certificate",
    "Changed",
    "Citation",
    "Clock",
    "ClockLine",
    "Colour",
    "Compared",
    "Day",
    "Event",
    "Fact",
    "Figure",
    "Formal",
    "Lamp",
    "Material",
    "Person",
    "PersonGroup",
    "Proof",
    "QueueGroup",
    "QueueRow",
    "Reading",
    "Reason",
    "Receipt",
    "Result",
    "Row",
    "Shown",
    "Status",
    "Step",
    "Task",
    "Tone",
    "Upload",
]
