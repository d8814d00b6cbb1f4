"""Arrears 补差: a fact that became known after bills were settled is paid, never repriced.

The bills stay as they were posted. The year is folded again with what is known now, and the
difference of each bill is paid to the person, or owed by him, by an entry of its own.
"""
