"""What-if: numbers of a policy moved on a year's bills before they are moved on people.

An app of insight, not of plans: it reads the lake, which knows the plans, so that it stands above
both; a plan knows only that somebody above may have attached a report to it (`plans.hooks`).
"""
