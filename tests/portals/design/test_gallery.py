"""Every component renders strictly, and the pages keep the house's promises: one h1, no inline style, no stray host."""

import gzip
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.portals.design.gallery import PAGES, render, render_without_anything
from tongban.portals import design

STATIC = Path(design.__file__).parent / "static" / "design"
TEMPLATES = Path(design.__file__).parent / "templates"
OWN_SHEETS = sorted(STATIC.glob("tb*.css"))
TOKENS = STATIC / "tb-tokens.css"
CSS_BYTES_MAX = 16_000
CSS_LINES_MAX = 400
HAN = "\u3400-\u9fff"
#: Half-width marks beside Han characters.
HALF_WIDTH = re.compile(rf"[{HAN}”》][,;:?!()]|[,;:?!()][{HAN}“《]")


class Page(HTMLParser):
    """What the tests ask of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] for _, attributes in self.tags if attribute in attributes]


@pytest.fixture(scope="module", params=PAGES)
def page(request: pytest.FixtureRequest) -> Page:
    return Page(render(request.param))


def test_a_page_has_one_h1_a_language_and_a_main_landmark(page: Page) -> None:
    assert [len(page.all(tag)) for tag in ("h1", "main", "title")] == [1, 1, 1]
    assert page.all("html")[0]["lang"] == "zh-Hans"
    assert page.all("body")[0]["data-size"] in {"sm", "md"}


def test_a_page_has_no_inline_style_and_no_inline_script(page: Page) -> None:
    assert not page.values("style")
    assert not page.all("style")
    assert all(script.get("src") for script in page.all("script"))
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]


def test_a_page_asks_nothing_of_another_host(page: Page) -> None:
    addresses = [*page.values("href"), *page.values("src"), *page.values("action")]
    assert not [address for address in addresses if address.startswith("//") or "://" in address]


def test_ids_are_unique_and_what_points_at_them_finds_them(page: Page) -> None:
    ids = page.values("id")
    assert not [name for name, times in Counter(ids).items() if times > 1]
    pointed = [
        target
        for attribute in ("aria-describedby", "aria-labelledby", "for")
        for value in page.values(attribute)
        for target in value.split()
    ]
    inside = [href[1:] for href in page.values("href") if href.startswith("#")]
    assert set(pointed) | set(inside) <= set(ids)


def test_every_control_has_a_type_and_a_label(page: Page) -> None:
    labelled = set(page.values("for"))
    inputs = [field for field in page.all("input") if field.get("type") != "hidden"]
    assert all(field.get("type") for field in page.all("input"))
    assert {field["id"] for field in [*inputs, *page.all("select"), *page.all("textarea")]} <= labelled


def test_han_text_uses_full_width_marks(page: Page) -> None:
    assert not [words for words in page.words if HALF_WIDTH.search(words)]


def test_a_form_sent_back_says_so_in_its_title_and_leads_to_each_field() -> None:
    html = render("form")
    title = html.split("<title>")[1]
    assert title.startswith("错误\uff1a")
    assert re.findall(r'href="#(f-\w+)"', html) == ["f-phone", "f-smoke", "f-plan", "f-promise"]


def test_what_was_typed_stays_and_a_password_does_not() -> None:
    html = render("form")
    assert 'value="1380013"' in html
    assert not re.search(r'type="password"[^>]* value=', html)


@pytest.mark.parametrize("path", ["500.html", "503.html"])
def test_the_last_pages_need_nothing(path: str) -> None:
    assert "<h1>" in render_without_anything(path)


def test_a_failure_names_its_number_only_when_there_is_one() -> None:
    assert "E-7F3K-0019" in render("500")
    assert "编号" not in render_without_anything("500.html")


def test_every_template_says_first_what_it_takes() -> None:
    silent = [str(path) for path in TEMPLATES.rglob("*.html") if not path.read_text().startswith("{# ")]
    assert not silent


def test_every_part_is_on_a_gallery_page() -> None:
    listing = Path(__file__).parent / "templates" / "gallery"
    used = "".join(path.read_text() for path in listing.glob("*.html"))
    used += "".join(path.read_text() for path in TEMPLATES.glob("*.html"))
    tags = re.findall(
        r"^def (tb_\w+)", (Path(design.__file__).parent / "templatetags" / "tb.py").read_text(), re.MULTILINE
    )
    drawn_by_others = {"tb_lamp"}
    assert {tag for tag in tags if f"{{% {tag} " not in used} == drawn_by_others


def test_colours_stand_in_the_tokens_file_alone() -> None:
    hexes = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(")
    assert not [sheet.name for sheet in OWN_SHEETS if sheet != TOKENS and hexes.search(sheet.read_text())]


def test_dark_is_the_same_by_choice_and_by_system() -> None:
    text = TOKENS.read_text()
    chosen = text.split('[data-color-scheme="dark"] {')[1].split("}")[0]
    system = text.split('[data-color-scheme="auto"] {')[1].split("}")[0]
    assert re.findall(r"--tb-[\w-]+: [^;]+;", chosen) == re.findall(r"--tb-[\w-]+: [^;]+;", system) != []


def test_our_sheets_are_small_and_load_nothing() -> None:
    texts = [sheet.read_text() for sheet in OWN_SHEETS]
    assert sum(len(gzip.compress(text.encode(), 9)) for text in texts) <= CSS_BYTES_MAX
    assert max(text.count("\n") for text in texts) <= CSS_LINES_MAX
    assert not [text for text in texts if "url(" in text or "@import" in text or "@font-face" in text]


def test_every_class_of_ours_in_a_template_has_a_rule() -> None:
    ruled = set(re.findall(r"\.(tb-[\w-]+)", "".join(sheet.read_text() for sheet in OWN_SHEETS)))
    named = {
        name
        for path in TEMPLATES.rglob("*.html")
        for value in re.findall(r'class="([^"]*)"', path.read_text())
        for name in re.findall(r"\btb-[\w-]+(?![\w{-])", value)
    }
    assert {name for name in named if not name.endswith("-")} <= ruled


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_norwegian_word_of_the_vendored_sheet_is_left(language: str) -> None:
    vendored = (STATIC / "vendor" / "ds.css").read_text()
    spoken = set(re.findall(r"""(--dsc-[\w-]+):["'][^"']*[^\W\d_][^"']*["']""", vendored))
    block = TOKENS.read_text().split(f":root:lang({language})")[1].split("\n}")[0]
    silent = {"--dsc-pagination-ellipsis"}
    assert {name for name in spoken if "url" not in name} - silent <= set(
        re.findall(r"(--dsc-[\w-]+):", block)
    )
    assert not re.search(r"[æøåÆØÅ]|\btegn\b|Trykk", block)
