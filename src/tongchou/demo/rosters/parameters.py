"""What the invented lists are like. No source gives these rates: all are assumed.

They have the forms that experts name (numbers cut by Excel, relatives' numbers, names with lost
characters); `dirt` multiplies every one.
"""

from types import MappingProxyType
from typing import Final

TOWNS: Final = 15
VILLAGE: Final = 1_600  # persons
SHORT_NAME: Final = 0.25  # of two characters
HOUSEHOLD: Final = (1, 2, 2, 3, 3, 3, 4, 4, 5, 6)

CREMATED: Final = 0.9  # of the dead

# Share of the registered on the list of each agency; 70,000 rows in six lists on 800,000.
ON_LISTS = MappingProxyType(
    {
        "民政": 0.030,
        "扶贫": 0.0275,
        "残联": 0.0125,
        "公安": 0.0050,
        "殡仪馆": 0.0045,
        "省平台": 0.0080,
    }
)

UNKNOWN_PERSON: Final = 0.03  # of rows: nobody in the register

# One of these befalls the number of a row.
NUMBER = MappingProxyType(
    {
        "relative": 0.007,  # a relative's number was written
        "missing": 0.006,
        "cut": 0.020,  # a number cell: Excel keeps 15 digits
        "text_cut": 0.004,  # ends in 000 as text
        "scientific": 0.003,
        "slip": 0.010,  # a digit wrong
        "swap": 0.004,
        "left_out": 0.003,
        "twice": 0.002,
        "old": 0.005,  # 15 digits
        "former": 0.004,  # a number changed since
        "dressed": 0.100,
    }
)
# One of these befalls the name.
NAME = MappingProxyType(
    {
        "homophone": 0.006,
        "lost": 0.004,
        "traditional": 0.010,
        "note": 0.010,
        "spaced": 0.020,
        "wrong": 0.003,
    }
)
# Each of these may befall the rest of the row.
PLACE_DRESSED: Final = 0.30
TOWN_WRONG: Final = 0.005
VILLAGE_MISSING: Final = 0.03
HEAD_MISSING: Final = 0.30
BIRTH_MISSING: Final = 0.20

# What has become of a helped person; the rest is in order.
STORIES = MappingProxyType(
    {
        "uninsured": 0.006,
        "paid_himself": 0.008,
        "elsewhere": 0.004,
        "employee": 0.003,
        "not_exempt": 0.006,
        "not_flagged": 0.010,
        "other_flag": 0.004,
        "dead": 0.004,
        "dead_once": 0.002,
    }
)
FLAG_WITHOUT_LIST: Final = 0.002  # of the helped: left the list, the flag stayed
