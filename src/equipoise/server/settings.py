"""Django's settings, made from the environment (see `environment`)."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import dj_database_url
from django.contrib.messages import constants

from equipoise.core.languages import language_of, learn, spoken
from equipoise.core.words import read_all
from equipoise.server import environment, keys
from equipoise.server.logs import logging_of
from equipoise.server.mail_server import mail_server
from equipoise.server.security import POLICY

HOME = environment.home()

SECRET_KEY = keys.derived("django").hex()
SECRET_KEY_FALLBACKS = [key.hex() for key in keys.derived_before("django")]  # sessions outlast a change of the key
DEBUG = False
ALLOWED_HOSTS = environment.hosts()
ROOT_URLCONF = "equipoise.server.urls"
WSGI_APPLICATION = "equipoise.server.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "equipoise.server.accounts",
    "equipoise.server.records",
    "equipoise.server.recruit",
    "equipoise.server.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "equipoise.server.web.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "equipoise.server.web.middleware.PrivatePages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "equipoise.server.web.middleware.Languages",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "equipoise.server.accounts.middleware.SessionsEnd",
    "equipoise.server.accounts.middleware.SecondFactor",
    "equipoise.server.web.middleware.Refusals",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "equipoise.server.web.context.page",
            ],
            "builtins": ["equipoise.server.web.templatetags.say"],
        },
    }
]

# --- the database -------------------------------------------------------------------------------------------------


_PATIENCE = 20  # seconds that a writer waits for its turn


def database(address: str, *, read_only: bool = False) -> dict[str, object]:
    """Return Django's settings of a database; `read_only` for one that is looked at and never written.

    SQLite: a writer takes its lock at once (IMMEDIATE) and waits for another; the journal is a file of its own,
    because the write-ahead log of SQLite up to 3.51.2 can damage a database (decision 9).
    """
    found: dict[str, object] = dict(dj_database_url.parse(address, conn_max_age=600, conn_health_checks=True))
    if found["ENGINE"] == "django.db.backends.sqlite3":
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": _PATIENCE,
            "init_command": "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        }
        found["CONN_MAX_AGE"] = None
        if read_only:
            found["NAME"] = f"file:{quote(str(found['NAME']))}?mode=ro"
            found["OPTIONS"] = {"timeout": _PATIENCE}
    else:
        # A writer waits for another as long as on SQLite, and is then refused in words.
        wanted = f"-c lock_timeout={_PATIENCE}s" + (" -c default_transaction_read_only=on" if read_only else "")
        options: dict[str, object] = found.setdefault("OPTIONS", {})
        options["options"] = f"{options.get('options', '')} {wanted}".strip()
    return found


DATABASES = {"default": database(environment.database())}

# --- people -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_REDIRECT_URL = "studies"
LOGIN_URL = "account_login"
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60

_ACCOUNTS = "equipoise.server.accounts"
ACCOUNT_ADAPTER = f"{_ACCOUNTS}.adapter.Accounts"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator made the account for this address
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_METHODS = ["password"]
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_FORMS = {
    "login": f"{_ACCOUNTS}.forms.LogIn",
    "reauthenticate": f"{_ACCOUNTS}.forms.PasswordAgain",
    "reset_password": f"{_ACCOUNTS}.forms.AskForLink",
    "reset_password_from_key": f"{_ACCOUNTS}.forms.NewPassword",
    "change_password": f"{_ACCOUNTS}.forms.ChangePassword",
}
# By address, so that nobody is kept out by what another does; only whoever gave the password is counted by account.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip",
    "reset_password": "20/m/ip",
    "password_link": "3/15m/key",
    "second_factor": "5/15m/key",
}
MFA_ADAPTER = f"{_ACCOUNTS}.adapter.SecondFactors"
MFA_FORMS = {"authenticate": f"{_ACCOUNTS}.forms.Code", "activate_totp": f"{_ACCOUNTS}.forms.SetUp"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Equipoise"
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
MFA_ALLOW_UNVERIFIED_EMAIL = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = f"{_ACCOUNTS}.lockout.username_of"
AXES_CLIENT_IP_CALLABLE = f"{_ACCOUNTS}.addressing.address_of"
AXES_LOCKOUT_CALLABLE = f"{_ACCOUNTS}.lockout.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "login", "email", "code", "next"]
AXES_VERBOSE = AXES_ENABLE_ADMIN = False
# Limits and used codes are kept for all server processes together, not one memory each.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_limit",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- words, mail, files -------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
learn(environment.words())
read_all()
LANGUAGES = [(code, language_of(code).name) for code in spoken()]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "equipoise.server.web.files.Files"},
}
# `equipoise serve` collects the files; where nobody has, they are served from where they lie.
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not (STATIC_ROOT / "staticfiles.json").is_file()
DEFAULT_FROM_EMAIL = environment.read("EQUIPOISE_MAIL_FROM")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
_mail = mail_server()
if _mail is not None:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
    EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.tls == "at once", _mail.tls == "asked for"
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = HOME / "mail"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
LOGGING = logging_of(environment.log_level())

# --- safety -------------------------------------------------------------------------------------------------------
_HTTPS = environment.is_on("EQUIPOISE_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 60 * 60
MESSAGE_TAGS = {constants.SUCCESS: "go", constants.ERROR: "stop"}  # as the style sheet calls them
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = POLICY
if environment.number("EQUIPOISE_PROXIES"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = [environment.read("EQUIPOISE_URL")] if _HTTPS else []
CSRF_FAILURE_VIEW = "equipoise.server.web.refused.csrf"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
