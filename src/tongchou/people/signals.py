"""What people announces to later contexts, which people itself must not know."""

from django.dispatch import Signal

# Sent inside the transaction that changes an enrolment or an identity, with `person_id`: whoever
# priced on the old facts moves the person's version (design.md 3).
person_facts_changed = Signal()
