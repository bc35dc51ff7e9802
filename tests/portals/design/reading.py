"""A page as somebody hears it: which words are in which language."""

import re
from html.parser import HTMLParser

HAN = re.compile("[\u3001-\u3003\u3008-\u3011\u3400-\u9fff\uff01-\uff65]+")
#: Elements that have no end tag.
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
#: What is read aloud or shown of an element's attributes.
READ = {"alt", "aria-label", "content", "data-label", "placeholder", "title", "value"}


class Heard(HTMLParser):
    """Collects the Chinese that stands in an element which is not marked as Chinese; `language` is that of the page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.language = ""
        self.unmarked: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        language = given.get("lang", self.open[-1][1] if self.open else "")
        if tag == "html":
            self.language = language
        hidden = tag == "input" and given.get("type") in {"hidden", "radio", "checkbox"}
        if not (hidden or language.startswith("zh") or tag in {"button", "option"}):
            self._note(*(given[name] for name in READ if name in given and (tag, name) != ("li", "value")))
        if tag not in VOID:
            self.open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open and not self.open[-1][1].startswith("zh"):
            self._note(data)

    def _note(self, *texts: str) -> None:
        self.unmarked += [found for text in texts for found in HAN.findall(text)]
