"""Settings of the booth: those of the pages without all that knows, keeps or tells who asks.

`tusoi booth` serves it in a process of its own, at an address of its own. No session, sign-in,
cookie, message, cache or file; one logger, which is told what broke and never what was sent.
"""

from urllib.parse import urlsplit

from tusoi.config import settings
from tusoi.config.settings import *  # noqa: F403 -- the same rooms and the same database


# A page of faults for developers would show what a voter sent.
DEBUG = False
ROOT_URLCONF = "tusoi.web.booth.urls"
ALLOWED_HOSTS = [
    urlsplit(settings.TUSOI_BOOTH_ORIGIN).hostname or "localhost",
    # So that somebody at the server sees whether the booth is there.
    "127.0.0.1",
]

# Nobody signs in, nothing is queued; the rest is there for the tables and the commands.
_WITHOUT = (
    "allauth",
    "django_htmx",
    "django_tasks",
    "template_partials",
    "django.contrib.sessions",
    "django.contrib.messages",
)
INSTALLED_APPS = [one for one in settings.INSTALLED_APPS if not one.startswith(_WITHOUT)]

MIDDLEWARE = [
    "tusoi.web.booth.middleware.BoothMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
]
SECURE_REFERRER_POLICY = "no-referrer"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "script-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [settings.PACKAGE_DIR / "web" / "templates"],
        # Nothing around the page: no account, no messages, no menu.
        "OPTIONS": {"context_processors": [], "builtins": ["tusoi.web.templatetags.tusoi"]},
    }
]

# Two small files, and nothing of the pages.
STATICFILES_DIRS = [settings.PACKAGE_DIR / "web" / "static" / "booth"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]

CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
# A ballot is a few thousand signs; files are refused before they are read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_HANDLERS: list[str] = []

# Whatever level the pages log at: a line at the moment of a vote is a trace of it.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": True,
    "handlers": {
        "console": {"class": "logging.StreamHandler"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["nowhere"], "level": "CRITICAL"},
    "loggers": {
        "django": {"handlers": ["nowhere"], "level": "CRITICAL", "propagate": False},
        # What Django's own set-up gave handlers of their own.
        "django.server": {"handlers": ["nowhere"], "level": "CRITICAL", "propagate": False},
        "tusoi.booth": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}
