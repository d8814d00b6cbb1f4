"""Two areas that the demonstration's county works with. Both are invented, and say so.

One agreement is soon over, one has no end, one was ended before its day: each state is on a page.
"""

from datetime import timedelta

from tongchou.partners import services
from tongchou.partners.kinds import COMMON
from tongchou.platform import clock
from tongchou.platform.accounts.models import User

# Codes that no area has.
_PARTNERS = (
    ("449901", "云澜县（虚构）", "云澜县医疗保障局（虚构）", "演示联系人甲"),
    ("449902", "望川市（虚构）", "望川市医疗保障局（虚构）", "演示联系人乙"),
)
# partner, kind, number, days ago it began, days until it is over (None: no end)
_AGREEMENTS = (
    (0, COMMON[0], "演示协作〔1〕号", 690, 41),
    (0, COMMON[1], "演示协作〔2〕号", 320, None),
    (1, COMMON[2], "演示协作〔3〕号", 500, 231),
    (1, COMMON[3], "演示协作〔4〕号", 500, 231),
)
_PAPER = "演示用的协议文本，内容是虚构的。".encode()


def agree() -> None:
    by = User.objects.get(login="jingban")
    partners = [
        services.register_partner(
            by=by, code=code, name=name, office=office, contact=contact, phone="000-0000"
        )
        for code, name, office, contact in _PARTNERS
    ]
    today = clock.today()
    for at, kind, number, began, left in _AGREEMENTS:
        agreement = services.record_agreement(
            by=by,
            partner=partners[at],
            kind=kind,
            number=number,
            start=today - timedelta(days=began),
            end=None if left is None else today + timedelta(days=left),
            note="演示，内容是虚构的",
            paper_name="协议（演示）.txt",
            paper=_PAPER,
        )
    services.end_agreement(
        by=by, agreement=agreement, on=today - timedelta(days=30), reason="双方改走省级平台（演示）"
    )
