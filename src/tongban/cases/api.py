"""The door of cases."""

from tongban.cases.actions.ask import drop_draft, look_up
from tongban.cases.actions.decide import decide
from tongban.cases.actions.intake import accept_case, refuse_acceptance, tell_once
from tongban.cases.actions.prepare import (
    acknowledge_notice,
    agree,
    attach_document,
    find_draft,
    prepare_application,
    remove_document,
    save_answers,
)
from tongban.cases.actions.present import (
    Presentable,
    ask_presentation,
    presentable,
    redeem_presentation,
    take_presentation,
)
from tongban.cases.actions.rate import answer_rating, contact_rater, rate_again, rate_case
from tongban.cases.actions.recount import recount_days
from tongban.cases.actions.renew import acknowledge_changes, renew_form
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
from tongban.cases.actions.sign import ask_signatures, decline_part, sign_part
from tongban.cases.actions.submit import find_gaps, submit_application, supply, withdraw_case
from tongban.cases.answers import key_questions
from tongban.cases.fetching import fetch_materials
from tongban.cases.form import Asked, boxes, rows_of
from tongban.cases.formalities.delivering import deliver, publish, receive
from tongban.cases.formalities.deputies import (
    ABSENT_ROLES,
    DeputyView,
    colleagues,
    deputies_of,
    end_deputy,
    name_deputy,
)
from tongban.cases.formalities.extending import extend
from tongban.cases.formalities.handing import archive, claim, unarchive
from tongban.cases.formalities.hearing import (
    ask_hearing,
    hear_interested,
    hold_hearing,
    set_hearing,
    tell_hearing,
    tell_interested,
)
from tongban.cases.formalities.interests import (
    InterestView,
    ask_hearing_as_party,
    get_interest,
    interests_of,
    state_interest,
)
from tongban.cases.formalities.policy import WAYS
from tongban.cases.formalities.publishing import PublishedView, published_grants
from tongban.cases.formalities.queries import (
    TENDING,
    FormalityView,
    HandOverView,
    ReviewView,
    TendedRow,
    get_hand_over,
    get_review,
    shared_file,
    steps_of,
    tended,
)
from tongban.cases.formalities.recusing import ask_recusal, decide_recusal, handlers
from tongban.cases.formalities.reviewing import answer_review, ask_review, recall_review
from tongban.cases.formalities.undoing import UndoGround, correct, undo, undo_grounds
from tongban.cases.queries.application import application_timeline, get_application
from tongban.cases.queries.asking import DraftFacts, looked_up
from tongban.cases.queries.lists import (
    PAGE,
    CaseBrief,
    case_brief,
    intake_list,
    most_used_bundles,
    my_applications,
    my_cases,
    people_by_item,
    waiting_for,
)
from tongban.cases.queries.outlook import outlook_of
from tongban.cases.queries.queueing import COUNT_MAX, GROUPS, Wanted, count_groups, items_in_queue, queue
from tongban.cases.queries.ratings import (
    ItemFigures,
    LevelView,
    RatingView,
    bad_ratings,
    get_rating,
    item_figures,
    rated_cases,
    rated_items,
    rating_levels,
    rating_of_case,
)
from tongban.cases.queries.signing import get_part, parts_to_sign
from tongban.cases.queries.stepping import steps_for
from tongban.cases.queries.summary import Figure, Summary, summarise
from tongban.cases.queries.views import (
    ApplicationView,
    CaseView,
    ListRow,
    MaterialView,
    QueueRow,
    SignatureView,
    SigningPart,
    Waiting,
)
from tongban.cases.registers import FactFound, Lookup, lookup_questions, lookups_of
from tongban.cases.window.holding import WAYS as RETURN_WAYS
from tongban.cases.window.holding import (
    OriginalView,
    get_original,
    held_originals,
    originals_of,
    return_original,
    take_original,
)

__all__ = [
    "ABSENT_ROLES",
    "COUNT_MAX",
    "GROUPS",
    "PAGE",
    "RETURN_WAYS",
    "TENDING",
    "WAYS",
    "ApplicationView",
    "Asked",
    "CaseBrief",
    "CaseView",
    "DeputyView",
    "DraftFacts",
    "FactFound",
    "Figure",
    "FormalityView",
    "HandOverView",
    "InterestView",
    "ItemFigures",
    "LevelView",
    "ListRow",
    "Lookup",
    "MaterialView",
    "OriginalView",
    "Presentable",
    "PublishedView",
    "QueueRow",
    "RatingView",
    "ReviewView",
    "SignatureView",
    "SigningPart",
    "Summary",
    "TendedRow",
    "UndoGround",
    "Waiting",
    "Wanted",
    "accept_case",
    "acknowledge_changes",
    "acknowledge_notice",
    "agree",
    "answer_rating",
    "answer_review",
    "application_timeline",
    "archive",
    "ask_hearing",
    "ask_hearing_as_party",
    "ask_presentation",
    "ask_recusal",
    "ask_review",
    "ask_signatures",
    "attach_document",
    "bad_ratings",
    "boxes",
    "case_brief",
    "claim",
    "colleagues",
    "confirm_rectified",
    "contact_rater",
    "correct",
    "count_groups",
    "decide",
    "decide_recusal",
    "decline_part",
    "deliver",
    "deputies_of",
    "drop_draft",
    "end_deputy",
    "examine",
    "extend",
    "fetch_materials",
    "find_defect",
    "find_draft",
    "find_gaps",
    "get_application",
    "get_hand_over",
    "get_interest",
    "get_original",
    "get_part",
    "get_rating",
    "get_review",
    "handlers",
    "hear_interested",
    "held_originals",
    "hold_hearing",
    "inspect",
    "intake_list",
    "interests_of",
    "item_figures",
    "items_in_queue",
    "key_questions",
    "look_up",
    "looked_up",
    "lookup_questions",
    "lookups_of",
    "most_used_bundles",
    "my_applications",
    "my_cases",
    "name_deputy",
    "originals_of",
    "outlook_of",
    "parts_to_sign",
    "pause_case",
    "people_by_item",
    "prepare_application",
    "presentable",
    "publish",
    "published_grants",
    "queue",
    "rate_again",
    "rate_case",
    "rated_cases",
    "rated_items",
    "rating_levels",
    "rating_of_case",
    "recall_review",
    "receive",
    "recount_days",
    "rectify",
    "redeem_presentation",
    "refuse_acceptance",
    "remove_document",
    "renew_form",
    "resume_case",
    "return_original",
    "rows_of",
    "save_answers",
    "set_hearing",
    "settle_due",
    "shared_file",
    "sign_part",
    "state_interest",
    "steps_for",
    "steps_of",
    "submit_application",
    "summarise",
    "supply",
    "take_original",
    "take_presentation",
    "tell_hearing",
    "tell_interested",
    "tell_once",
    "tended",
    "unarchive",
    "undo",
    "undo_grounds",
    "waiting_for",
    "withdraw_case",
]
