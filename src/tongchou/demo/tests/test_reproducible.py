"""The same seed and day give the same county, row by row."""

import hashlib
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from tongchou.demo import build
from tongchou.funds import accounts
from tongchou.funds.models import Posting
from tongchou.people.models import Identity
from tongchou.platform import clock
from tongchou.platform.numbering.services import forget_blocks
from tongchou.providers import credentials
from tongchou.settlement.models import FeeLine, Settlement

NOW = datetime(2026, 11, 22, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
SCALE = 500


def fingerprint() -> str:
    """Of what the county says, keys that the database gives apart."""
    digest = hashlib.sha256()
    for rows in (
        Identity.objects.values_list("person__psn_no", "kind", "start", "end", "struck_reason"),
        Settlement.objects.values_list(
            "id", "person__psn_no", "institution__code", "settled_at", "total", "fund_total",
            "account_pays", "plan_id", "ordinal", "level", "identities",
        ),
        FeeLine.objects.values_list("visit__mdtrt_id", "feedetl_sn", "item_code", "amount"),
        Posting.objects.values_list("entry_id", "account__fund", "account__code", "amount"),
    ):  # fmt: skip
        digest.update(repr(sorted(map(repr, rows))).encode())
    return digest.hexdigest()


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_rows() -> None:
    found = []
    for _ in range(2):
        for forget in (credentials.forget, forget_blocks, accounts.forget):
            forget()
        with clock.frozen(NOW), transaction.atomic():
            build.build(SCALE, lambda _words: None)
            assert Settlement.objects.count() > 50
            found.append(fingerprint())
            transaction.set_rollback(True)
    assert found[0] == found[1]
