"""No page shows a whole certificate number out of a kept message."""

import json

from hypothesis import given
from hypothesis import strategies as st

from tongchou.exchange.showing import shown

ID = "441799199308269975"


def test_numbers_are_covered_wherever_they_stand() -> None:
    inner = json.dumps([{"who": ID}])
    message = {
        "certno": ID, "mdtrt_cert_no": "E1234567", "memo": f"身份证{ID}，", "setl_proc_info": inner,
        "psn_no": "4" * 23, "list": [ID, 5, None],
    }  # fmt: skip
    text = shown(json.dumps(message))
    assert ID not in text and "E1234567" not in text
    found = json.loads(text)
    assert found["certno"] == "4417**********9975" and found["mdtrt_cert_no"] == "E******7"
    assert found["setl_proc_info"] == [{"who": "4417**********9975"}]
    assert found["psn_no"] == "4" * 23 and found["list"][1:] == [5, None]


def test_what_is_not_json_is_shown_and_covered_too() -> None:
    assert shown(f"<xml>{ID}</xml>") == "<xml>4417**********9975</xml>"
    assert shown("") == ""


PLAIN = st.text() | st.integers() | st.none()


@given(st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_any_message_can_be_shown(message: object) -> None:
    shown(json.dumps(message))
