"""Who is who: ID numbers, names, national codes, and what is shown or kept in their place.

ID numbers follow GB 11643-1999 (18 places, the last a check character by ISO 7064 MOD 11-2) and
its forerunner of 1989 (15 places). The area of a number is where it was first registered; it is
never compared with a residence or with today's area codes.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Sex = Literal["male", "female"]

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_SHAPE_1989 = re.compile(r"[0-9]{15}")
_DRESS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff'‘’`]+")
# What typists and old systems put in the last place where an X belongs; U+0425 is Cyrillic.
_LOOKS_LIKE_X = "*×χΧ\u0425\u0445"


class IdNumberError(ValueError):
    """The text is no ID number; str() says why and what to do, in Chinese."""


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A valid ID number of 18 places with what it says about its holder."""

    number: str
    birth: date
    sex: Sex


def normalise_id_number(raw: str) -> str:
    """The number as it should have been typed: half width, no spaces or quotes, X in capitals.

    Only the dress is taken off; nothing is checked or upgraded.

    >>> normalise_id_number(" '１１０１０５１９４９１２３１００２x")
    '11010519491231002X'
    """
    if raw.isascii() and raw.isalnum():
        return raw.upper()
    text = _DRESS.sub("", unicodedata.normalize("NFKC", raw)).upper()
    return text[:-1] + "X" if len(text) == 18 and text[-1] in _LOOKS_LIKE_X else text


def check_character(first17: str) -> str:
    """The last place of the number that begins with these 17 digits (GB 11643, 3.4).

    >>> check_character("11010519491231002")
    'X'
    """
    total = sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True))
    return CHECKS[total % 11]


def upgrade_id_number(fifteen: str) -> str:
    """The 18 places of a number of 1989: the century put in, the check character put on.

    >>> upgrade_id_number("110105491231002")
    '11010519491231002X'
    """
    first17 = f"{fifteen[:6]}19{fifteen[6:]}"
    return first17 + check_character(first17)


def parse_id_number(raw: str) -> IdNumber:
    """Clean, upgrade from 15 places where needed, check, and read birth and sex.

    Raises IdNumberError.

    >>> parse_id_number("440524188001010014")
    IdNumber(number='440524188001010014', birth=datetime.date(1880, 1, 1), sex='male')
    """
    number = normalise_id_number(raw)
    if _SHAPE_1989.fullmatch(number):
        number = upgrade_id_number(number)
    elif not _SHAPE.fullmatch(number):
        raise IdNumberError(_shape_problem(number))
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise IdNumberError(f"第 7 至 14 位 {number[6:14]} 不是日期。请对照证件重输") from None
    if number[17] != check_character(number[:17]):
        raise IdNumberError("末位校验不对。请对照证件重输")
    return IdNumber(number, birth, "male" if int(number[16]) % 2 else "female")


def is_id_number(raw: str) -> bool:
    """Whether parse_id_number would accept the text."""
    try:
        parse_id_number(raw)
    except IdNumberError:
        return False
    return True


def _shape_problem(number: str) -> str:
    if not number:
        return "没有身份证号。请填写"
    if len(number) not in (15, 18):
        return f"身份证号应为 18 位（旧证 15 位），这里有 {len(number)} 位。请对照证件重输"
    return "身份证号只能是数字，末位可以是 X。请对照证件重输"


def mask_id_number(number: str) -> str:
    """The number as lists show it: four places at each end, or one where it is a short one.

    >>> mask_id_number("441721195606120028"), mask_id_number("E1234567")
    ('4417**********0028', 'E******7')
    """
    shown = 4 if len(number) >= 12 else 1
    if len(number) <= 2 * shown:
        return "*" * len(number)
    return number[:shown] + "*" * (len(number) - 2 * shown) + number[-shown:]


def mask_name(name: str) -> str:
    """The name as a public notice shows it: its middle, or its end where it is short, hidden.

    >>> mask_name("梁秀英"), mask_name("李四"), mask_name("欧阳独一"), mask_name("甲")
    ('梁*英', '李*', '欧**一', '*')
    """
    if len(name) < 2:
        return "*" * len(name)
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def pseudonym(key: bytes, kind: str, value: str) -> str:
    """A name for the value that nobody without the key can link or try out; 32 hex digits.

    `kind` ("person", "institution") keeps the same text of two kinds apart. HMAC-SHA-256, halved.
    Raises ValueError for a key of less than 16 bytes.
    """
    if len(key) < 16:
        raise ValueError("假名密钥至少 16 字节")
    return hmac.digest(key, f"{kind}\0{value}".encode(), "sha256").hex()[:32]


# --- names -------------------------------------------------------------------------------------

OFFICIAL_DOT = "\u00b7"  # 民委发〔2016〕33号: the interpunct in names is U+00B7
_DOT = r"\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff65\u0387\u25cf.。"
_DOTS = re.compile(rf"[\s{_DOT}]*[{_DOT}][\s{_DOT}]*")
_SPACES = re.compile(r"\s+")
_HAN = r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_SPACE_AT_HAN = re.compile(rf"(?<={_HAN})\s+|\s+(?={_HAN})")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff]")


def normalise_name(raw: str) -> str:
    """The name as it is shown and stored: the official dot, no stray spaces, Latin in capitals.

    >>> normalise_name("买买提 . 艾力"), normalise_name(" 梁 秀英"), normalise_name("John  Smith")
    ('买买提·艾力', '梁秀英', 'JOHN SMITH')
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", raw)).strip()
    text = _DOTS.sub(OFFICIAL_DOT, text).strip(OFFICIAL_DOT)
    return _SPACES.sub(" ", _SPACE_AT_HAN.sub("", text)).upper()


def name_key(raw: str) -> str:
    """The name for comparing: as normalise_name, without dots and spaces.

    >>> name_key("买买提・艾力") == name_key("买买提艾力")
    True
    """
    return normalise_name(raw).replace(OFFICIAL_DOT, "").replace(" ", "")


# Surnames read otherwise than the character elsewhere, where that changes the first letter.
_SURNAME_INITIALS: Mapping[str, str] = {
    "单于": "c", "单": "s", "解": "x", "仇": "q", "查": "z", "曾": "z", "区": "o", "翟": "z",
    "乐": "y", "种": "c", "重": "c", "折": "s", "召": "s", "秘": "b", "覃": "q", "句": "g",
    "隗": "w", "繁": "p", "祭": "z", "郇": "x", "阚": "k", "蔚": "y", "乜": "n", "盖": "g",
}  # fmt: skip


def pinyin_initials(name: str) -> str:
    """The first letters of a person's name in pinyin, for searching; the surname as surnames read.

    Characters without a reading, dots and spaces are left out; a Latin word gives its first letter.

    >>> pinyin_initials("梁秀英"), pinyin_initials("单田芳"), pinyin_initials("欧阳锋")
    ('lxy', 'stf', 'oyf')
    """
    from pypinyin import Style, lazy_pinyin  # its dictionaries take a tenth of a second to load

    text = normalise_name(name)
    initials = "".join(
        lazy_pinyin(text, style=Style.FIRST_LETTER, errors=_latin_initials, strict=False)
    )
    surname = _SURNAME_INITIALS.get(text[:2]) or _SURNAME_INITIALS.get(text[:1])
    return surname + initials[1:] if surname else initials


def _latin_initials(chunk: str) -> str:
    return "".join(word[0].lower() for word in re.findall(r"[A-Z0-9]+", chunk))


# --- national codes ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CodeFormat:
    """A national coding standard: its name in Chinese, its pattern, an example of the form."""

    label: str
    pattern: re.Pattern[str]
    example: str

    def matches(self, code: str) -> bool:
        """Whether the code has this form; says nothing about whether it was ever issued."""
        return self.pattern.fullmatch(code) is not None


def _format(label: str, pattern: str, example: str) -> CodeFormat:
    return CodeFormat(label, re.compile(pattern, re.ASCII), example)


_ICD10 = r"[A-Z]\d\d(\.[0-9x](\d\d)?(x\d{3})?)?"

CODE_FORMATS: Mapping[str, CodeFormat] = {
    "western_drug": _format(
        "西药", r"X[A-Z]\d\d[A-Z]{3}\d{3}[A-Z]\d{3}\d{4}\d{5}", "XA02AXX095A001010103357"
    ),
    "patent_drug": _format("中成药", r"Z[A-Z]\d\d[A-Z]{3}\d{4}\d{4}\d{5}", "ZA01AAX0558010100166"),
    "herb": _format("中药饮片", r"T\d{9}", "T000100057"),
    # Codes of a province begin with its two digits instead of 00.
    "service": _format("医疗服务项目", r"\d{15}", "001102000000100"),
    "consumable": _format("医用耗材", r"C\d{6}\d{3}\d{5}\d{5}(\d{7})?", "C0201010520000101234"),
    # A dagger and its asterisk are one entry: A18.814+K77.0*.
    "icd10": _format("疾病诊断", rf"{_ICD10}[+*]?(\+{_ICD10}\*)?", "J96.900x001"),
    # The national table itself has two codes of an irregular form, at the end of the pattern.
    "icd9": _format(
        "手术操作", r"\d\d\.\d[0-9x](\d\d|[0-9A-Z]{3})?(x\d{3})?|86\.700x001[34]", "96.0800x005"
    ),
    "chronic": _format("门诊慢特病病种", r"M\d{5}", "M03900"),
    "by_disease": _format("按病种结算病种", r"B\d{5}", "B00100"),
    "day_surgery": _format("日间手术病种", r"R\d{5}", "R00100"),
    "hospital": _format("定点医疗机构", r"H\d{11}", "H44200100026"),
    "pharmacy": _format("定点零售药店", r"P\d{11}", "P44170200015"),
    "doctor": _format("医保医师", r"D\d{12}", "D441700000001"),
    "nurse": _format("医保护士", r"N\d{12}", "N441700000001"),
    "pharmacist": _format("药学、技术人员", r"H[YJ]\d{12}", "HY110000000001"),
    "area": _format("医保区划", r"[1-9]\d{5}", "441700"),
}


def code_kinds(code: str) -> tuple[str, ...]:
    """The formats that the code has, by name, in the order of CODE_FORMATS; empty if none.

    >>> code_kinds("M03900"), code_kinds("44170")
    (('chronic',), ())
    """
    return tuple(name for name, form in CODE_FORMATS.items() if form.matches(code))
