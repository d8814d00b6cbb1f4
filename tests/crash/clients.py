"""Hospitals that send each message until it is answered, and now and then once more."""

import random
import threading
import time
from collections import defaultdict
from http.client import HTTPConnection, HTTPException
from typing import Any

from tongchou.exchange.tests.hospital import Hospital
from tongchou.providers.models import Institution

GIVE_UP_SECONDS = 60  # without any answer to one message
AGAIN = 0.3  # of the answered messages are sent again at once


class Client(threading.Thread):
    """One sender with messages of its own: nothing is shared that a kill could leave locked."""

    def __init__(
        self, port: int, hospitals: list[dict[str, str]], jobs: list[dict[str, Any]], seed: int
    ) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.chance = random.Random(seed)
        senders = [Hospital(Institution(**fields)) for fields in hospitals]
        self.messages: list[tuple[Hospital, str, bytes]] = []
        for job in jobs:
            sender = senders[job["hospital"]]
            msgid = sender.msgid()
            body = sender.body("2304", {"data": job["data"]}, msgid=msgid)
            self.messages.append((sender, msgid, body))
        self.chance.shuffle(self.messages)
        self.answers: dict[str, set[str]] = defaultdict(set)
        self.sent = 0
        self.trouble = ""

    def run(self) -> None:
        try:
            for sender, msgid, body in self.messages:
                self.answers[msgid].add(self.send(sender, body))
                while self.chance.random() < AGAIN:
                    earlier = self.chance.choice(list(self.answers))
                    self._again(earlier)
        except Exception as error:
            self.trouble = repr(error)

    def _again(self, wanted: str) -> None:
        for sender, msgid, body in self.messages:
            if msgid == wanted:
                self.answers[msgid].add(self.send(sender, body))

    def send_all_again(self) -> None:
        for sender, msgid, body in self.messages:
            self.answers[msgid].add(self.send(sender, body))

    def send(self, sender: Hospital, body: bytes) -> str:
        """Send until there is an answer that is not "come again"; each try has its own nonce."""
        until = time.monotonic() + GIVE_UP_SECONDS
        while time.monotonic() < until:
            self.sent += 1
            try:
                status, text = self._post(sender, body)
            except (OSError, HTTPException):
                time.sleep(0.05)
                continue
            if status == 200:
                return text
            assert status == 503, f"{status} {text}"
            time.sleep(0.05)
        raise AssertionError("a message was never answered")

    def _post(self, sender: Hospital, body: bytes) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            headers = {"Content-Type": "application/json", **sender.headers(body)}
            connection.request("POST", "/fsi/api", body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()
