"""The invented catalogue: generic names, codes of the national shape, plausible prices.

Class and first-self-pay share are the demonstration's own: the national lists do not ship.
"""

from typing import NamedTuple


class Sample(NamedTuple):
    code: str
    name: str
    list_type: str
    charge_type: str  # med_chrgitm_type
    unit: str
    price: int  # millionths of a yuan
    level: str  # chrgitm_lv
    share: int  # first-self-pay, ten-thousandths
    ceiling: int | None  # millionths of a yuan


YUAN = 10**6
_SPECS = ("", "（缓释）", "（注射用）")

_DRUGS = (
    ("阿莫西林胶囊", 12), ("头孢呋辛", 28), ("左氧氟沙星", 22), ("奥美拉唑", 35), ("二甲双胍片", 18),
    ("阿托伐他汀钙片", 46), ("氨氯地平片", 25), ("阿司匹林肠溶片", 9), ("氯吡格雷片", 58), ("胰岛素注射液", 72),
    ("布洛芬", 14), ("氨溴索", 26), ("葡萄糖注射液", 5), ("氯化钠注射液", 4), ("低分子肝素钙", 38),
    ("甘露醇注射液", 11), ("硝苯地平", 16), ("美托洛尔片", 19), ("呋塞米", 6), ("地塞米松", 3),
)  # fmt: skip
_PATENT = (
    ("板蓝根颗粒", 15),
    ("复方丹参滴丸", 29),
    ("六味地黄丸", 24),
    ("银杏叶片", 32),
    ("安宫牛黄丸", 380),
)
_SERVICES = (
    ("普通床位费", "01", 40), ("监护病房床位费", "01", 180), ("住院诊察费", "02", 15), ("普通门诊诊察费", "02", 12),
    ("胸部CT平扫", "03", 220), ("磁共振平扫", "03", 520), ("彩色多普勒超声", "03", 130), ("心电图", "03", 20),
    ("血常规", "04", 18), ("肝功能", "04", 65), ("肾功能", "04", 42), ("凝血四项", "04", 60),
    ("静脉输液", "05", 9), ("雾化吸入", "05", 12), ("血液透析", "05", 400), ("针灸", "05", 45),
    ("阑尾切除术", "06", 1350), ("冠状动脉支架植入术", "06", 3200), ("剖宫产术", "06", 1500), ("全身麻醉", "06", 900),
    ("一级护理", "07", 35), ("二级护理", "07", 20), ("特级护理", "07", 160), ("一般诊疗费", "12", 10),
)  # fmt: skip
_MATERIALS = (
    ("一次性输液器", 3), ("留置针", 22), ("吻合器", 1200), ("冠状动脉支架", 798), ("骨科钢板", 2600), ("人工晶体", 1100),
)  # fmt: skip
_HERBS = (("黄芪", 2), ("当归", 3), ("甘草", 1))
_OWN = (("特需病房床位费", "01", 300), ("营养配餐", "14", 60), ("进口导管（自费）", "08", 900))


def samples() -> list[Sample]:
    """Return the catalogue, the same at every call."""
    found = []
    for n, (name, yuan) in enumerate(_DRUGS, 1):
        for k, spec in enumerate(_SPECS, 1):
            level = "01" if (n + k) % 3 else "02"
            price = yuan * YUAN + 50_000 * (n % 7)
            found.append(
                Sample(
                    f"XA{n:02d}BCA{k:03d}A{n:03d}{k:04d}{n:05d}", name + spec, "101", "09", "盒",
                    price * k, level, 0 if level == "01" else 1000,
                    None if n % 5 else price * k - YUAN,
                )
            )  # fmt: skip
    for n, (name, yuan) in enumerate(_PATENT, 1):
        found.append(Sample(f"ZA{n:02d}BAA{n:04d}0101{n:05d}", name, "101", "11", "盒",
                            yuan * YUAN, "02", 1000, None))  # fmt: skip
    for n, (name, yuan) in enumerate(_HERBS, 1):
        found.append(Sample(f"T{n:09d}", name, "102", "10", "克", yuan * 100_000, "01", 0, None))
    for n, (name, charge, yuan) in enumerate(_SERVICES, 1):
        found.append(Sample(f"00{n:013d}", name, "201", charge, "次", yuan * YUAN, "01", 0, None))
    for n, (name, yuan) in enumerate(_MATERIALS, 1):
        dear = yuan >= 1000
        found.append(Sample(f"C{n:06d}001{n:05d}{n:05d}", name, "301", "08", "个", yuan * YUAN,
                            "02" if dear else "01", 2000 if dear else 0,
                            2000 * YUAN if dear else None))  # fmt: skip
    for n, (name, charge, yuan) in enumerate(_OWN, 1):
        found.append(
            Sample(f"0099{n:011d}", name, "201", charge, "次", yuan * YUAN, "03", 10000, None)
        )
    return found
