"""Terms of an item in words, the same in preview, page and file."""

from typing import Protocol

from django.utils.translation import gettext as _

from tongchou.catalogue.models import ItemTerm
from tongchou.platform.ui.format import rate


class HasTerms(Protocol):
    @property
    def level(self) -> str: ...
    @property
    def first_self_pay(self) -> int: ...
    @property
    def ceiling(self) -> int | None: ...


def level_in_words(level: str) -> str:
    return str(ItemTerm.Level(level).label)


def price_in_words(millionths: int | None) -> str:
    """Return yuan with two to six places; \"\" for none."""
    if millionths is None:
        return ""
    whole, part = divmod(millionths, 1_000_000)
    return f"{whole:,}.{f'{part:06d}'.rstrip('0').ljust(2, '0')}"


def term_in_words(term: HasTerms) -> str:
    """Return 乙类，先行自付 10%，限价 12.50 元."""
    parts = [level_in_words(term.level)]
    if term.level == ItemTerm.Level.B:
        parts.append(_("先行自付 %(share)s") % {"share": rate(term.first_self_pay)})
    if term.ceiling is not None:
        parts.append(_("限价 %(price)s 元") % {"price": price_in_words(term.ceiling)})
    return "，".join(parts)
