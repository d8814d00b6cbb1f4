"""The message log: what the monitor shows, written in batches beside the answers."""

import pytest
from django.db import OperationalError, connection

from tongchou.exchange import access, message_log
from tongchou.exchange.models import MessageLog
from tongchou.exchange.tests.hospital import Hospital
from tongchou.exchange.tests.make import admission
from tongchou.people.models import Person
from tongchou.platform.accounts.tests.make import make_user


def test_every_outcome_is_noted(hospital: Hospital, person: Person) -> None:
    body = hospital.body("2401", admission(hospital, person))
    hospital.post(body)
    hospital.post(body)
    hospital.refused("2401", admission(hospital, person))
    hospital.post(body, token="wrong")
    hospital.client.get("/fsi/api")
    assert not MessageLog.objects.exists(), "nothing is written while answering"
    assert message_log.flush() == 5
    rows = MessageLog.objects.order_by("pk")
    assert [row.outcome for row in rows] == ["ok", "resent", "refused", "denied", "refused"]
    first = rows[0]
    assert (first.infno, first.psn_no) == ("2401", person.psn_no)
    assert first.institution_id == hospital.institution.pk and first.micros > 0
    assert "已在本机构住院" in rows[2].reason
    assert rows[3].institution_id is None, "who has not proved who it is, is nobody"
    assert message_log.flush() == 0


def test_what_a_busy_database_did_not_take_is_written_later_in_its_order(
    hospital: Hospital, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_rows: object, **_more: object) -> None:
        raise OperationalError("database is locked")

    hospital.post(hospital.body("2401", admission(hospital, person)))
    with monkeypatch.context() as patch:
        patch.setattr(MessageLog.objects, "bulk_create", busy)
        for _ in range(2):
            with pytest.raises(OperationalError):
                message_log.flush()
        patch.setattr(connection, "close", lambda: None)
        message_log._flush_quietly()  # what the background does: no error, nothing lost
        hospital.post(b"{", token="wrong")
    assert not MessageLog.objects.exists()
    assert message_log.flush() == 2
    assert MessageLog.objects.order_by("pk")[0].infno == "2401"


def test_a_pool_without_institutions_of_its_own_sees_no_messages(
    hospital: Hospital, person: Person
) -> None:
    hospital.post(hospital.body("2401", admission(hospital, person)))
    message_log.flush()
    ours, pools = make_user("finance"), make_user("finance", area="449900")
    for rows in (access.messages_of, access.institutions_of):
        assert rows(ours).exists() and not rows(pools).exists()
