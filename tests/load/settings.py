"""The site as it is served, plus the floors to measure against (never part of the product)."""

import os
from dataclasses import replace
from pathlib import Path

import environ

from portal.project.settings.dev import *
from portal.project.settings.dev import TEMPLATES

ROOT_URLCONF = "tests.load.urls"
TEMPLATES = [TEMPLATES[0] | {"DIRS": [Path(__file__).parent / "templates"]}]
# Probes come from many network addresses: they say which in X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("LOAD_PROXIES", "0"))
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

if os.environ.get("LOAD_WITHOUT_LIMITS"):  # one sender stands for many people, rooms, addresses
    from portal.shared import ratelimit

    _names = "events events-burst socket-connects room-people invitations searches harvests"
    for _name in _names.split():
        _limit = ratelimit.BY_NAME[_name]
        ratelimit.BY_NAME[_name] = replace(_limit, amount=10**6)

if os.environ.get("LOAD_DATABASE"):  # measured on PostgreSQL and Redis, as in production
    DATABASES = {"default": environ.Env().db("LOAD_DATABASE") | {"CONN_MAX_AGE": 60}}
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": os.environ["LOAD_CACHE"],
        }
    }
