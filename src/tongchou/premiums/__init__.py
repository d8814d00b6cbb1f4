"""Premiums of residents 参保缴费: who paid, who is exempt, for whom aid pays, who is refunded.

Payment and exemption are dated facts of their own, apart from the flag of a helped identity: who
loses the category keeps the year's exemption (ENR-10, ENR-17).
"""
