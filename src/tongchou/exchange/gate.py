"""What the gateway itself must know of a message before its transaction looks at it."""

from django.utils.translation import gettext as _

from tongchou.exchange import nonces
from tongchou.exchange.envelope import Call
from tongchou.exchange.signature import Denied
from tongchou.platform.db import raw
from tongchou.platform.refusal import Refused

_SQL = """
select
  (select 1 from exchange_nonce n where n.paasid = %s and n.nonce = %s),
  (select s.institution_id from exchange_signin s where s.sign_no = %s and s.ended_at is null),
  (select a.sign_in_required from authority_area a where a.code = %s)
"""
# One signs in with 9001, and a desk whose sign-in was lost still signs out or in again.
WITHOUT_SIGN_IN = ("9001", "9002")


def trouble(call: Call) -> Denied | Refused | None:
    """Return why `call` must not be looked at: a used nonce, a sign-in that does not hold.

    Returned, not raised: an accepted message that comes again is answered all the same.
    """
    params = [call.institution.paasid, call.nonce, call.sign_no, call.area]
    used, signed_in, required = raw.fetch(_SQL, params)[0]
    if used is not None:
        return nonces.denied()
    if call.infno in WITHOUT_SIGN_IN:
        return None
    if call.sign_no and signed_in != call.institution.institution_id:
        return Refused(_("签到流水号无效或已签退，请重新签到（9001）"), field="sign_no")
    if required and not call.sign_no:
        return Refused(_("本统筹区的报文须带签到流水号，请先签到（9001）"), field="sign_no")
    return None
