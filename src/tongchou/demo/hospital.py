"""A hospital's own system, as the gateway sees one: signs, numbers and sends messages."""

import hashlib
import http.client
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tongchou.platform import clock

PATHS = {
    "9001": "signInSignOutService/signIn",
    "1101": "fsiPsnInfoService/queryPsnInfo",
    "2401": "hospitalRegisterService/hospitalRegisterSave",
    "2402": "dscgService/dischargeProcess",
    "2301": "hospFeeDtlService/feeDtlUp",
    "2303": "hospSettService/preSett",
    "2304": "hospSettService/settV2",
    "2305": "hospSettService/settCl",
    "2201": "outpatientDocInfoService/outpatientRregistration",
    "2203A": "outpatientDocInfoService/outpatientMdtrtinfoUpA",
    "2204": "outpatientDocInfoService/outpatientFeeListUp",
    "2206": "outpatientSettleService/preSettletment",
    "2207": "outpatientSettleService/saveSettletmentV2",
    "2208": "outpatientSettleService/cancleSettletment",
    "3201": "ybSettlementStmtService/stmtTotal",
    "3202": "ybSettlementStmtService/stmtDetail",
    "9101": "fileupload/upload",
}
_serial = itertools.count(1)


class Refusal(Exception):
    """The gateway said no; the text is its reason."""


@dataclass
class Hospital:
    """One institution's credentials and its connection to the gateway."""

    gateway: str
    code: str
    name: str
    area: str
    level: str
    paasid: str
    token: str
    doctors: list[dict[str, Any]] = field(repr=False)
    sign_no: str = ""
    connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    @classmethod
    def of(cls, gateway: str, institution: dict[str, Any]) -> "Hospital":
        """Return the hospital of an entry of cast.json."""
        names = ("code", "name", "area", "level", "paasid", "token", "doctors")
        return cls(gateway, **{name: institution[name] for name in names})

    def send(self, infno: str, node: dict[str, Any]) -> Any:
        """Send a new message; return its output. Raises Refusal, OSError."""
        return self.read(self.post(infno, self.message(infno, node)))

    def message(self, infno: str, node: dict[str, Any]) -> bytes:
        now = clock.now()
        serial = next(_serial) % 10_000
        envelope = {
            "infno": infno,
            "msgid": f"{self.code}{now:%Y%m%d%H%M%S}{serial:04d}",
            "mdtrtarea_admvs": self.area,
            "insuplc_admdvs": self.area,
            "recer_sys_code": "FSI_LOCAL",
            "infver": "V1.0",
            "opter_type": "1",
            "opter": "0001",
            "opter_name": "窗口一",
            "inf_time": f"{now:%Y-%m-%d %H:%M:%S}",
            "fixmedins_code": self.code,
            "fixmedins_name": self.name,
            "sign_no": self.sign_no or None,
            "input": node,
        }
        return json.dumps(envelope, ensure_ascii=False).encode()

    def post(self, infno: str, body: bytes) -> dict[str, Any]:
        """Send `body` as it is (a resend is the same bytes again) and return the envelope.

        A connection that lay idle may have been closed: the message then goes out once more,
        which its msgid makes safe. Raises OSError.
        """
        again = self.connection is not None
        try:
            return self._exchange(infno, body)
        except OSError:
            if not again:
                raise
            return self._exchange(infno, body)

    def _exchange(self, infno: str, body: bytes) -> dict[str, Any]:
        parts = urlsplit(self.gateway)
        if self.connection is None:
            self.connection = http.client.HTTPConnection(parts.netloc, timeout=20)
        headers = {"Content-Type": "application/json", **self._signature()}
        try:
            self.connection.request("POST", f"{parts.path}/{PATHS[infno]}", body, headers)
            answer: dict[str, Any] = json.loads(self.connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.connection.close()
            self.connection = None
            raise OSError(str(error)) from error
        return answer

    def _signature(self) -> dict[str, str]:
        at, nonce = str(int(clock.now().timestamp())), f"{time.time_ns()}{next(_serial)}"
        signed = hashlib.sha256(f"{at}{self.token}{nonce}{at}".encode()).hexdigest()
        return {
            "x-tif-paasid": self.paasid,
            "x-tif-timestamp": at,
            "x-tif-nonce": nonce,
            "x-tif-signature": signed,
        }

    @staticmethod
    def read(answer: dict[str, Any]) -> Any:
        if answer["infcode"] != 0:
            raise Refusal(answer["err_msg"])
        return answer["output"]

    def sign_in(self) -> None:
        given = {"signIn": {"opter_no": "0001", "mac": "02-00-00-00-00-01", "ip": "10.0.0.8"}}
        self.sign_no = self.send("9001", given)["signinoutb"]["sign_no"]
