"""Cases that go round until they are settled: states, verbs and four-eyes rules are data.

A context says in its `casework.py` which kinds of cases there are (registry); nothing here knows
what they are about.
"""
