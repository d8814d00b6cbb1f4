"""The invented catalogue: generic names, codes of the national shape, plausible prices.

Class and first-self-pay share are the demonstration's own: the national lists do not ship.
"""

from functools import cache
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
A, B, C = "01", "02", "03"

# name, price in fen, class
_DRUGS = (
    ("阿莫西林胶囊", 1250, A), ("头孢呋辛钠注射剂", 1860, A), ("头孢曲松钠注射剂", 1120, A),
    ("左氧氟沙星注射液", 2240, A), ("左氧氟沙星片", 980, A), ("阿奇霉素片", 1590, A),
    ("哌拉西林他唑巴坦注射剂", 3980, B), ("美罗培南注射剂", 7800, B), ("奥司他韦胶囊", 4960, B),
    ("奥美拉唑肠溶胶囊", 1350, A), ("泮托拉唑钠注射剂", 6502, A), ("雷贝拉唑钠肠溶片", 2890, B),
    ("铝碳酸镁咀嚼片", 2130, B), ("多潘立酮片", 860, A), ("蒙脱石散", 1080, A),
    ("二甲双胍片", 1480, A), ("格列美脲片", 1760, A), ("阿卡波糖片", 2580, A),
    ("达格列净片", 6120, B), ("甘精胰岛素注射液", 7240, B), ("门冬胰岛素注射液", 6680, B),
    ("氨氯地平片", 1640, A), ("硝苯地平控释片", 2390, A), ("缬沙坦胶囊", 2210, A),
    ("厄贝沙坦片", 1930, A), ("依那普利片", 890, A), ("美托洛尔缓释片", 1870, A),
    ("比索洛尔片", 2040, A), ("呋塞米注射液", 210, A), ("呋塞米片", 580, A),
    ("螺内酯片", 760, A), ("地高辛片", 640, A), ("单硝酸异山梨酯注射液", 3650, A),
    ("硝酸甘油片", 2320, A), ("阿司匹林肠溶片", 900, A), ("氯吡格雷片", 5830, A),
    ("替格瑞洛片", 5800, A), ("替罗非班注射液", 23500, A), ("低分子肝素钙注射液", 3800, A),
    ("利伐沙班片", 6460, B), ("华法林片", 1270, A), ("阿托伐他汀钙片", 4600, A),
    ("瑞舒伐他汀钙片", 3780, B), ("依折麦布片", 5240, B), ("甘露醇注射液", 1180, A),
    ("依达拉奉注射液", 4870, B), ("胞磷胆碱钠注射液", 1340, A), ("丙戊酸钠缓释片", 3120, A),
    ("卡马西平片", 1160, A), ("左乙拉西坦片", 5690, B), ("布洛芬缓释胶囊", 1440, A),
    ("塞来昔布胶囊", 2670, B), ("曲马多片", 1980, B), ("地塞米松注射液", 320, A),
    ("甲泼尼龙注射剂", 4150, A), ("布地奈德吸入混悬液", 5230, B), ("沙丁胺醇气雾剂", 1790, A),
    ("噻托溴铵吸入粉雾剂", 13400, B), ("氨溴索注射液", 1260, A), ("孟鲁司特钠片", 3340, B),
    ("氯雷他定片", 1090, A), ("葡萄糖注射液", 450, A), ("氯化钠注射液", 400, A),
    ("复方氨基酸注射液", 3860, B), ("人血白蛋白", 41200, B), ("维生素C注射液", 260, A),
    ("叶酸片", 520, A), ("铁剂口服溶液", 2480, B), ("奥沙利铂注射剂", 38600, B),
    ("紫杉醇注射液", 29400, B), ("卡培他滨片", 26800, B), ("昂丹司琼注射液", 1720, A),
    ("丙泊酚注射液", 2860, A), ("缩宫素注射液", 390, A), ("左甲状腺素钠片", 2170, A),
)  # fmt: skip
_PATENT = (
    ("板蓝根颗粒", 1520, A), ("复方丹参滴丸", 3000, A), ("六味地黄丸", 2430, A),
    ("银杏叶片", 3270, B), ("血塞通软胶囊", 4120, B), ("蒲地蓝消炎口服液", 3960, B),
    ("云南白药胶囊", 3180, B), ("藿香正气水", 1240, A), ("速效救心丸", 4380, A),
    ("安宫牛黄丸", 38000, B),
)  # fmt: skip
_HERBS = (("黄芪", 32), ("当归", 41), ("甘草", 18), ("党参", 47), ("茯苓", 26), ("白术", 35))
_SERVICES = (
    ("普通床位费", "01", 4500), ("监护病房床位费", "01", 18000), ("住院诊察费", "02", 1600),
    ("普通门诊诊察费", "02", 1200), ("急诊诊察费", "02", 1800), ("一般诊疗费", "12", 1000),
    ("胸部CT平扫", "03", 22000), ("头颅CT平扫", "03", 20500), ("磁共振平扫", "03", 52000),
    ("冠状动脉CT造影", "03", 97000), ("彩色多普勒超声", "03", 13000), ("心脏彩超", "03", 21000),
    ("心电图", "03", 2000), ("动态心电图", "03", 17650), ("胃镜检查", "03", 26000),
    ("肠镜检查", "03", 32000), ("数字化摄影(DR)", "03", 7500), ("肺功能检查", "03", 12500),
    ("血常规", "04", 1800), ("尿常规", "04", 1200), ("肝功能", "04", 6500),
    ("肾功能", "04", 4200), ("凝血四项", "04", 6000), ("电解质", "04", 3500),
    ("血糖", "04", 600), ("糖化血红蛋白", "04", 5500), ("血脂四项", "04", 4800),
    ("心肌酶谱", "04", 7520), ("肌钙蛋白", "04", 12000), ("C反应蛋白", "04", 3800),
    ("静脉输液", "05", 1200), ("肌肉注射", "05", 400), ("雾化吸入", "05", 1250),
    ("氧气吸入（小时）", "05", 360), ("心电监测（小时）", "05", 600), ("血液透析", "05", 40000),
    ("针灸", "05", 4500), ("推拿", "05", 5800), ("中医定向透药", "05", 3900),
    ("关节康复训练", "05", 4600), ("阑尾切除术", "06", 135000), ("胆囊切除术", "06", 195000),
    ("冠状动脉造影术", "06", 320000), ("冠状动脉支架植入术", "06", 365000),
    ("人工髋关节置换术", "06", 520000), ("骨折内固定术", "06", 268000),
    ("剖宫产术", "06", 150000), ("输尿管镜碎石术", "06", 240000), ("全身麻醉", "06", 90000),
    ("椎管内麻醉", "06", 52000), ("一级护理", "07", 3000), ("二级护理", "07", 2000),
    ("特级护理", "07", 8120),
)  # fmt: skip
# name, price in fen, class, first-self-pay share, ceiling in fen
_MATERIALS = (
    ("一次性输液器", 200, A, 0, None), ("留置针", 2200, A, 0, None),
    ("一次性电极片", 800, A, 0, None), ("血管鞘", 34000, A, 0, None),
    ("造影导管", 38000, A, 0, None), ("压力泵", 62000, A, 0, None),
    ("指引导丝", 115000, A, 0, None), ("冠状动脉支架（集采）", 79800, A, 0, None),
    ("药物涂层球囊", 630000, A, 0, None), ("血管内超声导管", 980000, A, 0, None),
    ("人工髋关节（集采）", 798000, A, 0, None), ("吻合器", 120000, B, 2000, 100000),
    ("骨科钢板", 260000, B, 2000, 200000), ("人工晶体", 110000, B, 2000, 95000),
)  # fmt: skip
_OWN = (("特需病房床位费", "01", 30000), ("营养配餐", "14", 6000), ("陪护床租用", "14", 1500))


@cache
def samples() -> tuple[Sample, ...]:
    """Return the catalogue, the same at every call."""
    found = []
    for n, (name, fen, level) in enumerate(_DRUGS, 1):
        price = _price(fen)
        share = 0 if level == A else 2000 if fen > 20_000 else 1000
        # Every tenth has a payment standard below its price.
        ceiling = price - YUAN if level == B and n % 10 == 0 else None
        code = f"XA{n:02d}BCA001A{n:03d}0001{n:05d}"
        found.append(Sample(code, name, "101", "09", "盒", price, level, share, ceiling))
    for n, (name, fen, level) in enumerate(_PATENT, 1):
        share = 0 if level == A else 1000
        code = f"ZA{n:02d}BAA{n:04d}0101{n:05d}"
        found.append(Sample(code, name, "101", "11", "盒", _price(fen), level, share, None))
    for n, (name, fen) in enumerate(_HERBS, 1):
        found.append(Sample(f"T{n:09d}", name, "102", "10", "克", _price(fen), A, 0, None))
    for n, (name, charge, fen) in enumerate(_SERVICES, 1):
        found.append(Sample(f"00{n:013d}", name, "201", charge, "次", _price(fen), A, 0, None))
    for n, (name, fen, level, share, limit) in enumerate(_MATERIALS, 1):
        ceiling = _price(limit) if limit else None
        code = f"C{n:06d}001{n:05d}{n:05d}"
        found.append(Sample(code, name, "301", "08", "个", _price(fen), level, share, ceiling))
    for n, (name, charge, fen) in enumerate(_OWN, 1):
        found.append(
            Sample(f"0099{n:011d}", name, "201", charge, "次", _price(fen), C, 10000, None)
        )
    return tuple(found)


@cache
def named() -> dict[str, Sample]:
    """Return the catalogue by name."""
    return {sample.name: sample for sample in samples()}


def _price(fen: int) -> int:
    return fen * (YUAN // 100)
