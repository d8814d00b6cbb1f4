"""The message log: what the monitor shows, written in batches beside the answers."""

from tongchou.exchange import message_log
from tongchou.exchange.models import MessageLog
from tongchou.exchange.tests.hospital import Hospital
from tongchou.exchange.tests.make import admission
from tongchou.people.models import Person


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
