"""The door of cases."""

from tongban.cases.actions.decide import decide
from tongban.cases.actions.intake import accept_case, refuse_acceptance, tell_once
from tongban.cases.actions.prepare import (
    acknowledge_notice,
    agree,
    attach_document,
    prepare_application,
    remove_document,
    save_answers,
)
from tongban.cases.actions.review import (
    confirm_rectified,
    examine,
    find_defect,
    inspect,
    pause_case,
    rectify,
    resume_case,
)
from tongban.cases.actions.settle import settle_due
from tongban.cases.actions.submit import find_gaps, submit_application, supply, withdraw_case
from tongban.cases.answers import key_questions
from tongban.cases.fetching import fetch_materials
from tongban.cases.queries.application import application_timeline, get_application
from tongban.cases.queries.lists import (
    PAGE,
    intake_list,
    most_used_bundles,
    my_applications,
    queue,
    waiting_for,
)
from tongban.cases.queries.summary import Figure, Summary, summarise
from tongban.cases.queries.views import (
    ApplicationView,
    CaseView,
    ListRow,
    MaterialView,
    QueueRow,
    Waiting,
)

__all__ = [
    "PAGE",
    "ApplicationView",
    "CaseView",
    "Figure",
    "ListRow",
    "MaterialView",
    "QueueRow",
    "Summary",
    "Waiting",
    "accept_case",
    "acknowledge_notice",
    "agree",
    "application_timeline",
    "attach_document",
    "confirm_rectified",
    "decide",
    "examine",
    "fetch_materials",
    "find_defect",
    "find_gaps",
    "get_application",
    "inspect",
    "intake_list",
    "key_questions",
    "most_used_bundles",
    "my_applications",
    "pause_case",
    "prepare_application",
    "queue",
    "rectify",
    "refuse_acceptance",
    "remove_document",
    "resume_case",
    "save_answers",
    "settle_due",
    "submit_application",
    "summarise",
    "supply",
    "tell_once",
    "waiting_for",
    "withdraw_case",
]
