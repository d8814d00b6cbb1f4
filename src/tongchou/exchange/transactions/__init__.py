"""The transactions that this gateway offers, by their national code."""

from tongchou.exchange.contract import Transaction
from tongchou.exchange.transactions import (
    fees,
    outpatient,
    person,
    settling,
    signin,
    stay,
)

OFFERED: dict[str, Transaction] = {
    **signin.TRANSACTIONS,
    **person.TRANSACTIONS,
    **outpatient.TRANSACTIONS,
    **stay.TRANSACTIONS,
    **fees.TRANSACTIONS,
    **settling.TRANSACTIONS,
}
