"""The template that an office fills: the two sheets with their headings, and how to fill them."""

import io

import xlsxwriter
from django.utils.translation import gettext as _

from tongchou.transitions.reading import MAPPING, PERSONS, TARGET_WORDS

# Fixed words: what the reader finds headings by, whatever language the page is in.
_EXAMPLES = (
    ("NCMS", "新型农村合作医疗", "城乡居民", "", ""),
    ("URBMI", "城镇居民医疗保险", "城乡居民", "", ""),
    ("SY", "生育保险", "只留历史", "", ""),
)


def template() -> bytes:
    """Return the workbook; all cells are text, so that numbers keep their zeros."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    text = book.add_format({"num_format": "@"})
    head = book.add_format({"bold": True, "bg_color": "#F6F7F9"})
    sheets = (("对照表", MAPPING, _EXAMPLES), ("人员表", PERSONS, ()))
    for name, vocabulary, rows in sheets:
        sheet = book.add_worksheet(name)
        for at, words in enumerate(vocabulary.values()):
            sheet.set_column(at, at, 18, text)
            sheet.write_string(0, at, words[0], head)
        for line, row in enumerate(rows, 1):
            for at, cell in enumerate(row):
                sheet.write_string(line, at, cell, text)
        sheet.freeze_panes(1, 0)
    sheet = book.add_worksheet("说明")
    sheet.set_column(0, 0, 100)
    for line, words in enumerate(_how()):
        sheet.write_string(line, 0, words)
    book.close()
    return target.getvalue()


def _how() -> list[str]:
    return [
        _(
            "对照表：每个旧险种一行。并入写其中之一：%(words)s；"
            "没有自己的参保的（如并入职工的生育保险）写最后一个。"
        )
        % {"words": "、".join(TARGET_WORDS)},
        _("人员表：一人每段参保一行。结束日期当天仍算参保；还在参保的空着。"),
        _(
            "各层累计单位是元：基数是这一层已经计入的费用，支付是这一层已经支付的钱；没有的空着，列不要删。"
        ),
        _(
            "身份证号的列设为文本。号码和姓名都与登记相同的，是同一人；号码相同姓名不同的不并，要核对。"
        ),
        _("同一人几段不在同一天的，当年的累计逐层相加。"),
    ]
