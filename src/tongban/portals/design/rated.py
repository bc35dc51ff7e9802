"""What pages show of a rating: its rows and the clocks of a bad one."""

from django.utils.translation import gettext as _

from tongban.cases.api import RatingView
from tongban.portals.design import parts
from tongban.portals.design.language import day_words
from tongban.portals.design.shown import clock_part


def rating_rows(view: RatingView) -> list[parts.Row]:
    """What was said, answered, and said again; only what there is."""
    outcomes = {"mended": _("已整改"), "explained": _("已说明"), "unfounded": _("误评，不计入统计")}
    said = [
        (_("满意程度"), view.level_title),
        (_("勾选的话"), _("、").join(view.tags)),
        (_("想说的话"), view.words),
        (_("评价日"), day_words(view.rated_on)),
        (_("联系核实"), day_words(view.contacted_on) if view.contacted_on else ""),
        (_("答复日"), day_words(view.answered_on) if view.answered_on else ""),
        (_("处理结果"), outcomes.get(view.outcome, "")),
        (_("答复"), view.answer),
        (_("追加评价"), view.again_title),
        (_("追加的话"), view.again_words),
    ]
    return [parts.Row(term, value) for term, value in said if value]


def rating_clocks(view: RatingView) -> list[parts.Clock]:
    """The clocks of a bad rating: talking to the person, mending and answering."""
    clocks = ((_("联系时限"), view.contact_clock), (_("整改答复时限"), view.mend_clock))
    return [clock_part(title, reading) for title, reading in clocks if reading]
