"""Printing a statement is an act: it is counted and leaves a trace."""

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from tongchou.platform.accounts.models import User
from tongchou.platform.trail import services as trail
from tongchou.platform.trail.queries import acts_on
from tongchou.settlement.models import Settlement

VERB = "settlement.printed"


@transaction.atomic
def record_print(*, by: User, bill: Settlement) -> int:
    """Record that the statement was printed; return the how-manieth print it is."""
    # The act first: it holds the person's slice of the trail, so that two prints never share a
    # number.
    trail.record(
        actor=by.login,
        verb=VERB,
        object_type="settlement",
        object_id=str(bill.pk),
        area=bill.area,
        data={"fund": bill.fund_total, "person": bill.person_pays},
        slice_key=bill.person_id,
    )
    return acts_on("settlement", str(bill.pk)).filter(verb=VERB).count()


def proof_of(bill: Settlement) -> str:
    """Return what the QR code of a print carries, so that changed paper can be told."""
    said = f"{bill.pk}:{bill.person_id}:{bill.total}:{bill.fund_total}:{bill.person_pays}"
    return salted_hmac(VERB, said, algorithm="sha256").hexdigest()[:20]


def is_proof(bill: Settlement, proof: str) -> bool:
    return constant_time_compare(proof_of(bill), proof)
