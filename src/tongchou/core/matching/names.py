"""A person's name as it stands in a list, and the keys under which it is compared.

`key` is the name folded to what two offices agree on: simplified characters, no dot, no spaces, no
notes. A character that was lost on the way (？ □ ■, a code of somebody's own font, 王旁) stands for
any one character. `sound` is the name by its readings without tones: homophones have the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from tongchou.core.identity import name_key, normalise_name
from tongchou.core.sheets import Cell

ANY = "?"
_PLAIN = re.compile(r"[\u4e00-\u9fff]{2,4}")
_LOST = re.compile(
    r"[?*_%□■▇�\ue000-\uf8ff]|[(\[【][^()\[\]【】]*[旁边头底心字+][^()\[\]【】]*[)\]】]"
)
_NOTE = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]?")
_TAIL = re.compile(r"[\d.,，、;；:：/\-]+$|^[\d.,，、;；:：/\-]+")
_DEAD = re.compile(r"亡|(?<!事)故|死|殁")
_OF_ANOTHER = re.compile(r"[父母爸妈夫妻儿子女孙兄弟姐妹媳]|配偶|老伴|[未没]")


class NameRead(NamedTuple):
    shown: str
    key: str
    wild: bool  # a character is lost: `key` has ANY in its place
    notes: tuple[str, ...]  # 户主, 亡: kept as hints

    @property
    def says_dead(self) -> bool:
        """Whether a note says so of himself: not 夫亡."""
        return any(_DEAD.search(one) and not _OF_ANOTHER.search(one) for one in self.notes)


@lru_cache(maxsize=1 << 16)
def read_name(cell: Cell | None) -> NameRead:
    """Read the cell of a name."""
    raw = "" if cell is None else str(cell)
    if _PLAIN.fullmatch(raw):
        return NameRead(raw, simplified(raw), False, ())
    text = _LOST.sub(ANY, unicodedata.normalize("NFKC", raw))
    notes = tuple(note.strip() for note in _NOTE.findall(text) if note.strip())
    shown = normalise_name(_TAIL.sub("", _NOTE.sub("", text).strip()))
    key = simplified(name_key(shown))
    return NameRead(shown, key, ANY in key, notes)


def simplified(text: str) -> str:
    """Return `text` in simplified characters, one for one."""
    return text if text.isascii() else text.translate(_simple)


class _Table(dict[int, str]):
    """A translation made character by character as they are met; the same for all who ask."""

    def __init__(self, of: Callable[[str], str]) -> None:
        self._of = of

    def __missing__(self, code: int) -> str:
        self[code] = found = self._of(chr(code))
        return found


@lru_cache(maxsize=1)
def _converter() -> Callable[[str], str]:
    from opencc import OpenCC  # its tables take a moment to load

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


def _simple_of(character: str) -> str:
    if character < "\u3400":
        return character
    found = _converter()(character)
    return found if len(found) == 1 else character


def _sound_of(character: str) -> str:
    from pypinyin import Style, lazy_pinyin

    if character == ANY:
        return f"{ANY} "
    read = lazy_pinyin(character, style=Style.NORMAL, errors="ignore", strict=False)
    return f"{read[0] if read else character} "


_simple, _sounds = _Table(_simple_of), _Table(_sound_of)


def sound(key: str) -> str:
    """Return the readings of a key, each with a space behind it.

    >>> sound("王伟") == sound("王维")
    True
    """
    return key.translate(_sounds)


def agree(pattern: str, key: str) -> bool:
    """Say whether a key with lost characters may be this name."""
    return len(pattern) == len(key) and all(
        a in (b, ANY) for a, b in zip(pattern, key, strict=True)
    )
