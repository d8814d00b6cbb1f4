"""Forms are taken behind a proxy that ends HTTPS, as the guide sets one up."""

import os
import subprocess
import sys

ASK = """
import django; django.setup()
from django.test import RequestFactory
from django.conf import settings
asked = RequestFactory().post("/sign-in/", headers={"x-forwarded-proto": "https"})
print(asked.is_secure(), settings.CSRF_COOKIE_SECURE)
"""


def answer(https: str) -> str:
    env = {**os.environ, "TONGCHOU_HTTPS": https, "DJANGO_SETTINGS_MODULE": "tongchou.settings"}
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=env, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_proxys_word_is_taken_only_where_one_is_said_to_stand() -> None:
    assert answer("1") == "True True"
    assert answer("") == "False False"
