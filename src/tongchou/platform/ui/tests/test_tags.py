from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template

from tongchou.platform import clock
from tongchou.platform.accounts.forms import RefusableForm

NOW = datetime(2019, 3, 1, 15, 42, tzinfo=ZoneInfo("Asia/Shanghai"))


def draw(source: str, **context: object) -> str:
    return Template("{% load tc %}" + source).render(Context(context))


def test_money_has_lighter_fen_and_grey_zero() -> None:
    assert draw("{{ fen|money }}", fen=1234567) == '12,345<span class="tc-fen">.67</span>'
    assert "tc-zero" in draw("{{ fen|money }}", fen=0)
    assert draw("{{ fen|money }}", fen=None) == '<span class="tc-zero">—</span>'


def test_what_is_not_there_is_a_dash() -> None:
    assert draw("{{ x|percent }}{{ x|day }}{{ x|masked }}", x=None) == "———"


def test_a_quotation_marks_the_used_words_and_escapes_the_rest() -> None:
    cite = {"document": "标准", "clause": "一（二）", "words": "<b>三级60%，不含市外60%</b>"}
    shown = draw("{% quote cite marks %}", cite=cite, marks=["三级60%"])
    assert "<mark>三级60%</mark>，不含市外60%" in shown
    assert "&lt;b&gt;" in shown


@pytest.mark.parametrize(
    ("used", "before", "width", "earlier"),
    [(4132000, 1690000, "63.5%", "26.0%"), (9000000, 0, "100.0%", "0.0%"), (0, 0, "0.0%", "0.0%")],
)
def test_a_meter_is_drawn_without_styles(used: int, before: int, width: str, earlier: str) -> None:
    shown = draw("{% meter 'a' used 6500000 before=before %}", used=used, before=before)
    assert f'class="tc-meter-now" x="0" y="0" width="{width}"' in shown
    assert f'class="tc-meter-before" x="0" y="0" width="{earlier}"' in shown
    assert "style=" not in shown


@pytest.mark.parametrize(
    ("left", "kind", "text"),
    [
        (timedelta(days=2, hours=3), "running", "剩 2 天"),
        (timedelta(hours=1, minutes=18), "last", "剩 1 时 18 分"),
        (-timedelta(hours=3, minutes=42), "late", "超 3 时 42 分"),
        (-timedelta(days=1), "late", "超 1 天"),
    ],
)
def test_a_clock_says_what_is_left(left: timedelta, kind: str, text: str) -> None:
    with clock.frozen(NOW):
        shown = draw("{% deadline due began %}", due=NOW + left, began=NOW - timedelta(days=4))
    assert f"tc-clock-{kind}" in shown
    assert text in shown


def test_an_error_says_first_what_is_wrong() -> None:
    shown = draw("{{ text|wrong }}", text="末位校验不对。请重输 <x>")
    assert shown == "<b>末位校验不对。</b>请重输 &lt;x&gt;"


@pytest.mark.parametrize(
    ("text", "bold"),
    [
        ("没有填，请补上", "没有填，"),
        ("一天，两处都在。请核对，请改正", "一天，两处都在。"),
        ("Not a date. Please write 2019-03-01", "Not a date. "),
        ("没有办法", "没有办法"),
    ],
)
def test_where_the_remedy_begins(text: str, bold: str) -> None:
    assert draw("{{ text|wrong }}", text=text) == f"<b>{bold}</b>{text.removeprefix(bold)}"


def test_a_field_that_is_wrong_asks_for_it_and_has_the_focus() -> None:
    class Form(RefusableForm):
        name = forms.CharField()
        kind = forms.ChoiceField(choices=[("a", "a")])
        file = forms.FileField()
        own = forms.CharField(error_messages={"required": "没有写理由"})

    form = Form({}, {"file": SimpleUploadedFile("a", b"")})
    shown = {bound.name: draw("{% field bound %}", bound=bound) for bound in form}
    assert all("autofocus" in one and 'aria-invalid="true"' in one for one in shown.values())
    assert "<b>没有填。</b>请填写" in shown["name"]
    assert "<b>没有选。</b>请选一项" in shown["kind"]
    assert "<b>文件是空的。</b>请重新选一个" in shown["file"]
    assert "<b>没有写理由</b>" in shown["own"]
    assert "autofocus" not in draw("{% field bound %}", bound=Form()["name"])
