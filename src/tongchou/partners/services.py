"""The verbs of partner areas: the only writers, each noted in the trail."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongchou.partners.models import STANDS, Agreement, Partner
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail

MOST_BYTES = 10 * 1024 * 1024
MOST_REASON = 200
_MOST = {
    "name": 100, "office": 100, "contact": 50, "phone": 20, "kind": 40, "number": 50, "note": 400,
}  # fmt: skip


@transaction.atomic
def register_partner(
    *, by: User, code: str, name: str, office: str, contact: str = "", phone: str = ""
) -> Partner:
    """Register another area to agree with. Raises Refused naming the field."""
    code = code.strip()
    if not re.fullmatch(r"[0-9]{6}", code):
        raise Refused(_("区划代码应为 6 位数字。请照对方的代码填写"), field="code")
    if code == by.area_code:
        raise Refused(_("%(code)s 是本统筹区。请写对方的代码") % {"code": code}, field="code")
    told = _words({"name": name, "office": office, "contact": contact, "phone": phone})
    try:
        with transaction.atomic():
            made = Partner.objects.create(area=by.area_code, code=code, **told)
    except IntegrityError:
        raise Refused(
            _("区划代码 %(code)s 已登记。请在它的页上登记协议") % {"code": code}, field="code"
        ) from None
    _note(by, "partners.partner.registered", made, **told)
    return made


@transaction.atomic
def correct_partner(*, by: User, partner: Partner, **told: str) -> Partner:
    """Correct name, office, contact or phone; the trail keeps both. Raises Refused."""
    partner = _hold(partner, by)
    after = _words(told)
    before = {name: getattr(partner, name) for name in after}
    changed = {name: text for name, text in after.items() if text != before[name]}
    if not changed:
        raise Refused(_("和现在的登记一样，没有更正"))
    for name, text in changed.items():
        setattr(partner, name, text)
    partner.save(update_fields=list(changed))
    was = {name: before[name] for name in changed}
    _note(by, "partners.partner.corrected", partner, before=was, after=changed)
    return partner


@transaction.atomic
def record_agreement(
    *,
    by: User,
    partner: Partner,
    kind: str,
    number: str,
    start: date,
    end: date | None,
    paper_name: str,
    paper: bytes,
    note: str = "",
) -> Agreement:
    """Record what was agreed over [start, end) (None: until it is ended), with its paper.

    Raises Refused naming the field: another agreement of the kind covers a day of it.
    """
    partner = _hold(partner, by)
    told = _words({"kind": _folded(kind), "number": number, "note": note})
    if end is not None and end <= start:
        raise Refused(_("结束日不晚于开始日。到期日不含当天，请改晚"), field="end")
    digest = _check_paper(paper_name, paper)
    _check_free(partner, told["kind"], start, end)
    try:
        with transaction.atomic():
            made = Agreement.objects.create(
                partner=partner, start=start, end=end, agreed_end=end, paper_name=paper_name,
                paper_sha256=digest, paper=paper, recorded_by=by, recorded_at=clock.now(), **told,
            )  # fmt: skip
    except IntegrityError:  # the partner is held; this is for whoever writes beside the services
        raise Refused(_("这段时间已有同一事项的协议。请刷新后再看"), field="start") from None
    _note(
        by, "partners.agreement.recorded", partner, agreement=made.pk, start=start.isoformat(),
        end=end.isoformat() if end else None, paper_sha256=digest, **told,
    )  # fmt: skip
    return made


@transaction.atomic
def end_agreement(*, by: User, agreement: Agreement, on: date, reason: str) -> Agreement:
    """End an agreement before its day: it is no longer in force on `on`. Raises Refused."""
    agreement = _hold_agreement(agreement, by)
    reason = _reason(reason, _("没有终止原因。请写明依据的文件或双方的约定"))
    if agreement.struck_at is not None:
        raise Refused(_("这份协议已更正作废，不用终止"))
    if agreement.ended_at is not None:
        raise Refused(_("已经终止。请刷新后再看"))
    if on <= agreement.start:
        raise Refused(
            _("终止日要晚于 %(day)s。从没有执行过的，请更正作废") % {"day": agreement.start},
            field="on",
        )
    if agreement.agreed_end is not None and on >= agreement.agreed_end:
        raise Refused(
            _("协议到 %(day)s 本来就期满。请写更早的日子") % {"day": agreement.agreed_end},
            field="on",
        )
    agreement.end, agreement.ended_at = on, clock.now()
    agreement.ended_by, agreement.ended_reason = by.login, reason
    agreement.save(update_fields=["end", "ended_at", "ended_by", "ended_reason"])
    _note(
        by, "partners.agreement.ended", agreement.partner, agreement=agreement.pk,
        on=on.isoformat(), reason=reason,
    )  # fmt: skip
    return agreement


@transaction.atomic
def strike_agreement(*, by: User, agreement: Agreement, reason: str) -> Agreement:
    """Take out an agreement that was recorded wrongly; it stays, struck. Raises Refused."""
    agreement = _hold_agreement(agreement, by)
    reason = _reason(reason, _("没有更正原因。请写明为什么更正"))
    if agreement.struck_at is not None:
        raise Refused(_("已经更正过。请刷新后再看"))
    agreement.struck_at, agreement.struck_by = clock.now(), by.login
    agreement.struck_reason = reason
    agreement.save(update_fields=["struck_at", "struck_by", "struck_reason"])
    _note(by, "partners.agreement.struck", agreement.partner, agreement=agreement.pk, reason=reason)
    return agreement


def _hold(partner: Partner, by: User) -> Partner:
    """Return the partner's row, held: two agreements of one partner come one after the other."""
    if partner.area != by.area_code:
        raise Refused(_("这个合作统筹区不是本统筹区登记的"))
    return Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)


def _hold_agreement(agreement: Agreement, by: User) -> Agreement:
    _hold(agreement.partner, by)
    rows = Agreement.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("partner").defer("paper").get(pk=agreement.pk)


def _check_free(partner: Partner, kind: str, start: date, end: date | None) -> None:
    for other in Agreement.objects.filter(STANDS, partner=partner, kind=kind).defer("paper"):
        if (other.end is None or start < other.end) and (end is None or other.start < end):
            raise Refused(
                _("%(start)s 至 %(end)s 已有“%(kind)s”的协议 %(number)s。请改起止日期，或先终止它")
                % {
                    "start": other.start, "end": other.end or _("今"), "kind": kind,
                    "number": other.number,
                },
                field="start",
            )  # fmt: skip


def _folded(kind: str) -> str:
    """Return the kind's words without what the eye does not see: two spellings are one kind."""
    return "".join(unicodedata.normalize("NFKC", kind).split())


def _words(told: Mapping[str, str]) -> dict[str, str]:
    missing = {
        "name": _("没有名称。请写对方统筹区的名称"),
        "office": _("没有对方单位。请写签协议的单位"),
        "kind": _("没有合作事项。请选一项，或写新的一项"),
        "number": _("没有协议号。请照协议填写"),
    }
    found = {}
    for field, raw in told.items():
        text = raw.strip()
        if not text and field in missing:
            raise Refused(missing[field], field=field)
        if len(text) > _MOST[field]:
            raise Refused(_("最多 %(n)s 字") % {"n": _MOST[field]}, field=field)
        found[field] = text
    return found


def _check_paper(name: str, content: bytes) -> str:
    """Return the paper's hash. Raises Refused."""
    if not content:
        raise Refused(_("没有协议文本。请上传盖了章的扫描件"), field="paper")
    if len(content) > MOST_BYTES:
        raise Refused(_("文件不能超过 10 MB。请压缩后上传"), field="paper")
    if len(name) > MOST_REASON:
        raise Refused(_("文件名最多 %(n)s 字。请改短后上传") % {"n": MOST_REASON}, field="paper")
    return hashlib.sha256(content).hexdigest()


def _reason(text: str, missing: str) -> str:
    text = text.strip()
    if not text:
        raise Refused(missing, field="reason")
    if len(text) > MOST_REASON:
        raise Refused(_("最多 %(n)s 字") % {"n": MOST_REASON}, field="reason")
    return text


def _note(by: User, verb: str, partner: Partner, **data: Any) -> None:
    trail.record(
        actor=by.login,
        verb=verb,
        object_type="partner",
        object_id=partner.code,
        area=partner.area,
        data=data,
    )
