"""Before and after of a bundle: every figure is what its rows add up to, and the old way says where it is from."""

import pytest
from django.test import Client

from tests.portals.public.test_public_pages import text
from tongban.portals.public.views.before_after import _figures
from tongban.services.api import get_guide
from tongban.services.models import Bundle

pytestmark = pytest.mark.django_db
PAGE = "/bundles/open-restaurant/before-after/"


def test_every_figure_is_the_sum_of_its_rows() -> None:
    guide = get_guide("open-restaurant")
    for figure in _figures(guide):
        before = [row[1] for row in figure.rows if row[1] != ""]
        after = [int(row[2]) for row in figure.rows if row[2] != ""]  # type: ignore[arg-type]
        assert figure.after == (max(after) if figure.unit == "次" else sum(after)), figure.name
        assert figure.before == (sum(map(int, before)) if before else "—"), figure.name  # type: ignore[arg-type]
        assert figure.rows, figure.name


def test_the_figures_are_the_guides() -> None:
    guide = get_guide("open-restaurant")
    shown = {figure.name: figure for figure in _figures(guide)}
    assert guide.bundle.before
    assert shown["承诺办理时间"].after == guide.promised.working_days
    assert shown["法定办理时间"].after == guide.legal.working_days
    assert shown["承诺办理时间"].before == sum(row.days for row in guide.bundle.before.rows)
    ways = [
        shown[name].after for name in ("由数据取得的材料", "由承诺或示范文本替代的材料", "您自己交的材料")
    ]
    assert sum(map(int, ways)) == shown["材料总数"].after == len(guide.materials)  # type: ignore[arg-type]


def test_the_critical_path_begins_with_what_the_others_wait_for() -> None:
    guide = get_guide("open-restaurant")
    assert guide.promised_path[0].code == "business-licence"
    assert len(guide.promised_path) == 2


def test_the_page_opens_each_figure_and_marks_an_example(client: Client) -> None:
    page = text(client.get(PAGE))
    assert page.count("行明细") == 8
    assert "示例" in page
    assert "“改前”取自：" in page
    assert PAGE in text(client.get("/bundles/open-restaurant/"))


def test_without_an_old_way_there_is_no_comparison_and_no_link_to_it(client: Client) -> None:
    Bundle.objects.filter(code="open-restaurant").update(before=None)
    response = client.get(PAGE)
    assert response.status_code == 404
    assert "没有“改前”的资料" in text(response)
    assert PAGE not in text(client.get("/bundles/open-restaurant/"))
