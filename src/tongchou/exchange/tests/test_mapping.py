"""The one mapping table is total, and the same both ways."""

from tongchou.core.policy import IDENTITIES, LEVELS, TIERS, VISITS
from tongchou.exchange import mapping
from tongchou.exchange.dictionaries import DICTIONARIES
from tongchou.people.models import Enrolment, PersonNumber
from tongchou.settlement.models import Settlement


def codes(dictionary: str) -> set[str]:
    return {value.code for value in DICTIONARIES[dictionary]}


def test_schemes() -> None:
    assert set(mapping.INSUTYPE_OF_SCHEME) == set(Enrolment.Scheme.values)
    for scheme, code in mapping.INSUTYPE_OF_SCHEME.items():
        assert mapping.SCHEME_OF_INSUTYPE[code] == scheme
        assert code in codes("insutype")


def test_every_med_type_is_settled_or_said_not_to_be() -> None:
    settled, not_settled = set(mapping.VISIT_OF_MED_TYPE), set(mapping.NOT_SETTLED_MED_TYPES)
    assert settled | not_settled == codes("med_type")
    assert not settled & not_settled
    assert set(mapping.VISIT_OF_MED_TYPE.values()) == set(VISITS)


def test_every_visit_is_cleared_somehow() -> None:
    assert set(mapping.CLR_TYPE_OF_VISIT) == set(VISITS)
    assert set(mapping.CLR_TYPE_OF_VISIT.values()) <= codes("clr_type")


def test_every_tier_of_every_scheme_has_its_field_and_row() -> None:
    paying = set(TIERS) - {mapping.HOSPITAL_TIER}
    assert set(mapping.PAID) == {(s, t) for s in Enrolment.Scheme.values for t in paying}
    for paid in mapping.PAID.values():
        assert paid.field in mapping.FUND_FIELDS
        assert paid.fund_pay_type in codes("fund_pay_type")
        assert len(paid.fund_pay_type) == 6
    for scheme in Enrolment.Scheme.values:
        types = [p.fund_pay_type for (s, _), p in mapping.PAID.items() if s == scheme]
        assert len(types) == len(set(types)), "two tiers in one row"


def test_local_codes_are_marked_and_nothing_else_is() -> None:
    national = {v.code for v in DICTIONARIES["fund_pay_type"] if v.mark == "SOURCED"}
    for paid in mapping.PAID.values():
        assert paid.local == (paid.fund_pay_type not in national)
    supplement = mapping.PAID["resident", "supplement"]
    assert (supplement.field, supplement.local) == ("oth_pay", True)
    employees = mapping.PAID["employee", "supplement"]
    assert (employees.field, employees.fund_pay_type) == ("hifob_pay", "330100")


def test_identities_both_ways() -> None:
    assert set(mapping.IDET_TYPE_OF_IDENTITY) == set(IDENTITIES)
    for kind, code in mapping.IDET_TYPE_OF_IDENTITY.items():
        assert mapping.IDENTITY_OF_IDET_TYPE[code] == kind
        assert len(code) <= 3


def test_levels_both_ways() -> None:
    assert set(mapping.HOSP_LV_OF_LEVEL) == set(LEVELS)
    assert set(mapping.LEVEL_OF_HOSP_LV) == codes("hosp_lv")
    for level, code in mapping.HOSP_LV_OF_LEVEL.items():
        assert mapping.LEVEL_OF_HOSP_LV[code] == level


def test_certificates() -> None:
    assert set(mapping.NUMBER_KIND_OF_CERT.values()) == set(PersonNumber.Kind.values)
    assert set(mapping.NUMBER_KIND_OF_CERT) <= codes("mdtrt_cert_type")


def test_accumulators_are_columns_of_a_settlement() -> None:
    columns = {field.name for field in Settlement._meta.get_fields()}
    assert {column for column, _name in mapping.CUM_TYPES.values()} <= columns
    assert all(len(code) <= 10 for code in mapping.CUM_TYPES)
