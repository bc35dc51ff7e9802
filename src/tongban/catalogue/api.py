"""The door of the catalogue."""

from tongban.catalogue.actions.confirming import confirm_resource
from tongban.catalogue.actions.drafting import (
    Published,
    discard_resource,
    publish_resource,
    recall_resource,
    return_resource,
    save_resource,
    start_resource,
    submit_resource,
)
from tongban.catalogue.actions.importing import (
    BadRow,
    Imported,
    import_resources,
    read_cite,
    read_system,
)
from tongban.catalogue.actions.reading import SchemaRead, import_schema
from tongban.catalogue.actions.telling import acknowledge
from tongban.catalogue.actions.withdrawing import (
    announce_withdrawal,
    cancel_withdrawal,
    settle_withdrawals,
)
from tongban.catalogue.checks import Finding, Gain, Score, find_problems, label_of, score
from tongban.catalogue.content import ITEM_TYPES, SYSTEM_LEVELS, Content, ItemContent, System
from tongban.catalogue.dcat import DCAT_FORMATS, dcat
from tongban.catalogue.elements import BY_NAME, ELEMENTS, ITEM_LABELS, Element
from tongban.catalogue.exports import sheet_rows
from tongban.catalogue.queries.desk import (
    AgencyWork,
    Desk,
    DeskRow,
    Difference,
    EditionView,
    NoticeView,
    agencies_at_work,
    compare,
    contents_of,
    get_desk,
    list_editions,
    my_resources,
    notices_of,
    waiting_reviews,
)
from tongban.catalogue.queries.impact import Hit, impact_of
from tongban.catalogue.queries.lists import LISTS, PAGE_RESOURCES, OfficialList
from tongban.catalogue.queries.resources import (
    ItemView,
    ResourceView,
    codes_of_agency,
    count_resources,
    get_public,
    get_resource,
    get_resources,
    public_resources,
)
from tongban.catalogue.queries.reviewing import Review
from tongban.catalogue.queries.search import (
    Asked,
    ResourceHit,
    ResourcesFound,
    list_demand,
    note_unanswered_words,
    providers,
    search_resources,
)
from tongban.catalogue.schema import SchemaField, read_schema, table_schema
from tongban.catalogue.sheet import COLUMNS, write_csv, write_xlsx
from tongban.catalogue.shown import CHOICES, CODE_SET_OF, ground_words, item_words, words_of
from tongban.catalogue.vocabulary import GroundView, Vocabulary, read_vocabulary

__all__ = [
    "BY_NAME",
    "CHOICES",
    "CODE_SET_OF",
    "COLUMNS",
    "DCAT_FORMATS",
    "ELEMENTS",
    "ITEM_LABELS",
    "ITEM_TYPES",
    "LISTS",
    "PAGE_RESOURCES",
    "SYSTEM_LEVELS",
    "AgencyWork",
    "Asked",
    "BadRow",
    "Content",
    "Desk",
    "DeskRow",
    "Difference",
    "EditionView",
    "Element",
    "Finding",
    "Gain",
    "GroundView",
    "Hit",
    "Imported",
    "ItemContent",
    "ItemView",
    "NoticeView",
    "OfficialList",
    "Published",
    "ResourceHit",
    "ResourceView",
    "ResourcesFound",
    "Review",
    "SchemaField",
    "SchemaRead",
    "Score",
    "System",
    "Vocabulary",
    "acknowledge",
    "agencies_at_work",
    "announce_withdrawal",
    "cancel_withdrawal",
    "codes_of_agency",
    "compare",
    "confirm_resource",
    "contents_of",
    "count_resources",
    "dcat",
    "discard_resource",
    "find_problems",
    "get_desk",
    "get_public",
    "get_resource",
    "get_resources",
    "ground_words",
    "impact_of",
    "import_resources",
    "import_schema",
    "item_words",
    "label_of",
    "list_demand",
    "list_editions",
    "my_resources",
    "note_unanswered_words",
    "notices_of",
    "providers",
    "public_resources",
    "publish_resource",
    "read_cite",
    "read_schema",
    "read_system",
    "read_vocabulary",
    "recall_resource",
    "return_resource",
    "save_resource",
    "score",
    "search_resources",
    "settle_withdrawals",
    "sheet_rows",
    "start_resource",
    "submit_resource",
    "table_schema",
    "waiting_reviews",
    "words_of",
    "write_csv",
    "write_xlsx",
]
