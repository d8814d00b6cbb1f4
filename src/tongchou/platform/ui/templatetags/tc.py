"""Tags and filters of every page: {% load tc %}. Money is fen, rates are ten-thousandths."""

import json
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tongchou.core.identity import mask_id_number
from tongchou.platform import clock
from tongchou.platform.ui import format as fmt

register = template.Library()
# Where a refusal passes from what is wrong to what to do.
_REMEDY = re.compile(r"。|，(?=请)|\.\s(?=[A-Z])")


def _written(write: Callable[[Any], str]) -> Callable[[Any], str]:
    """Let a writer of `platform.ui.format` show — where there is no value."""

    def written(value: Any) -> str:
        return "—" if value is None or value == "" else write(value)

    return written


register.filter("money_plain", _written(fmt.money))
register.filter("percent", _written(fmt.percent))
register.filter("share", _written(fmt.share))
register.filter("rate", _written(fmt.rate))
register.filter("masked", _written(mask_id_number))
register.filter("day", _written(fmt.day))
register.filter("short_day", _written(fmt.short_day))
register.filter("minute", _written(fmt.minute))
register.filter("hour", _written(fmt.hour))
register.filter("short_time", _written(fmt.short_time))
register.filter("or_now", fmt.or_now)


@register.filter
def money(fen: int | None) -> SafeString:
    """Write an amount with its fen lighter, zero grey, and — where it does not apply."""
    if fen is None:
        return mark_safe('<span class="tc-zero">—</span>')
    yuan, rest = fmt.split_money(int(fen))
    written = format_html('{}<span class="tc-fen">{}</span>', yuan, rest)
    return written if fen else format_html('<span class="tc-zero">{}</span>', written)


@register.filter
def signed(fen: int) -> str:
    """Write a change with its sign: +1,198.11."""
    return f"+{fmt.money(fen)}" if fen > 0 else fmt.money(fen)


@register.filter
def plus(value: int) -> str:
    """Write a change of a count with its sign: +3."""
    return f"+{value:,}" if value > 0 else f"{value:,}".replace("-", fmt.MINUS)


@register.filter
def wan(fen: int) -> str:
    """Write fen in units of ten thousand yuan with two places: 1,198.11."""
    return fmt.wan(fen)


@register.filter
def signed_wan(fen: int) -> str:
    """Write a change in units of ten thousand yuan with its sign."""
    return f"+{fmt.wan(fen)}" if fen > 0 else fmt.wan(fen)


@register.filter
def signed_percent(bp: int | None) -> str:
    """Write a change in ten-thousandths with its sign: +2.08%."""
    if bp is None:
        return "—"
    return f"+{fmt.percent(bp)}" if bp > 0 else fmt.percent(bp)


@register.filter
def count(value: int | None) -> str:
    """Write a count with thousands commas."""
    return "—" if value is None else f"{value:,}"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of assets/icons.txt; with `label` it may stand alone."""
    address = f"{static('tc/build/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="tc-icon" role="img" aria-label="{}"><use href="{}"></use></svg>',
            label,
            address,
        )
    return format_html(
        '<svg class="tc-icon" aria-hidden="true"><use href="{}"></use></svg>', address
    )


@register.simple_tag
def tag(text: str, kind: str = "plain") -> SafeString:
    """Draw a state: kind plain, accent (done), doubt (待确认, dashed) or late (red)."""
    return tag_html(text, kind)


def tag_html(text: str, kind: str) -> SafeString:
    assert kind in ("plain", "accent", "doubt", "late"), kind
    return format_html('<span class="tc-tag tc-tag-{}">{}</span>', kind, text)


@register.inclusion_tag("ui/parts/figure.html")
def figure(
    label: str, value: Any, *, unit: str = "", note: str = "", url: str = "", kind: str = ""
) -> dict[str, Any]:
    """Draw a cell of a figure strip (`<div class="tc-figures">`); kind ac (fund) or red."""
    return {
        "label": label,
        "value": value,
        "unit": unit,
        "note": note,
        "url": url,
        "kind": kind,
    }


@register.inclusion_tag("ui/parts/meter.html")
def meter(
    label: str,
    used: int,
    limit: int,
    *,
    before: int | None = None,
    used_word: str = "",
    left_word: str = "",
    full_word: str = "",
    assumed: bool = False,
) -> dict[str, Any]:
    """Draw how far `used` fen is to `limit` fen; with `before`, this bill's part is darker."""
    return {
        "label": label,
        "used": used,
        "limit": limit,
        "left": max(limit - used, 0),
        "past": used >= limit,
        "before_width": _share(used if before is None else min(before, used), limit),
        "used_width": _share(used, limit),
        "alone": before is None,
        "used_word": used_word or _("已用"),
        "left_word": left_word or _("还剩"),
        "full_word": full_word or _("已满"),
        "assumed": assumed,
    }


def _share(part: int, whole: int) -> str:
    """Return a width for an SVG attribute; drawing only, never money."""
    thousandths = min(max(part, 0), whole) * 1000 // whole if whole > 0 else 0
    return f"{thousandths // 10}.{thousandths % 10}%"


@register.inclusion_tag("ui/parts/quote.html")
def quote(cite: Any, marks: Sequence[str] = ()) -> dict[str, Any]:
    """Quote a citation (an object or dict with document, clause, words), with `marks` marked."""

    def part(name: str) -> str:
        found = cite.get(name) if isinstance(cite, dict) else getattr(cite, name, None)
        return "" if found is None else str(found)

    words = conditional_escape(part("words"))
    for mark in sorted({str(conditional_escape(m)) for m in marks if m}, key=len, reverse=True):
        words = mark_safe(
            re.sub(rf"(?<!<mark>){re.escape(mark)}", f"<mark>{mark}</mark>", str(words))
        )
    return {"words": words, "document": part("document"), "clause": part("clause")}


@register.inclusion_tag("ui/parts/clock.html")
def deadline(due: datetime | None, began: datetime, paused: str = "") -> dict[str, Any]:
    """Draw a time limit: ring, then 剩 2 天 or 超 3 时 42 分; the title has the time itself."""
    if due is None or paused:
        return {"kind": "paused", "text": paused or _("没有时限"), "due": due, "dash": 0}
    now = clock.now()
    left = due - now
    minutes = int(abs(left).total_seconds()) // 60
    span = _span(minutes)
    if left.total_seconds() < 0:
        return {"kind": "late", "text": _("超 %(span)s") % {"span": span}, "due": due, "dash": 0}
    whole = max(int((due - began).total_seconds()), 1)
    used = min(max(int((now - began).total_seconds()), 0), whole)
    kind = "last" if minutes < 24 * 60 else "running"
    text = _("剩 %(span)s") % {"span": span}
    return {"kind": kind, "text": text, "due": due, "dash": used * 100 // whole}


def _span(minutes: int) -> str:
    days, rest = divmod(minutes, 24 * 60)
    if days:
        return _("%(days)s 天") % {"days": days}
    hours, rest = divmod(rest, 60)
    if hours:
        return _("%(hours)s 时 %(minutes)s 分") % {"hours": hours, "minutes": rest}
    return _("%(minutes)s 分") % {"minutes": rest}


@register.inclusion_tag("ui/parts/message.html")
def message(
    strong: str, text: str = "", kind: str = "refused", url: str = "", link: str = ""
) -> dict[str, str]:
    """Say a result in the page: kind done, refused (with the way out) or money."""
    return {"strong": strong, "text": text, "kind": kind, "url": url, "link": link}


@register.inclusion_tag("ui/parts/field.html")
def field(bound: Any, kind: str = "") -> dict[str, Any]:
    """Draw a form field with its label, help and errors (bold what is wrong, then the remedy)."""
    widget = bound.field.widget
    kind_of_input = getattr(widget, "input_type", "")  # a textarea has none
    css = "form-select" if kind_of_input == "select" else "form-control"
    attrs: dict[str, Any] = {"class": css}
    if bound.errors:
        attrs |= {"aria-invalid": "true", "aria-describedby": f"{bound.id_for_label}-wrong"}
        # The first of them on the page has the focus: no way there through the whole menu.
        attrs["autofocus"] = True
    checkbox = kind_of_input == "checkbox"
    if checkbox:
        attrs["class"] = "form-check-input"
    return {"bound": bound, "control": bound.as_widget(attrs=attrs), "kind": kind, "tick": checkbox}


@register.filter
def wrong(text: str) -> SafeString:
    """Write an error: the first sentence bold (what is wrong), the rest is the remedy."""
    found = _REMEDY.search(str(text))
    end = found.end() if found else len(str(text))
    return format_html("<b>{}</b>{}", str(text)[:end], str(text)[end:])


@register.simple_tag
def chart(kind: str, data: dict[str, Any], label: str, tall: bool = False) -> SafeString:
    """Draw a chart by assets/js/charts.js: kind bars, stacked, lines, steps or across.

    `data`: {"x": [labels], "series": [{"name", "values", "tone": "s0".."s4", "urls"?}],
    "marks"?: {"name", "values"} of an earlier day, "partial"?: the last period is not over}.
    For steps (of one number, `now` and `present` among them) and across (bars from the left, one
    of them `quiet`): {"x", "values", "unit": "wan" for fen shown in 万元, or "count"}.
    A value may be None in lines: nothing was measured. The table behind it is the page's to give.
    """
    assert kind in ("bars", "stacked", "lines", "steps", "across"), kind
    return format_html(
        '<div class="tc-chart" role="img" aria-label="{}" data-tc-chart="{}" data-tc-data="{}"{}>'
        "</div>",
        label,
        kind,
        json.dumps(data, ensure_ascii=False),
        mark_safe(" data-tall") if tall else "",
    )


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """Return this page's query string with `changes` (None takes a value away)."""
    params = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            params.pop(name, None)
        else:
            params[name] = str(value)
    encoded = params.urlencode()
    return f"?{encoded}" if encoded else "?"


@register.simple_tag
def crumbs(*pairs: str) -> SafeString:
    """Draw the crumb: label, address, label, address, ..., label of the page itself."""
    items = []
    for at in range(0, len(pairs), 2):
        url = pairs[at + 1] if at + 1 < len(pairs) else ""
        link = format_html('<a href="{}">{}</a>', url, pairs[at]) if url else pairs[at]
        items.append((link,))
    return format_html("<ol>{}</ol>", format_html_join("", "<li>{}</li>", items))


@register.filter
def ago(moment: datetime) -> str:
    """Return 12 秒前, 18 分钟前, 3 小时前, 2 天前."""
    seconds = max(int((clock.now() - moment).total_seconds()), 0)
    if seconds < 60:
        return _("%(n)s 秒前") % {"n": seconds}
    if seconds < 3600:
        return _("%(n)s 分钟前") % {"n": seconds // 60}
    if seconds < 86_400:
        return _("%(n)s 小时前") % {"n": seconds // 3600}
    return _("%(n)s 天前") % {"n": seconds // 86_400}


@register.filter
def millisecond(moment: datetime) -> str:
    """Return 15:42:16.208."""
    return timezone.localtime(moment).strftime("%H:%M:%S.%f")[:-3]


@register.filter
def weekday(value: date) -> str:
    """Return 周五."""
    names = [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")]
    return names[value.weekday()]
