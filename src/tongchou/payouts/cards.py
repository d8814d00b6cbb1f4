"""The number of a bank card: its digits, and the last one that the others decide (GB/T 15694)."""

import unicodedata

SHORTEST, LONGEST = 16, 19


def card_number(raw: str) -> str:
    """Return the digits without spaces and width; nothing is repaired."""
    return "".join(unicodedata.normalize("NFKC", raw).split())


def fault_of(number: str) -> str:
    """Return "" for a number that can be one, else "shape" or "check".

    >>> fault_of("6228480402564890018"), fault_of("6228480402564890019"), fault_of("62284804")
    ('', 'check', 'shape')
    """
    digits = number.isascii() and number.isdigit()
    if not digits or not SHORTEST <= len(number) <= LONGEST:
        return "shape"
    return "" if check_digit(number[:-1]) == number[-1] else "check"


def check_digit(first: str) -> str:
    """Return the last digit of a card whose other digits are `first`: modulo 10, doubled in turn.

    >>> check_digit("622848040256489001")
    '8'
    """
    whole = 0
    for at, digit in enumerate(reversed(first)):
        doubled = int(digit) * (2 - at % 2)
        whole += doubled - 9 if doubled > 9 else doubled
    return str(-whole % 10)
