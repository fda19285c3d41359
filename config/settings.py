"""One file, read from the environment; a bad value stops the start with one plain sentence."""

import os
import sys
from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any, TypeVar

import dj_database_url
from django.utils.functional import lazy
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy
from environs import Env, EnvError
from marshmallow import ValidationError
from marshmallow.validate import URL, Email, OneOf, Range, Regexp
from whitenoise.compress import Compressor

from config import logging as log_lines

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()


T = TypeVar("T")


def read(reader: Callable[..., T], name: str, *args: Any, **kwargs: Any) -> T:
    """One environment value through one environs reader; a bad one ends the program with a sentence."""
    try:
        return reader(name, *args, **kwargs)
    except EnvError as error:
        sys.exit(f"The environment variable {name} is not valid: {error}")


def networks(texts: list[str]) -> None:
    """Refuses what is neither an address nor a network."""
    try:
        for text in texts:
            ip_network(text, strict=False)
    except ValueError as error:
        raise ValidationError("Write addresses or networks, such as 127.0.0.1,10.0.0.0/8.") from error


#: where a server listens
ADDRESS = Regexp(
    r"(?:unix:/.+|(?:[\w.-]+|\[[0-9a-fA-F:.]+\]):[0-9]{1,5})\Z",
    error="Write, for example, 127.0.0.1:8000, or unix:/path.",
)

DEBUG = read(env.bool, "DEBUG", default=True)
SECRET_KEY = read(env.str, "SECRET_KEY", default="" if not DEBUG else "only-for-this-machine")
if not SECRET_KEY:
    sys.exit("The environment variable SECRET_KEY is missing: with DEBUG=0 it must be a long random string.")
if not DEBUG and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5):
    sys.exit(
        "The environment variable SECRET_KEY is not valid: with DEBUG=0 it must have at least 50 characters,"
        " at least 5 of them different."
    )
ALLOWED_HOSTS = read(env.list, "ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if DEBUG else [])
if not DEBUG and not ALLOWED_HOSTS:
    sys.exit(
        "The environment variable ALLOWED_HOSTS is missing: with DEBUG=0 it must name the hosts of the site."
    )
if not DEBUG and "*" in ALLOWED_HOSTS:
    sys.exit(
        "The environment variable ALLOWED_HOSTS is not valid: with DEBUG=0 it must name each host, not “*”."
    )

# The web server (config/gunicorn.py). Each process answers as many requests at once as it has threads.
WEB_CONCURRENCY = read(
    env.int, "WEB_CONCURRENCY", default=max(2, os.cpu_count() or 1), validate=Range(min=1, max=64)
)
WEB_THREADS = read(env.int, "WEB_THREADS", default=8, validate=Range(min=2, max=64))
WEB_TIMEOUT = read(env.int, "WEB_TIMEOUT", default=60, validate=Range(min=2, max=3600))
BIND = read(env.str, "BIND", default="127.0.0.1:8000", validate=ADDRESS)

# Lines of the log (config/logging.py), and what is so slow that a line becomes a warning.
LOG_FORMAT = read(
    env.str, "LOG_FORMAT", default=log_lines.usual_format(DEBUG), validate=OneOf([*log_lines.FORMATS])
)
LOGGING = log_lines.configuration(LOG_FORMAT)
SLOW_QUERY_MS = read(env.int, "SLOW_QUERY_MS", default=500, validate=Range(min=1))
SLOW_PAGE_MS = read(env.int, "SLOW_PAGE_MS", default=2000, validate=Range(min=1))
# Statements that a public page may need; tests/project/test_query_budgets.py holds the same.
QUERY_BUDGET = read(env.int, "QUERY_BUDGET", default=70, validate=Range(min=1))

# Figures for Prometheus at /metrics, for these addresses and networks alone.
METRICS = read(env.bool, "METRICS", default=False)
METRICS_FROM = read(env.list, "METRICS_FROM", default=["127.0.0.1", "::1"], validate=networks)

# Errors are sent to Sentry, without anything that is about a person.
SENTRY_DSN = read(env.str, "SENTRY_DSN", default="", validate=Regexp(r"(?:https?://[^@\s]+@\S+/\d+)?\Z"))
if SENTRY_DSN:
    from config import sentry

    sentry.start(SENTRY_DSN)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django_filters",
    "import_export",
    "django_tasks",
    "django_tasks_db",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "relations",
]
MIDDLEWARE = [
    "relations.request_log.RequestLog",
    "relations.middleware.FirstAnswers",
    "relations.metrics.endpoint.MetricsPage",
    "django.middleware.security.SecurityMiddleware",
    "relations.replicas.ReadsAtReplicas",
    "relations.availability.Availability",
    "relations.page_cache.PageCache",
    "relations.compression.Compression",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "relations.api.middleware.ApiAnswers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "relations.middleware.SessionsGoOn",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "relations.middleware.TwoStepsRequired",
    "relations.limits.Limits",
    "relations.middleware.NoNullCharacters",
    "relations.middleware.OnlySafeLookups",
    "relations.middleware.NoEmptyToField",
    "relations.middleware.MembershipsLoadedOnce",
    "relations.middleware.OwnNotFoundPage",
    "axes.middleware.AxesMiddleware",
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
    },
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "jinja2"],
        "OPTIONS": {"environment": "relations.templatetags.repeated.environment"},
    },
]
# Behind PgBouncer in transaction mode two statements may reach two sessions of the database.
PGBOUNCER = read(env.bool, "PGBOUNCER", default=False)
POSTGRES = {
    # Compiling a query takes PostgreSQL longer than answering it: 3.7 s instead of 0.08 s for some.
    "jit": "off",
    # With less, a search that finds 100,000 records reads every text on their pages again: 5.9 s instead of 0.4 s.
    "work_mem": "32MB",
}
# Set by config/serve.py. The limits below are for requests: commands and workers may run longer.
IS_SERVER = "IS_SERVER" in os.environ
STATEMENT_SECONDS = read(env.int, "STATEMENT_SECONDS", default=30, validate=Range(min=1))
OF_REQUESTS = {
    "statement_timeout": f"{STATEMENT_SECONDS}s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
}


def on_a_server(database: dict[str, Any]) -> dict[str, Any]:
    """What connections to PostgreSQL have beside their address."""
    # Who waits longer for a connection waits for nothing.
    options = {"connect_timeout": 3, **database.get("OPTIONS", {})}
    if not PGBOUNCER:  # which refuses it: manage.py prepare_database has told the database instead
        values = POSTGRES | (OF_REQUESTS if IS_SERVER else {})
        options.setdefault("options", " ".join(f"-c {name}={value}" for name, value in values.items()))
    return {
        "OPTIONS": options,
        # A thread keeps its connection; while debugging, and in tests, each request has its own.
        "CONN_MAX_AGE": 0 if DEBUG else 60,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": PGBOUNCER,
    }


def replica(url: str) -> dict[str, Any]:
    try:
        database: dict[str, Any] = {**dj_database_url.parse(url)}
    except ValueError:
        database = {"ENGINE": ""}
    if not database["ENGINE"].endswith("postgresql") or not DATABASES["default"]["ENGINE"].endswith(
        "postgresql"
    ):
        sys.exit(
            "The environment variable REPLICA_URL must name copies of a PostgreSQL database: postgres://…, …"
        )
    # who is down is found out soon
    database["OPTIONS"] = {"connect_timeout": 2, **database.get("OPTIONS", {})}
    database |= on_a_server(database)
    return database | {"TEST": {"MIRROR": "default"}}


# What a running server keeps beside the database: how far workers are without Redis, and the figures of processes.
STATE_DIR = BASE_DIR / (read(env.str, "STATE_DIR", default="") or ".")
if STATE_DIR.exists() and not STATE_DIR.is_dir():
    sys.exit("The environment variable STATE_DIR is not valid: it names a file, not a directory.")
# Translations and static files were made by deploy/build.sh; a server writes nothing beside the program.
PREPARED = read(env.bool, "PREPARED", default=False)

DATABASES = {
    "default": read(env.dj_db_url, "DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'register.sqlite3'}")
}
if not DATABASES["default"]["ENGINE"].endswith(("sqlite3", "postgresql")):
    sys.exit("The environment variable DATABASE_URL must start with sqlite: or postgres:.")
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Readers do not wait for a writer, writers wait for each other instead of failing.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 60,
        # What was acknowledged survives a power cut; the mode of the journal is kept in the file (prepare_database).
        "init_command": "PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"] |= on_a_server(DATABASES["default"])
# Copies of the database that only readers without a login ask; relations/replicas.py says when.
REPLICAS = {
    f"replica_{number}": replica(url)
    for number, url in enumerate(read(env.list, "REPLICA_URL", default=[]), 1)
}
DATABASES |= REPLICAS
DATABASE_ROUTERS = ["relations.replicas.ReplicaRouter"]
CACHES = {"default": read(env.dj_cache_url, "CACHE_URL", default="locmem://")}
HAS_REDIS = "redis" in CACHES["default"]["BACKEND"].casefold()
if HAS_REDIS:
    CACHES["default"]["BACKEND"] = "relations.redis_cache.FallOpenRedisCache"
    # A cache that takes longer than this to answer is no help.
    patience = {"socket_timeout": 1, "socket_connect_timeout": 1}
    CACHES["default"]["OPTIONS"] = {**patience, **CACHES["default"].get("OPTIONS", {})}
CACHES["pages"] = (
    CACHES["default"]
    if HAS_REDIS
    else {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 300},
    }
)
# How far a worker has come is seen by the web server: through Redis where there is one, else through files.
CACHES["progress"] = (
    CACHES["default"]
    if HAS_REDIS
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": STATE_DIR / ".progress",
    }
)
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
START_WORKERS = read(env.bool, "START_WORKERS", default=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", "Русский"), ("en", "English")]
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = ["config.formats"]
LOCALE_PATHS = [BASE_DIR / "relations" / "locale"]
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Only debuggers ask for maps of scripts, which are larger than all else together.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
SITE_URL = read(env.url, "SITE_URL").geturl().rstrip("/") if env.str("SITE_URL", "") else ""


def email_or_url(text: str) -> None:
    """Refuses a contact that no reader could use."""
    check = URL(schemes={"http", "https"}, require_tld=False) if "://" in text else Email()
    try:
        if text:
            check(text)
    except ValidationError as error:
        raise ValidationError("Write an e-mail address or a URL that begins with https://.") from error


# Who keeps this copy of the register, as the page about it says; both may be left out.
KEEPER_NAME = read(env.str, "KEEPER_NAME", default="").strip()
KEEPER_CONTACT = read(env.str, "KEEPER_CONTACT", default="", validate=email_or_url)
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600

# Nothing from elsewhere, nothing inline: neither script nor style.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
SECURE_SSL_REDIRECT = read(env.bool, "HTTPS", default=False)
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL_REDIRECT else 0
# Both bind hosts beside this one, which may have no HTTPS, and preloading is undone only after months.
SECURE_HSTS_INCLUDE_SUBDOMAINS = read(env.bool, "HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = read(env.bool, "HSTS_PRELOAD", default=False)
if SECURE_HSTS_PRELOAD and not SECURE_HSTS_INCLUDE_SUBDOMAINS:
    sys.exit("The environment variable HSTS_PRELOAD is not valid: 1 needs HSTS_SUBDOMAINS=1 too.")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_SSL_REDIRECT else None
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "relations.views.error_pages.old_form"
# A form may have so many bytes beside its files, so many fields and so many files (relations/limits.py).
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 5
# A form that is not longer is kept in memory while it is read; the files of a longer one on disk, until it is answered.
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_HANDLERS = [
    "relations.uploads.SizeGuard",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Accounts. Old hashes are accepted, and replaced when their user logs in.
PASSWORD_HASHERS = [
    f"django.contrib.auth.hashers.{name}PasswordHasher" for name in ("Argon2", "PBKDF2", "PBKDF2SHA1")
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
# A session ends when nothing was asked for so long.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT
# No other host of the domain, and nobody without HTTPS, can set a cookie with such a name.
COOKIE_PREFIX = "__Host-" if SECURE_SSL_REDIRECT else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
# So many failed logins to one account, and from one address, in so many minutes; then it is locked as long.
LOGIN_FAILURES = read(env.int, "LOGIN_FAILURES", default=10, validate=Range(min=1, max=100))
LOGIN_FAILURES_PER_ADDRESS = read(
    env.int, "LOGIN_FAILURES_PER_ADDRESS", default=LOGIN_FAILURES, validate=Range(min=1, max=1000)
)
LOGIN_LOCKED_MINUTES = read(env.int, "LOGIN_LOCKED_MINUTES", default=15, validate=Range(min=1, max=1440))
AUTHENTICATION_BACKENDS = [
    "relations.accounts.locking.LockedDoor",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_HANDLER = "relations.accounts.locking.FailedLogins"  # in the database: a cache may forget
AXES_FAILURE_LIMIT = LOGIN_FAILURES
AXES_COOLOFF_TIME = timedelta(minutes=LOGIN_LOCKED_MINUTES)
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_CLIENT_IP_CALLABLE = "relations.accounts.locking.hidden_address"
AXES_USERNAME_CALLABLE = "relations.accounts.locking.hidden_name"
AXES_LOCKOUT_CALLABLE = "relations.admin.logins.locked_page"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
# Who must use a second step at login: those who may publish, all, or nobody.
TWO_STEPS_REQUIRED_FOR = read(
    env.str,
    "TWO_STEPS_REQUIRED_FOR",
    default="",
    validate=OneOf(("", "publishers", "all"), error="Write publishers, or all, or leave it empty."),
)
OTP_TOTP_ISSUER = "Register of relations"

IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "import"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "view"

MAX_UPLOAD_BYTES = read(env.int, "MAX_UPLOAD_MB", default=20, validate=Range(min=1, max=1000)) * 2**20
# A workbook is read in a process of its own, which may use so much and no more.
READER_MB = read(env.int, "READER_MB", default=450, validate=Range(min=150))
READER_SECONDS = read(env.int, "READER_SECONDS", default=25, validate=Range(min=1))
MAX_UNPACKED_BYTES = read(env.int, "MAX_UNPACKED_MB", default=300, validate=Range(min=1, max=4000)) * 2**20
# Nobody approves alone what they wrote; 0 for a house with one publisher.
TWO_PAIRS_OF_EYES = read(env.bool, "TWO_PAIRS_OF_EYES", default=True)
MOST_ROWS = read(env.int, "MOST_ROWS", default=200_000, validate=Range(min=1))
MOST_COLUMNS = 500
IMPORT_AT_ONCE_BYTES = read(env.int, "IMPORT_AT_ONCE_KB", default=256, validate=Range(min=0)) * 2**10

# Where dated dumps of the register are written and offered from; made when the first one is written.
DUMPS_DIR = BASE_DIR / (read(env.str, "DUMPS_DIR", default="") or "dumps")
if DUMPS_DIR.exists() and not DUMPS_DIR.is_dir():
    sys.exit("The environment variable DUMPS_DIR is not valid: it names a file, not a directory.")

# Where backups are written when no file is named; made when the first one is written.
BACKUPS_DIR = BASE_DIR / (read(env.str, "BACKUPS_DIR", default="") or "backups")
if BACKUPS_DIR.exists() and not BACKUPS_DIR.is_dir():
    sys.exit("The environment variable BACKUPS_DIR is not valid: it names a file, not a directory.")
# The doctor calls it an error if the last one is older.
BACKUP_MAX_HOURS = read(env.int, "BACKUP_MAX_HOURS", default=36, validate=Range(min=1))
#: a recipient is handed to another program, which must not take it for an option
RECIPIENT = Regexp(r"(?!-)[^\x00-\x1f]+\Z|\Z", error="Write the public key or the name of who can decrypt.")
BACKUP_AGE_RECIPIENT = read(env.str, "BACKUP_AGE_RECIPIENT", default="", validate=RECIPIENT)
BACKUP_GPG_RECIPIENT = read(env.str, "BACKUP_GPG_RECIPIENT", default="", validate=RECIPIENT)
if BACKUP_AGE_RECIPIENT and BACKUP_GPG_RECIPIENT:
    sys.exit("Set BACKUP_AGE_RECIPIENT or BACKUP_GPG_RECIPIENT, not both: a backup is encrypted once.")

# The interface for programs: so many requests a time from one network address; "off" for as many as come.
RATE = Regexp(
    r"(?:[1-9][0-9]{0,6}/(?:second|minute|hour|day)|off)\Z", error="Write, for example, 300/minute, or off."
)
API_RATE = read(env.str, "API_RATE", default="300/minute", validate=RATE)
# Readers without an account: so many error reports a time from one network address.
REPORT_RATE = read(env.str, "REPORT_RATE", default="10/hour", validate=RATE)
# Files, pictures and searches of readers, likewise.
FILE_RATE = read(env.str, "FILE_RATE", default="300/minute", validate=RATE)
# Readers without an account may have a sheet checked: so often, so many bytes and so many rows.
SHEET_CHECK_RATE = read(env.str, "SHEET_CHECK_RATE", default="20/minute", validate=RATE)
SHEET_CHECK_BYTES = read(
    env.int, "SHEET_CHECK_BYTES", default=2 * 2**20, validate=Range(min=2**10, max=2**30)
)
SHEET_CHECK_ROWS = read(env.int, "SHEET_CHECK_ROWS", default=5000, validate=Range(min=1))
# A file keeps a thread until it is read: so many at once in each process, and so many of them for one address.
DOWNLOADS_AT_ONCE = read(
    env.int, "DOWNLOADS_AT_ONCE", default=WEB_THREADS // 2, validate=Range(min=1, max=WEB_THREADS - 1)
)
DOWNLOADS_PER_ADDRESS = read(env.int, "DOWNLOADS_PER_ADDRESS", default=2, validate=Range(min=1))
# So many proxies pass requests on: each adds the address of who asked it to X-Forwarded-For.
PROXIES = read(env.int, "PROXIES", default=1 if SECURE_SSL_REDIRECT else 0, validate=Range(min=0, max=9))
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "relations.api.negotiation.OneFormatNegotiation",
    "DEFAULT_SCHEMA_CLASS": "relations.api.openapi.RegisterSchema",
    "DEFAULT_THROTTLE_CLASSES": ["relations.api.throttling.NetworkAddressThrottle"],
    "EXCEPTION_HANDLER": "relations.api.exceptions.answer_of",
    "URL_FORMAT_OVERRIDE": None,
    "NUM_PROXIES": PROXIES,
}
SPECTACULAR_SETTINGS = {
    "TITLE": gettext_lazy("Russia and Central Asia. A register of relations"),
    # imported when it is read, because models cannot be imported here
    "DESCRIPTION": lazy(lambda: import_string("relations.bibliography.csl.register_description")(), str)(),
    "LICENSE": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    # forums and visits have the same statuses
    "ENUM_NAME_OVERRIDES": {"EventStatusEnum": ["held", "planned", "postponed", "cancelled"]},
}
