"""A hospital system for tests: it signs and sends what a real one would."""

import hashlib
import itertools
import json
import time
from typing import Any

from django.http import HttpResponse

from tongchou.exchange.signature import body_signature
from tongchou.exchange.tests.client import GatewayClient
from tongchou.platform import clock
from tongchou.providers.models import Institution

_serial = itertools.count(1)


class Hospital:
    """Sends signed messages of one institution to the gateway."""

    def __init__(self, institution: Institution, *, doctor: str = "") -> None:
        self.institution = institution
        self.doctor = doctor
        self.client = GatewayClient()
        self.sign_no = ""

    def msgid(self) -> str:
        return f"{self.institution.code}{clock.now():%Y%m%d%H%M%S}{next(_serial) % 10_000:04d}"

    def envelope(self, infno: str, node: dict[str, Any], **over: Any) -> dict[str, Any]:
        message = {
            "infno": infno,
            "msgid": self.msgid(),
            "mdtrtarea_admvs": self.institution.area,
            "insuplc_admdvs": self.institution.area,
            "recer_sys_code": "FSI_LOCAL",
            "dev_no": "1",
            "dev_safe_info": "1",
            "cainfo": "1",
            "signtype": "1",
            "infver": "V1.0",
            "opter_type": "1",
            "opter": "0001",
            "opter_name": "窗口一",
            "inf_time": f"{clock.now():%Y-%m-%d %H:%M:%S}",
            "fixmedins_code": self.institution.code,
            "fixmedins_name": self.institution.name,
            "sign_no": self.sign_no,
            "input": node,
        }
        return {**message, **over}

    def headers(self, body: bytes, **over: str) -> dict[str, str]:
        timestamp = over.pop("timestamp", str(int(clock.now().timestamp())))
        nonce = over.pop("nonce", f"n{time.time_ns()}{next(_serial)}")
        token = over.pop("token", self.institution.token)
        signed = f"{timestamp}{token}{nonce}{timestamp}".encode()
        headers = {
            "x-tif-paasid": self.institution.paasid,
            "x-tif-timestamp": timestamp,
            "x-tif-nonce": nonce,
            "x-tif-signature": hashlib.sha256(signed).hexdigest(),
        }
        if self.institution.body_signature_required:
            headers["x-body-signature"] = body_signature(body, self.institution.token)
        return {**headers, **over}

    def post(self, body: bytes, path: str = "/fsi/api", **over: str) -> HttpResponse:
        headers = self.headers(body, **over)
        response = self.client.post(path, body, content_type="application/json", headers=headers)
        assert isinstance(response, HttpResponse)
        return response

    def send(self, infno: str, node: dict[str, Any], **over: Any) -> dict[str, Any]:
        """Send one message; return the answer's envelope."""
        return read(self.post(self.body(infno, node, **over)))

    def body(self, infno: str, node: dict[str, Any], **over: Any) -> bytes:
        return json.dumps(self.envelope(infno, node, **over), ensure_ascii=False).encode()

    def ok(self, infno: str, node: dict[str, Any], **over: Any) -> Any:
        """Send a message that must be accepted; return its output."""
        answer = self.send(infno, node, **over)
        assert answer["infcode"] == 0, answer["err_msg"]
        return answer["output"]

    def refused(self, infno: str, node: dict[str, Any], **over: Any) -> str:
        """Send a message that must be refused; return the reason."""
        answer = self.send(infno, node, **over)
        assert answer["infcode"] == -1
        assert answer["output"] is None
        return str(answer["err_msg"])


def read(response: HttpResponse) -> dict[str, Any]:
    """Return the answer's envelope, having checked that it is one."""
    answer: dict[str, Any] = json.loads(response.content)
    assert set(answer) == {
        "infcode", "inf_refmsgid", "refmsg_time", "respond_time", "err_msg", "warn_msg", "cainfo",
        "signtype", "output",
    }  # fmt: skip
    assert answer["infcode"] in (0, -1) and type(answer["infcode"]) is int
    assert (answer["infcode"] == 0) == (answer["err_msg"] is None)
    assert len(answer["inf_refmsgid"]) == 30
    assert len(answer["refmsg_time"]) == len(answer["respond_time"]) == 17
    return answer
