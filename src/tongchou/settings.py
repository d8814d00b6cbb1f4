"""Settings of an installation; what differs between places is an environment variable.

TONGCHOU_DATABASE_URL  sqlite:///path or postgres://user:password@host:port/name
                       (default: SQLite in TONGCHOU_DIR)
TONGCHOU_DIR           where files of this installation live (default: ./tongchou-data)
TONGCHOU_LAKE          where the columnar copy lives (default: lake in TONGCHOU_DIR)
TONGCHOU_SECRET_KEY    required outside a demonstration
TONGCHOU_DEMO          1 while demonstrating: sample users at sign-in, 演示数据 on every page
TONGCHOU_HOSTS         host names served, by comma
TONGCHOU_HTTPS         1 behind a proxy that ends HTTPS and sets X-Forwarded-Proto: cookies
                       only travel over HTTPS
"""

import os
from pathlib import Path

from tongchou.platform.db.config import database_from_url

DIR = Path(os.environ.get("TONGCHOU_DIR", "tongchou-data")).resolve()
LAKE = Path(os.environ.get("TONGCHOU_LAKE", DIR / "lake")).resolve()
DEMO = os.environ.get("TONGCHOU_DEMO") == "1"
DEBUG = os.environ.get("TONGCHOU_DEBUG") == "1"
SECRET_KEY = os.environ.get("TONGCHOU_SECRET_KEY", "")
if not SECRET_KEY:
    # A demonstration and the tests keep nothing secret; `tongchou serve` refuses to start with it.
    SECRET_KEY = "demonstration-only-not-secret-" + "0" * 40
ALLOWED_HOSTS = os.environ.get("TONGCHOU_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",  # sessions of users and password hashing; its groups are not used
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "tongchou.platform.authority",
    "tongchou.platform.accounts",
    "tongchou.platform.trail",
    "tongchou.platform.numbering",
    "tongchou.platform.jobs",
    "tongchou.platform.workdays",
    "tongchou.platform.casework",
    "tongchou.platform.ui",
    "tongchou.people",
    "tongchou.catalogue",
    "tongchou.providers",
    "tongchou.partners",
    "tongchou.plans",
    "tongchou.funds",
    "tongchou.sharing",
    "tongchou.payouts",
    "tongchou.premiums",
    "tongchou.settlement",
    "tongchou.arrears",
    "tongchou.transitions",
    "tongchou.pooling",
    "tongchou.rosters",
    "tongchou.registers",
    "tongchou.exchange",
    "tongchou.lake",
    "tongchou.insight",
    "tongchou.insight.whatif",
    "tongchou.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "tongchou.platform.ui.csp.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tongchou.platform.accounts.middleware.SignedInWithinIdleLimit",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "tongchou.urls"
WSGI_APPLICATION = "tongchou.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "tongchou.platform.ui.context.shell",
            ],
        },
    }
]

DATABASES = {"default": database_from_url(os.environ.get("TONGCHOU_DATABASE_URL", ""), DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# 8.1.4.1 of GB/T 22239 (second-hand): failed sign-ins are limited, idle sessions end.
SIGN_IN_FAILURES_ALLOWED = 5
SIGN_IN_LOCK_MINUTES = 15
IDLE_LIMIT_MINUTES = 30

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("TONGCHOU_HTTPS") == "1"
if SESSION_COOKIE_SECURE:
    # A proxy ends HTTPS; without its word the origin of a form would not match, and none is taken.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).parent / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DIR / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
