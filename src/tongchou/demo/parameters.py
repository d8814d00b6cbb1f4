"""How the invented county is shaped. Each number says where it comes from, or that it is assumed.

Sources: YJ = 阳江市医疗保障局 2019 年工作总结; NHSA = 国家医保局 2023 年统计快报, as published.
"""

SEED = 20190301
SCALE = 20_000  # persons

AREA, AREA_NAME, OFFICE = "441700", "岭海县", "岭海县医疗保障局"
# No real registration area has this number: the people are visibly invented.
REGISTRATION = "441799"

# Rates in ten-thousandths.
EMPLOYEES = 1116  # YJ: 30.30 of 271.59 (ten thousand) insured are employees
UNINSURED = 10  # YJ: 99.9% insured
RETIRED_OF_EMPLOYEES = 2700  # NHSA 2023: about 27% of the employee scheme are retired
# Helped identities of residents: assumed shares, together 4.2% as YJ's 113,980 subsidised persons
# of 2.41 million residents.
HELPED = {
    "destitute": 35,
    "orphan": 5,
    "registered_poor": 150,
    "low_income": 150,
    "low_income_edge": 30,
    "relapse_risk": 20,
    "disabled": 30,
}
# Stays a person and year: NHSA 2023 gives 20.7% (residents) and 21.9% (employees).
STAYS = {"resident": 2070, "employee": 2190}
# How much likelier by age (up to, hundredths), about 100 over the county: assumed.
STAYS_BY_AGE = ((14, 80), (44, 60), (59, 100), (200, 200))
# Settled visits without a stay, a person and year: assumed; only the employees' personal account
# is settled over the interface, up to so many yuan a visit.
VISITS_OF_EMPLOYEES = 1
MOST_BY_ACCOUNT = 180
# Where stays happen, and the usual bill in yuan: assumed around the published means by level.
LEVELS = {"level1": (3200, 2600), "level2": (3500, 5200), "level3": (3000, 11500)}
OUT_OF_AREA = (300, 21000)
SPREAD = 65  # sigma of the bill's logarithm, hundredths: assumed
# Ages by bands of (up to, ten-thousandths): assumed from the county's published age structure.
AGES = ((14, 2000), (34, 2300), (59, 3500), (79, 1900), (98, 300))
# Deaths a year by age (up to, ten-thousandths): 6.11 per 1,000 over the county as Yangjiang's
# statistical bulletin 2023 has it, the split by age assumed.
DEATHS = ((59, 10), (79, 150), (200, 800))
# Of the helped, how many lose the identity this year; told by a later list: assumed.
HELPED_ENDING = 800
TOLD_AFTER = 36  # days
PERSONAL_ACCOUNT = (500, 6000)  # yuan left in a personal account, assumed
# Families that share an account, of so many asked; a child's visits a year, each up to so many yuan
# of the parent's account, which holds after its own bills: all assumed.
FAMILIES = 40
ASKED_FAMILIES = 400
VISITS_OF_MEMBERS = 2
MOST_BY_LINK = 60

# Opening balance, and income of the year for each insured, in yuan: YJ gives 520 and 250 a resident
# and 77 a resident for critical illness; the rest is assumed.
PER_RESIDENT = {"personal": 250, "subsidy": 520, "critical": 77, "supplement": 30, "aid": 22}
PER_EMPLOYEE = {"pool": 3100, "supplement": 160}
OPENING_MONTHS = 6  # months of income in the bank on 1 January, assumed

# The simulated hospitals: seconds between two bills, and in hundredths how many are visits and how
# many meet with trouble. Chosen so that the screens are alive.
PAUSE = 0.7
VISITS_OF_TRAFFIC = 35
TROUBLED = 12
