"""The verbs of the pooling level: the only writers of `authority.Pooling` and of this room."""

from tongchou.pooling.services.changing import (
    confirm_change,
    drop_change,
    propose_change,
    withdraw_change,
)
from tongchou.pooling.services.remitting import (
    drop_remittance,
    post_remittance,
    propose_correction,
    propose_remittance,
)

__all__ = [
    "confirm_change",
    "drop_change",
    "drop_remittance",
    "post_remittance",
    "propose_change",
    "propose_correction",
    "propose_remittance",
    "withdraw_change",
]
