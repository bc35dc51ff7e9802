"""Texts on pages in two languages; these are at hand in every template without `load`.

`{{ text|zh }}` says a text in the language of the page where somebody translated it, and marks what stays Chinese.
`{{ text|kept }}` only marks: for what people wrote, names, addresses, laws. `{{ text|said }}` says without a mark, for
attributes and options, whose element then takes `{{ text|lang }}`. `{% titled %}…{% endtitled %}`
makes `page_title` for the title element, which can hold no marked part.
"""

from html import unescape
from typing import Any

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from tongban.portals.design import language
from tongban.portals.design.fields import Text

register = template.Library()


@register.filter
def zh(text: Text | None) -> SafeString:
    """A text of the program or of a pack."""
    return language.marked(text)


@register.filter
def kept(text: Text | None) -> SafeString:
    """A text that is never translated: what somebody wrote, a name, an address, a law."""
    return language.marked(text, translate=False)


@register.filter
def said(text: Text | None) -> str:
    """A text for an attribute or an option."""
    return language.said(text)


@register.filter
def lang(text: Text | None) -> SafeString:
    """The `lang` attribute of an element whose text or attribute this is, if it needs one."""
    return language.lang_attribute(text)


@register.filter
def kept_lang(text: Text | None) -> SafeString:
    """The same for a control that holds what somebody typed."""
    return language.lang_attribute(text, translate=False)


@register.filter
def joined(texts: list[str], mark: str = "、") -> SafeString:
    """Texts in a row, each said and marked."""
    return mark_safe(language.said(mark).join(map(language.marked, texts)))  # noqa: S308 - every text is escaped


class _Titled(template.Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """Nothing yet: the words are kept as `page_title`."""
        context["page_title"] = language.said(unescape(self.nodelist.render(context)).strip())
        return SafeString("")


@register.tag
def titled(parser: Parser, _token: Token) -> Any:
    """`{% titled %}…{% endtitled %}`: the words of the title, said in the language of the page, as `page_title`."""
    nodelist = parser.parse(("endtitled",))
    parser.delete_first_token()
    return _Titled(nodelist)
