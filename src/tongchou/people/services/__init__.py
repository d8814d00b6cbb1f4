"""The verbs of the register: the only writers of its tables, each noted in the trail."""

from tongchou.people.services.enrolments import (
    check_kind,
    end_enrolment,
    enrol,
    strike_enrolment,
    usual_psn_type,
)
from tongchou.people.services.identities import add_identity, end_identity, strike_identity
from tongchou.people.services.merging import (
    merge_records,
    propose_merge,
    refuse_merge,
    undo_merge,
)
from tongchou.people.services.numbers import add_number, change_id, end_number
from tongchou.people.services.permits import add_permit, end_permit, strike_permit
from tongchou.people.services.register import (
    correct_name,
    move_residence,
    record_death,
    register_person,
)

__all__ = [
    "add_identity",
    "add_number",
    "add_permit",
    "change_id",
    "check_kind",
    "correct_name",
    "end_enrolment",
    "end_identity",
    "end_number",
    "end_permit",
    "enrol",
    "merge_records",
    "move_residence",
    "propose_merge",
    "record_death",
    "refuse_merge",
    "register_person",
    "strike_enrolment",
    "strike_identity",
    "strike_permit",
    "undo_merge",
    "usual_psn_type",
]
