"""The dictionaries of 1901: the values that public sources give, and our own, marked.

`SOURCED` values were read in a public source; `UNCONFIRMED` ones were not and stand as they are
commonly used; `LOCAL` ones are this system's own (interface.md A.5, mapping).
"""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongchou.exchange import mapping
from tongchou.people.labels import IDENTITY_LABELS

Mark = Literal["SOURCED", "UNCONFIRMED", "LOCAL"]


@dataclass(frozen=True, slots=True)
class Value:
    code: str
    label: str | Promise
    mark: Mark = "SOURCED"
    parent: str = ""


def _values(mark: Mark, *pairs: tuple[str, str | Promise]) -> tuple[Value, ...]:
    return tuple(Value(code, label, mark) for code, label in pairs)


DICTIONARIES: dict[str, tuple[Value, ...]] = {
    "insutype": _values(
        "SOURCED",
        ("310", _("职工基本医疗保险")),
        ("320", _("公务员医疗补助")),
        ("330", _("大额医疗费用补助")),
        ("340", _("离休人员医疗保障")),
        ("350", _("一至六级残废军人医疗补助")),
        ("360", _("老红军医疗保障")),
        ("370", _("企业补充医疗保险")),
        ("380", _("新型农村合作医疗")),
        ("390", _("城乡居民基本医疗保险")),
        ("391", _("城镇居民基本医疗保险")),
        ("392", _("城乡居民大病医疗保险")),
        ("399", _("其他特殊人员医疗保障")),
        ("410", _("长期照护保险")),
        ("510", _("生育保险")),
    ),
    "psn_insu_stas": _values(
        "SOURCED",
        ("0", _("未参保")),
        ("1", _("正常参保")),
        ("2", _("暂停参保")),
        ("3", _("终止参保")),
    ),
    "psn_type": (
        *_values(
            "SOURCED",
            ("11", _("在职")),
            ("12", _("退休")),
            ("13", _("离休")),
            ("14", _("居民（未成年）")),
            ("15", _("居民（成年）")),
            ("16", _("居民（老年）")),
        ),
        Value("1101", _("职工在职"), parent="11"),
        Value("1102", _("公务员在职"), parent="11"),
        Value("1103", _("灵活就业人员在职"), parent="11"),
        Value("1201", _("退休职工"), parent="12"),
        Value("1202", _("退休公务员"), parent="12"),
        Value("1203", _("灵活就业人员退休"), parent="12"),
        Value("1204", _("提前退休"), parent="12"),
        Value("1300", _("离休人员"), parent="13"),
        Value("1401", _("新生儿"), parent="14"),
        Value("1402", _("学龄前儿童"), parent="14"),
        Value("1403", _("中小学生"), parent="14"),
        Value("1404", _("大学生"), parent="14"),
        Value("1405", _("未入学"), parent="14"),
        Value("1501", _("普通居民（成年）"), parent="15"),
    ),
    "mdtrt_cert_type": (
        *_values(
            "SOURCED",
            ("01", _("医保电子凭证")),
            ("02", _("居民身份证")),
            ("03", _("社会保障卡")),
        ),
        Value("04", _("终端或刷脸"), "UNCONFIRMED"),
    ),
    "psn_cert_type": (
        Value("01", _("居民身份证（户口簿）")),
        *_values(
            "UNCONFIRMED",
            ("02", _("军官证")),
            ("03", _("武警警官证")),
            ("04", _("港澳居民证件")),
            ("06", _("台湾居民证件")),
            ("07", _("外国人永久居留证")),
            ("08", _("外国人护照")),
            ("99", _("其他证件")),
        ),
    ),
    "med_type": (
        *_values(
            "SOURCED",
            ("11", _("普通门诊")),
            ("12", _("门诊挂号")),
            ("13", _("急诊")),
            ("14", _("门诊慢特病")),
            ("15", _("特药")),
            ("16", _("中医特色门诊")),
            ("19", _("意外伤害门诊")),
            ("21", _("普通住院")),
            ("22", _("外伤住院")),
            ("23", _("转外诊治住院")),
            ("24", _("急诊转住院")),
            ("25", _("异地住院")),
            ("26", _("单病种住院")),
            ("27", _("自主就医")),
            ("28", _("日间手术")),
            ("41", _("定点药店购药")),
            ("51", _("生育门诊")),
            ("52", _("生育住院")),
            ("53", _("计划生育手术费")),
            ("61", _("照护保险")),
            ("71", _("家庭病床")),
        ),
        Value("140104", _("门诊慢病"), parent="14"),
        Value("140201", _("门诊特病"), parent="14"),
        Value("140401", _("罕见病"), parent="14"),
        Value("2105", _("按床日"), "LOCAL", parent="21"),
    ),
    "med_chrgitm_type": _values(
        "SOURCED",
        ("01", _("床位费")),
        ("02", _("诊察费")),
        ("03", _("检查费")),
        ("04", _("化验费")),
        ("05", _("治疗费")),
        ("06", _("手术费")),
        ("07", _("护理费")),
        ("08", _("卫生材料费")),
        ("09", _("西药费")),
        ("10", _("中药饮片费")),
        ("11", _("中成药费")),
        ("12", _("一般诊疗费")),
        ("13", _("挂号费")),
        ("14", _("其他费")),
    ),
    "chrgitm_lv": _values("SOURCED", ("01", _("甲类")), ("02", _("乙类")), ("03", _("丙类、自费"))),
    "list_type": _values(
        "SOURCED",
        ("101", _("西药中成药")),
        ("102", _("中药饮片")),
        ("103", _("自制剂")),
        ("104", _("民族药")),
        ("201", _("医疗服务项目")),
        ("301", _("医用耗材")),
    ),
    "hosp_lv": _values(
        "SOURCED",
        ("01", _("三级特等")),
        ("02", _("三级甲等")),
        ("03", _("三级乙等")),
        ("04", _("三级丙等")),
        ("05", _("二级甲等")),
        ("06", _("二级乙等")),
        ("07", _("二级丙等")),
        ("08", _("一级甲等")),
        ("09", _("一级乙等")),
        ("10", _("一级丙等")),
        ("11", _("无等级")),
        ("12", _("三级无等")),
        ("13", _("二级无等")),
        ("14", _("一级无等")),
    ),
    "pay_loc": _values(
        "SOURCED",
        ("1", _("中心")),
        ("2", _("医院")),
        ("3", _("省内异地")),
        ("4", _("省外异地")),
    ),
    "setl_type": _values(
        "SOURCED", ("1", _("中心报销")), ("2", _("联网结算")), ("3", _("补充报销"))
    ),
    "clr_type": _values(
        "SOURCED",
        ("11", _("门诊")),
        ("21", _("住院")),
        ("41", _("药店")),
        ("51", _("暂缓")),
    ),
    "clr_way": _values(
        "UNCONFIRMED",
        ("1", _("按项目")),
        ("2", _("单病种")),
        ("3", _("按病种分值")),
        ("4", _("疾病诊断相关分组")),
        ("5", _("按床日")),
        ("6", _("按人头")),
        ("9", _("其他")),
    ),
    "psn_setlway": _values("UNCONFIRMED", ("01", _("按项目结算")), ("02", _("按定额结算"))),
    "refd_setl_flag": _values("SOURCED", ("0", _("否")), ("1", _("是"))),
    "vali_flag": _values("SOURCED", ("0", _("无效")), ("1", _("有效"))),
    "dscg_way": _values(
        "SOURCED",
        ("1", _("医嘱离院")),
        ("2", _("医嘱转院")),
        ("3", _("医嘱转社区卫生服务机构、乡镇卫生院")),
        ("4", _("非医嘱离院")),
        ("5", _("死亡")),
        ("9", _("其他")),
    ),
    "diag_type": _values(
        "SOURCED",
        ("1", _("西医诊断")),
        ("2", _("中医主病诊断")),
        ("3", _("中医主证诊断")),
    ),
    "hosp_appr_flag": _values(
        "SOURCED", ("0", _("无须审批")), ("1", _("审批通过")), ("2", _("审批不通过"))
    ),
    "matn_type": _values(
        "SOURCED",
        ("1", _("正常产")),
        ("2", _("助娩产")),
        ("3", _("剖宫产")),
        ("4", _("难产")),
        ("5", _("流产")),
        ("6", _("引产")),
        ("7", _("产前检查")),
        ("9", _("其他")),
    ),
    "fund_pay_type": (
        *_values(
            "SOURCED",
            ("310100", _("职工基本医疗保险统筹基金")),
            ("310200", _("职工基本医疗保险个人账户基金")),
            ("320100", _("公务员医疗补助资金")),
            ("330100", _("职工大额医疗费用补助基金")),
            ("340100", _("离休人员医疗保障基金")),
            ("350100", _("残疾军人医疗保障基金")),
            ("370100", _("企业补充医疗保险基金")),
            ("390100", _("城乡居民基本医疗保险基金")),
            ("390200", _("城乡居民大病保险资金")),
            ("510100", _("生育保险基金")),
            ("610100", _("医疗救助基金")),
            ("910100", _("其他（跨省）")),
        ),
        *(
            Value(paid.fund_pay_type, paid.name, "LOCAL")
            for paid in {p.fund_pay_type: p for p in mapping.PAID.values() if p.local}.values()
        ),
    ),
    "psn_idet_type": tuple(
        Value(code, IDENTITY_LABELS[kind], "LOCAL")
        for kind, code in mapping.IDET_TYPE_OF_IDENTITY.items()
    ),
    "cum_type_code": tuple(
        Value(code, name, "LOCAL") for code, (_column, name) in mapping.CUM_TYPES.items()
    ),
}
