"""The national lists: which code formats belong to which list, and what they are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongchou.core.identity import CODE_FORMATS

# list_type (interface A.5)
LIST_LABELS: dict[str, Promise] = {
    "101": _("西药中成药"),
    "102": _("中药饮片"),
    "103": _("自制剂"),
    "104": _("民族药"),
    "201": _("医疗服务项目"),
    "301": _("医用耗材"),
}
# med_chrgitm_type (interface A.5)
CHARGE_LABELS: dict[str, Promise] = {
    "01": _("床位费"),
    "02": _("诊察费"),
    "03": _("检查费"),
    "04": _("化验费"),
    "05": _("治疗费"),
    "06": _("手术费"),
    "07": _("护理费"),
    "08": _("卫生材料费"),
    "09": _("西药费"),
    "10": _("中药饮片费"),
    "11": _("中成药费"),
    "12": _("一般诊疗费"),
    "13": _("挂号费"),
    "14": _("其他费"),
}
# 103 and 104 are coded by each province: no national format to hold them to.
_FORMATS: dict[str, tuple[str, ...]] = {
    "101": ("western_drug", "patent_drug"),
    "102": ("herb",),
    "103": (),
    "104": (),
    "201": ("service",),
    "301": ("consumable",),
}
_DISEASE_FORMATS = {"diagnosis": "icd10", "operation": "icd9", "chronic": "chronic"}


def item_code_problem(code: str, list_type: str) -> str:
    """Return why the code cannot be of the list, with an example of its form; "" if it can."""
    forms = [CODE_FORMATS[name] for name in _FORMATS[list_type]]
    if not code or (forms and not any(form.matches(code) for form in forms)):
        return _expected(code, [(form.label, form.example) for form in forms])
    return ""


def any_code_problem(code: str) -> str:
    """Return why a code of no known form is of no list, with an example of each form."""
    forms = [CODE_FORMATS[name] for names in _FORMATS.values() for name in names]
    return _expected(code, [(form.label, form.example) for form in forms])


def disease_code_problem(code: str, kind: str) -> str:
    form = CODE_FORMATS[_DISEASE_FORMATS[kind]]
    return "" if form.matches(code) else _expected(code, [(form.label, form.example)])


def _expected(code: str, forms: list[tuple[str, str]]) -> str:
    if not code:
        return str(_("没有编码。请填写国家编码"))
    examples = "、".join(f"{label} {example}" for label, example in forms)
    return str(_("编码 %(code)s 不是国家编码的形式。应如 %(examples)s")) % {
        "code": code,
        "examples": examples,
    }
