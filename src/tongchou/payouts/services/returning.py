"""Money that comes back 收回: recorded when it is there, posted once."""

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.funds import chart
from tongchou.funds import services as funds
from tongchou.funds.models import Entry
from tongchou.payouts.models import Receivable
from tongchou.payouts.services.owing import note
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import Refused

MOST_WORDS = 100


@transaction.atomic
def record_return(*, by: User, receivable: Receivable, evidence: str) -> Receivable:
    """The whole sum is at the bank again; `evidence` names the receipt. Raises Refused."""
    evidence = evidence.strip()
    if not evidence:
        raise Refused(_("请写明收款凭据，如进账单号"), field="evidence")
    if len(evidence) > MOST_WORDS:
        raise Refused(_("最多 %(n)s 字") % {"n": MOST_WORDS}, field="evidence")
    locked = Receivable.objects.select_for_update(no_key=True).get(pk=receivable.pk)
    if locked.state != Receivable.State.OPEN:
        raise Refused(_("这笔已经收回并入账，不必再登记"))
    lines = [(fund, chart.DEPOSITS, fen) for fund, fen in locked.amounts.items()]
    lines += [(fund, chart.PAYABLE_PERSON, -fen) for fund, fen in locked.amounts.items()]
    locked.entry_id = funds.post_entry(
        kind=Entry.Kind.RETURN,
        area=locked.area,
        summary=_("收回 %(name)s") % {"name": locked.person.name},
        actor=by.login,
        lines=lines,
        slice_key=locked.person_id,
    )
    locked.state, locked.evidence = Receivable.State.RETURNED, evidence
    locked.returned_by, locked.returned_at = by, clock.now()
    locked.save()
    note(by.login, "payouts.returned", locked, evidence=evidence, entry=str(locked.entry_id))
    return locked
