"""Django's settings, fed by environment variables (docs/configuration.md)."""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _
from platformdirs import user_data_path

from tusoi.config import env


PACKAGE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("TUSOI_DATA_DIR") or user_data_path("tusoi")).resolve()
DEBUG = env.flag("TUSOI_DEBUG")
TESTING = "pytest" in sys.modules


def _secret_key() -> str:
    """Return the configured key, or one made once and kept in the data folder."""
    key = env.text("TUSOI_SECRET_KEY")
    if key:
        return key
    path = DATA_DIR / "secret-key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(get_random_secret_key())
    return path.read_text(encoding="utf-8")


SECRET_KEY = "only-for-tests" if TESTING else _secret_key()
ALLOWED_HOSTS = env.words("TUSOI_ALLOWED_HOSTS") or ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = env.words("TUSOI_TRUSTED_ORIGINS")

# Behind HTTPS in production; a laptop serves plain HTTP on its own address.
HTTPS = env.flag("TUSOI_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# Sign-in is limited by the address of the browser; behind the proxy all would have the proxy's.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "tusoi.web",
    "tusoi.jobs",
    "tusoi.reminders",
    "tusoi.remediation",
    "tusoi.ratings",
    "tusoi.ballots",
    "tusoi.meetings",
    "tusoi.reviews",
    "tusoi.cycles",
    "tusoi.imports",
    "tusoi.access",
    "tusoi.units",
    "tusoi.people",
    "tusoi.audit",
    "tusoi.files",
    "tusoi.core",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "tusoi.web.middleware.ReadableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tusoi.web.middleware.LanguageMiddleware",
    "tusoi.web.middleware.PrivateMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tusoi.web.middleware.OwnPasswordMiddleware",
]

ROOT_URLCONF = "tusoi.web.urls"
WSGI_APPLICATION = "tusoi.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE_DIR / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tusoi.web.context.shell",
            ],
            "builtins": ["tusoi.web.templatetags.tusoi"],
        },
    }
]

DATABASES = {"default": env.database(env.text("TUSOI_DATABASE_URL"), data_dir=DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# What a guess at the words that open an urn costs: libsodium's figures for a person who waits.
SEALING_OPSLIMIT, SEALING_MEMLIMIT = (1, 8192) if TESTING else (2, 64 * 1024 * 1024)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "tusoi.web.access.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "change_password": "5/m/user",
    "reset_password": False,
    "signup": False,
}
ACCOUNT_FORMS = {
    "login": "tusoi.web.access.forms.SignInForm",
    "change_password": "tusoi.web.access.forms.OwnPasswordForm",
    "reauthenticate": "tusoi.web.access.forms.ConfirmForm",
}
MFA_ADAPTER = "tusoi.web.access.adapter.SecondStepAdapter"
MFA_FORMS = {
    "authenticate": "tusoi.web.access.forms.CodeForm",
    "reauthenticate": "tusoi.web.access.forms.ConfirmCodeForm",
    "activate_totp": "tusoi.web.access.forms.ActivateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Tiếng Việt")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE_DIR / "locale"]
TIME_ZONE = env.zone("TUSOI_TIME_ZONE", "Asia/Ho_Chi_Minh")
USE_I18N = USE_TZ = True
# Numbers are grouped by the filter `number`, never by themselves: a year is not "2.022".
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE_DIR / "web" / "static"]
# The package's own static folder is served as it stands: no collectstatic step for operators, so
# no STATIC_ROOT either, which WhiteNoise would look for at every start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG or TESTING  # else each test client reads the whole folder
MEDIA_ROOT = DATA_DIR / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "style-src": [SELF],
        "script-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# Off until a mail server is named: reminders then stand in the application alone.
TUSOI_EMAIL_URL = env.text("TUSOI_EMAIL_URL")
globals().update(env.mail(TUSOI_EMAIL_URL))
DEFAULT_FROM_EMAIL = env.text("TUSOI_EMAIL_FROM", "tu-soi@localhost")
# Where links in letters lead; nobody's browser is there to say.
TUSOI_SITE_URL = env.site("TUSOI_SITE_URL")
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOG_LEVEL = env.choice("TUSOI_LOG_LEVEL", "WARNING", among=("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"links": {"()": "tusoi.config.logs.HidePrivateLinks"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["links"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # A page refused is no fault of the program; whoever asked has been told.
    "loggers": {"django.request": {"level": "ERROR" if LOG_LEVEL == "WARNING" else LOG_LEVEL}},
}

# Uploads: the largest, and a program that says by its exit code whether a file is malicious.
TUSOI_FILE_MAX_MB = env.number("TUSOI_FILE_MAX_MB", 20)
TUSOI_SCAN_COMMAND = env.text("TUSOI_SCAN_COMMAND")
TUSOI_SCAN_SECONDS = env.number("TUSOI_SCAN_SECONDS", 60)
# For so many days an uploaded list waits to be applied or dropped.
TUSOI_IMPORT_KEEP_DAYS = env.number("TUSOI_IMPORT_KEEP_DAYS", 7)

# For so many days after its minutes were signed an urn can be opened again by two tellers.
TUSOI_BALLOT_COMPLAINT_DAYS = env.number("TUSOI_BALLOT_COMPLAINT_DAYS", 30)

# Reminders: so many days before a deadline, never on these days off, and which kinds nobody may
# turn off because the rules demand the thing itself.
TUSOI_REMIND_DAYS = env.numbers("TUSOI_REMIND_DAYS", "7,1")
TUSOI_HOLIDAYS = env.days("TUSOI_HOLIDAYS")
TUSOI_REMINDERS_DEMANDED = env.chosen(
    "TUSOI_REMINDERS_DEMANDED",
    "self_review,meeting",
    among=("self_review", "meeting", "action", "effect_check", "approval", "summary"),
)

# Where the booth of drawn codes is reached; empty where there is none.
TUSOI_BOOTH_ORIGIN = env.origin("TUSOI_BOOTH_ORIGIN")
if HTTPS and urlsplit(TUSOI_BOOTH_ORIGIN).hostname in ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "TUSOI_BOOTH_ORIGIN: the booth needs a host name of its own, not one of "
        "TUSOI_ALLOWED_HOSTS; else browsers would send it the cookie of the pages."
    )

# The day that "today" means; set only for the sample, whose clock stands at 30 November 2022.
TUSOI_CLOCK = env.day("TUSOI_CLOCK")
TUSOI_DEMO = env.flag("TUSOI_DEMO")
# Adds the empty page that `tusoi bench` measures the others against.
TUSOI_BENCH = env.flag("TUSOI_BENCH")
