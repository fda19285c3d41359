"""One file, read from the environment; a bad value stops the start with one plain sentence."""

import sys
from pathlib import Path

from environs import Env, EnvError

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()


def read(reader, name, *args, **kwargs):
    """One environment value through one environs reader; a bad one ends the program with a sentence."""
    try:
        return reader(name, *args, **kwargs)
    except EnvError as error:
        sys.exit(f"The environment variable {name} cannot be used: {error}")


DEBUG = read(env.bool, "DEBUG", default=True)
SECRET_KEY = read(env.str, "SECRET_KEY", default="" if not DEBUG else "only-for-this-machine")
if not SECRET_KEY:
    sys.exit("The environment variable SECRET_KEY is missing: with DEBUG=0 it must hold a long random text.")
ALLOWED_HOSTS = read(env.list, "ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "relations",
]
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
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {
    "default": read(env.dj_db_url, "DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'register.sqlite3'}")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", "Русский"), ("en", "English")]
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
MAX_UPLOAD_BYTES = read(env.int, "MAX_UPLOAD_MB", default=20) * 2**20
