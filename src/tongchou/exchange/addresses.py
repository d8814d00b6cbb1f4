"""The transactions of the national interface: their names, and where systems call them.

The paths are spelled as real clients spell them (interface.md A.0), mistakes included.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BASE = "/fsi/api"

_PATHS: dict[str, tuple[str, ...]] = {
    "fsiPsnInfoService/queryPsnInfo": ("1101",),
    "fsiFixMedInsService/queryFixMedIns": ("1201",),
    **{
        f"catalogdownservice/downCatalog{n}": (str(n),)
        for n in (*range(1305, 1312), *range(1313, 1316))
    },
    "catalogqueryservice/queryMedinsHilistMapByPage": ("1316",),
    "catalogqueryservice/queryMedListMapByPage": ("1317",),
    "catalogqueryservice/queryLmtprcByPage": ("1318",),
    "catalogqueryservice/querySelfpayByPage": ("1319",),
    "catalogqueryservice/queryDataDic": ("1901",),
    "fsiPsnPriorityInfoService/queryPsnPriorityInfo": ("2001",),
    "outpatientDocInfoService/outpatientRregistration": ("2201",),
    "outpatientDocInfoService/outpatientRegistrationCancel": ("2202",),
    "outpatientDocInfoService/outpatientMdtrtinfoUp": ("2203",),
    "outpatientDocInfoService/outpatientMdtrtinfoUpA": ("2203A",),
    "outpatientDocInfoService/outpatientFeeListUp": ("2204",),
    "outpatientDocInfoService/outpatientFeeListUpCancel": ("2205",),
    "outpatientSettleService/preSettletment": ("2206",),
    "outpatientSettleService/preSettletmentA": ("2206A",),
    # Newer clients send 2207A to saveSettletment, older ones 2207.
    "outpatientSettleService/saveSettletmentV2": ("2207",),
    "outpatientSettleService/saveSettletment": ("2207A", "2207"),
    "outpatientSettleService/cancleSettletment": ("2208",),
    "hospFeeDtlService/feeDtlUp": ("2301",),
    "hospFeeDtlService/feeDtlCl": ("2302",),
    "hospSettService/preSett": ("2303",),
    "hospSettService/settV2": ("2304",),
    "hospSettService/settCl": ("2305",),
    "hospitalRegisterService/hospitalRegisterSave": ("2401",),
    "dscgService/dischargeProcess": ("2402",),
    "hospitalRegisterService/hospitalRegisterEdit": ("2403",),
    "hospitalRegisterService/hospitalRegisterCancel": ("2404",),
    "dscgService/dischargeUndo": ("2405",),
    "reverseService/revsMethod": ("2601",),
    "riskConService/beforeAnalyze": ("3101",),
    "riskConService/courseAnalyze": ("3102",),
    "ybSettlementStmtService/stmtTotal": ("3201",),
    "ybSettlementStmtService/stmtDetail": ("3202",),
    "catalogCompService/catalogCompUp": ("3301",),
    "department/saveDepartmentManageInfo": ("3401",),
    "department/modifyDepartmentInfo": ("3402",),
    "department/pauseDepartmentInfo": ("3403",),
    "goodsService/goodsUpload": ("3501",),
    "goodsService/goodsUpdate": ("3502",),
    "goodsService/goodsBuy": ("3503",),
    "goodsService/goodsBuyReturn": ("3504",),
    "goodsService/goodsSell": ("3505",),
    "goodsService/goodsSellReturn": ("3506",),
    "goodsService/goodsInfoDelete": ("3507",),
    "medinfoupload/setllistinfoupld": ("4101",),
    "medinfoupload/setllistinfoupldA": ("4101A",),
    "fsiIntegratedQueryService/querySetlInfo": ("5203",),
    "fsiIntegratedQueryService/queryFeeList": ("5204",),
    "fsiIntegratedQueryService/queryFixmedinsPracPsnSum": ("5206",),
    "fsiIntegratedQueryService/queryPsnOpspReg": ("5301",),
    "fsiIntegratedQueryService/queryInhospInfo": ("5303",),
    "fsiIntegratedQueryService/queryFixmedinsDept": ("5101",),
    "fsiIntegratedQueryService/queryFixmedinsPracPsn": ("5102",),
    "signInSignOutService/signIn": ("9001",),
    # By analogy with signIn; not seen in a client.
    "signInSignOutService/signOut": ("9002",),
    "fileupload/upload": ("9101",),
    "fileupload/download": ("9102",),
}

NAMES: dict[str, Promise] = {
    "1101": _("人员基本信息获取"),
    "1201": _("医药机构信息获取"),
    "1301": _("西药中成药目录下载"),
    "1302": _("中药饮片目录下载"),
    "1303": _("医疗机构制剂目录下载"),
    "1304": _("民族药品目录查询"),
    "1305": _("医疗服务项目目录下载"),
    "1306": _("医用耗材目录下载"),
    "1307": _("疾病与诊断目录下载"),
    "1308": _("手术操作目录下载"),
    "1309": _("门诊慢特病种目录下载"),
    "1310": _("按病种付费病种目录下载"),
    "1311": _("日间手术治疗病种目录下载"),
    "1312": _("医保目录信息查询"),
    "1313": _("肿瘤形态学目录下载"),
    "1314": _("中医疾病目录下载"),
    "1315": _("中医证候目录下载"),
    "1316": _("医疗目录与医保目录匹配信息查询"),
    "1317": _("医药机构目录匹配信息查询"),
    "1318": _("医保目录限价信息查询"),
    "1319": _("医保目录先自付比例信息查询"),
    "1901": _("字典表查询"),
    "2001": _("人员待遇享受检查"),
    "2101": _("药店预结算"),
    "2102": _("药店结算"),
    "2103": _("药店结算撤销"),
    "2201": _("门诊挂号"),
    "2202": _("门诊挂号撤销"),
    "2203": _("门诊就诊信息上传"),
    "2203A": _("门诊就诊信息上传"),
    "2204": _("门诊费用明细信息上传"),
    "2205": _("门诊费用明细信息撤销"),
    "2206": _("门诊预结算"),
    "2206A": _("门诊预结算"),
    "2207": _("门诊结算"),
    "2207A": _("门诊结算"),
    "2208": _("门诊结算撤销"),
    "2301": _("住院费用明细上传"),
    "2302": _("住院费用明细撤销"),
    "2303": _("住院预结算"),
    "2304": _("住院结算"),
    "2305": _("住院结算撤销"),
    "2401": _("入院办理"),
    "2402": _("出院办理"),
    "2403": _("住院信息变更"),
    "2404": _("入院撤销"),
    "2405": _("出院撤销"),
    "2501": _("转院备案"),
    "2501A": _("转院备案"),
    "2502": _("转院备案撤销"),
    "2503": _("人员慢特病备案"),
    "2504": _("人员慢特病备案撤销"),
    "2505": _("人员定点备案"),
    "2506": _("人员定点备案撤销"),
    "2601": _("冲正交易"),
    "3101": _("明细审核事前分析服务"),
    "3102": _("明细审核事中分析服务"),
    "3103": _("明细审核反馈服务"),
    "3201": _("医药机构费用结算对总账"),
    "3202": _("医药机构费用结算对明细账"),
    "3203": _("清算申请"),
    "3204": _("清算申请撤销"),
    "3205": _("清算申请状态查询"),
    "3260": _("提取异地清分明细"),
    "3301": _("目录对照上传"),
    "3302": _("目录对照撤销"),
    "3401": _("科室信息上传"),
    "3401A": _("批量科室信息上传"),
    "3402": _("科室信息变更"),
    "3403": _("科室信息撤销"),
    "3501": _("商品盘存上传"),
    "3502": _("商品库存变更"),
    "3503": _("商品采购"),
    "3504": _("商品采购退货"),
    "3505": _("商品销售"),
    "3506": _("商品销售退货"),
    "3507": _("商品信息删除"),
    "4101": _("医疗保障基金结算清单信息上传"),
    "4101A": _("医疗保障基金结算清单信息上传"),
    "4102": _("医疗保障基金结算清单状态修改"),
    "4201": _("自费病人信息上传"),
    "4301": _("急诊留观信息上传"),
    "4401": _("住院病案首页信息上传"),
    "4402": _("住院医嘱记录上传"),
    "4501": _("临床检查报告记录上传"),
    "4502": _("临床检验报告记录上传"),
    "4505": _("病理检查报告记录上传"),
    "4601": _("输血信息上传"),
    "4602": _("护理操作信息上传"),
    "4701": _("电子病历上传"),
    "5101": _("科室信息查询"),
    "5102": _("医执人员信息查询"),
    "5201": _("就诊信息查询"),
    "5202": _("诊断信息查询"),
    "5203": _("结算信息查询"),
    "5204": _("费用明细查询"),
    "5205": _("人员慢特病用药记录查询"),
    "5206": _("人员累计信息查询"),
    "5301": _("人员慢特病备案查询"),
    "5302": _("人员定点信息查询"),
    "5303": _("在院信息查询"),
    "5304": _("转院信息查询"),
    "D001": _("电子处方上传预核验"),
    "D002": _("电子处方签名"),
    "D003": _("电子处方上传"),
    "D004": _("电子处方撤销"),
    "D005": _("电子处方信息查询"),
    "D006": _("电子处方审核结果查询"),
    "D007": _("电子处方取药结果查询"),
    "9001": _("签到"),
    "9002": _("签退"),
    "9101": _("文件上传"),
    "9102": _("文件下载"),
}


def is_gateway(path: str) -> bool:
    return path == BASE or path.startswith(BASE + "/")


def codes_at(path: str) -> tuple[str, ...] | None:
    """Return the codes that may be sent to `path`; () is any (the bare base); None is no address.

    >>> codes_at("/fsi/api/fsiPsnInfoService/queryPsnInfo")
    ('1101',)
    """
    tail = path[len(BASE) :].strip("/")
    return _PATHS.get(tail) if tail else ()


def path_of(infno: str) -> str:
    """Return the path at which systems call `infno`, or the bare base."""
    for tail, codes in _PATHS.items():
        if codes[0] == infno:
            return f"{BASE}/{tail}"
    return BASE
