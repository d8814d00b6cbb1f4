"""How the city-year is shaped. Each number says where it comes from, or that it is assumed.

What it has in common with the county (schemes, ages, identities, admissions, levels) is in
`demo.parameters`. Sources here: RG = aggregates of two years of one real small county, unofficial
(419,378 settlements: 22,282 stays, 148,014 outpatient, 20,674 chronic outpatient, 197,406 at
pharmacies); NHC = 国家卫健委 2023 年统计公报; QJ = 綦江's institutions (893, 53 of them hospitals).
"""

from datetime import date

SEED = 20190302
RECIPE = 1  # another recipe makes another year from the same seed

# Settlements without a stay, a person and year, hundredths. Together with the stays 7.4, which is
# 20 million for 2.7 million persons: assumed. The split is RG's 46 : 54; its chronic outpatient
# bills are among the outpatient ones, as the plan has no number for them.
OUTPATIENT, PHARMACY = 331, 388
# How much likelier by age (up to, hundredths), about 100 over the city: assumed.
VISITS_BY_AGE = ((14, 90), (44, 70), (59, 100), (200, 165))
# How unevenly sickness is spread: sigma of its logarithm, hundredths. Assumed.
FRAILTY = 80
# Settlements by month, hundredths of the mean; on a day of the weekend, hundredths of those on a
# working day: assumed.
MONTHS = (112, 80, 104, 102, 100, 98, 100, 98, 97, 99, 104, 106)
WEEKEND = 75
MOST_OF_A_DAY = 9  # of one person; the tenth is not settled

# Where visits happen (level: share in ten-thousandths, usual bill in yuan): assumed around NHC's
# 361.6 yuan a visit to a hospital.
VISITS = {
    "community": (2600, 62),
    "level1": (3400, 78),
    "level2": (2100, 180),
    "level3": (1900, 290),
}
AT_PHARMACY = 62  # usual bill in yuan: assumed
SPREAD_OF_VISITS = 75  # sigma of the bill's logarithm, hundredths: assumed
# An employee's stay costs more: about 12,000 yuan where a resident's is 7,700 (NHSA/NHC 2023).
STAY_OF_EMPLOYEE = 145  # hundredths
PRICES_OF = 2023  # the year whose means these are
RISE = 300  # ten-thousandths a year before and after: assumed
STYLE = 12  # sigma of how dear an institution is, hundredths: assumed

# Parts of a bill, ten-thousandths (least, most), drawn evenly: assumed.
OWN_PAY, OVER_LIMIT, FIRST_SELF_PAY = (100, 1300), (0, 150), (100, 900)

NEAR_HOME = 8000  # of the visits to the lowest levels, in one's own town: assumed
# Of the stays outside the area, how many are paid out by hand later, and after how many days.
BY_HAND, BY_HAND_AFTER = 4500, (12, 60)
TAKEN_BACK = 50  # of settlements, reversed and at once settled again: assumed
ACCOUNT_OF_EMPLOYEE = 220  # most yuan of a visit from the personal account: assumed
HELPED_SINCE = date(2016, 1, 1)  # the poverty register's first round

# Persons for one of each: QJ's 893 institutions for a city of this size, 53 of them hospitals; the
# split by level is assumed.
PERSONS_OF_A_TOWN = 56_000  # Yangjiang's 48 towns and streets
PERSONS_OF_A = {"level3": 340_000, "level2": 150_000, "community": 10_000, "pharmacy": 5_000}
VILLAGES_OF_A_TOWN = 18
OUTSIDE = 3
