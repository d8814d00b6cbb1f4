"""Which days are worked, by area: weekends, and what the State Council's notices change of them.

Nothing is held until somebody enters it with the notice that says so.
"""
