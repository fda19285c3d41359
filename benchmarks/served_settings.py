"""Settings of the servers that are measured: those of the register, or of a stock site over the same tables."""

import os

from config.settings import *  # noqa: F403
from config.settings import BASE_DIR, TEMPLATES

STATIC_ROOT = os.environ["BENCHMARK_STATIC"]
ALLOWED_HOSTS = ["127.0.0.1"]
if os.environ["BENCHMARK_SIDE"] != "ours":
    ROOT_URLCONF = "benchmarks.stock_pages"
    TEMPLATES = [{**TEMPLATES[0], "DIRS": [BASE_DIR / "benchmarks" / "templates"]}]
    # what `startproject` gives, with a language chosen as the register chooses it
    MIDDLEWARE = [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ]
