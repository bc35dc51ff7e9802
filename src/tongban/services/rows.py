"""What the row of an item holds, whoever writes it: a pack, or an editor."""

from typing import Any

from tongban.kernel.grams import pinyin_of
from tongban.services.schema import ServiceItem


def item_row(row: ServiceItem) -> dict[str, Any]:
    """The columns of a version of an item, but for its source."""
    return {
        "code": row.code,
        "version": row.version,
        "title": row.title,
        "kind": row.kind,
        "regime_id": row.regime,
        "deciding": row.deciding,
        "competent": row.competent,
        "supervising": row.supervising,
        "window": row.window,
        "visits": row.visits,
        "materials": list(row.materials),
        "questions": list(row.questions),
        "topic": row.topic,
        "serves": list(row.serves),
        "sorts_as": pinyin_of(row.title),
        "terms": row.model_dump(mode="json", by_alias=True),
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }
