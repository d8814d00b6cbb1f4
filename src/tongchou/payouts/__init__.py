"""Payouts 代发: what the funds owe to persons is paid to their social-card accounts, once.

Earlier work credits 应付个人 (2102) and says so here in the same transaction; from then on the sum
of what is open here is that account's balance, fund by fund. A payment counts when the bank says
so: what comes back goes to a queue and is sent again once the account is put right.
"""
