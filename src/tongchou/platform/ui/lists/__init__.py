"""The one component behind every list. Its state is the address; see `ListPage`.

    class BillList(ListPage):
        right = "bills.view"
        name, title, noun = "bills", _("结算单"), _("结算单")
        columns = (
            Column(name="at", label=_("时间"), kind="time", value="settled_at", sort="settled_at"),
            Column(name="no", label=_("单号"), kind="code", value=number, link=bill_url, phone=3),
            Column(name="who", label=_("姓名"), value="person.name", phone=1),
            Column(name="total", label=_("总费用"), kind="money", sort="total", total="total",
                   phone=2),
            Column(name="state", label=_("状态"), kind="tag", value=state_tag, phone=4),
        )
        fields = (
            DayQuery(name="day", label=_("结算日期"), lookup="settled_at", moment=True),
            ChoiceQuery(name="scheme", label=_("险种"), lookup="scheme", choices=SCHEMES),
            TextQuery(name="person", label=_("人员"), filter=by_person,
                      placeholder=_("姓名、身份证、社保卡号")),
            AmountQuery(name="amount", label=_("总费用"), lookup="total"),
        )
        views = (View(name="today", label=_("今日全部"), params={"day_from": today_text}),)
        default_view, default_sort = "today", "-at"
        batch = (BatchAction(name="audit", label=_("转稽核"), right="...", run=send_to_audit),)

        def queryset(self, user):
            return access.bills_of(user).select_related("person", "institution")

    path("", BillList.as_view(), name="list")

The head's buttons: a template of your own that extends "ui/list/page.html" (block actions), named
by `template_name`. A list within another page: `{% include "ui/list/body.html" %}` with the
context of `ListPage.context()`.
"""

from tongchou.platform.ui.lists.columns import Column, Tag
from tongchou.platform.ui.lists.page import BatchAction, BatchOutcome, Failure, ListPage, View
from tongchou.platform.ui.lists.queries import AmountQuery, ChoiceQuery, DayQuery, TextQuery

__all__ = [
    "AmountQuery",
    "BatchAction",
    "BatchOutcome",
    "ChoiceQuery",
    "Column",
    "DayQuery",
    "Failure",
    "ListPage",
    "Tag",
    "TextQuery",
    "View",
]
