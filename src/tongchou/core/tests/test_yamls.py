"""The quick reader says what the plain one says, and no text ends the process."""

import subprocess
import sys

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tongchou.core.policy import policy_files
from tongchou.core.yamls import load

PIECES = st.sampled_from(
    [
        "a: 1",
        "- b",
        "[c, d]",
        "{e: f}",
        '"g',
        "# h",
        "\n",
        "  ",
        ": ",
        "- ",
        "? ",
        "2019-01-01",
        "]",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_both_readers_agree(text: str) -> None:
    try:
        expected = yaml.safe_load(text)
    except yaml.YAMLError as wrong:
        with pytest.raises(yaml.YAMLError) as found:
            load(text)
        assert str(found.value) == str(wrong)
    else:
        assert load(text) == expected


def test_the_shipped_policies_are_read_alike() -> None:
    for path in policy_files():
        text = path.read_text(encoding="utf-8")
        assert load(text) == yaml.safe_load(text)


@pytest.mark.parametrize("piece", ["[", "- ", "? ", "[{", "-\t", "a:\n "])
def test_a_text_that_nests_without_end_is_an_error_and_no_crash(piece: str) -> None:
    code = (
        "from tongchou.core.yamls import load\n"
        "import threading, yaml\n"
        "def read():\n"
        f"    text = {piece!r} * 100_000\n"
        "    if text.startswith('a'):\n"
        "        text = ''.join(' ' * n + 'a:\\n' for n in range(3_000))\n"
        "    try: load(text)\n"
        "    except (yaml.YAMLError, RecursionError): pass\n"
        "threading.stack_size(1 << 20)\n"
        "thread = threading.Thread(target=read); thread.start(); thread.join()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-300:]
