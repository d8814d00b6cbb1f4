"""The transactions that this gateway offers, by their national code."""

from tongchou.exchange.contract import Transaction
from tongchou.exchange.transactions import (
    fees,
    files,
    lookups,
    outpatient,
    person,
    settling,
    signin,
    statements,
    stay,
    undoing,
)

OFFERED: dict[str, Transaction] = {
    **signin.TRANSACTIONS,
    **person.TRANSACTIONS,
    **outpatient.TRANSACTIONS,
    **stay.TRANSACTIONS,
    **fees.TRANSACTIONS,
    **settling.TRANSACTIONS,
    **undoing.TRANSACTIONS,
    **statements.TRANSACTIONS,
    **files.TRANSACTIONS,
    **lookups.TRANSACTIONS,
}
