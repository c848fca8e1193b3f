"""Every setting, read once from the environment; a missing secret stops the start with a sentence."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """A setting from the environment, or from the file that `<name>_FILE` names."""
    file = os.environ.get(f"{name}_FILE")
    value = Path(file).read_text().strip() if file else os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name} (or {name}_FILE); docs/reference/settings.md tells what it is.")
    return value


@dataclass(frozen=True, slots=True)
class SmsProvider:
    """One provider of SMS, as its settings (`<prefix>_…`) say."""

    prefix: str
    kind: str
    url: str
    user: str
    password: str = field(repr=False)
    partner_id: str
    gate: str


def database(url: str) -> dict[str, object]:
    """A `postgresql://` address as Django wants it, with a pool of connections for the app's role."""
    parts = urlsplit(url)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "hjemmekontakt.ground.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or query.pop("user", "")),
        "PASSWORD": unquote(parts.password or query.pop("password", "")),
        "HOST": query.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": query.pop("port", "") or str(parts.port or ""),
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {
            **query,
            "pool": {"min_size": 1, "max_size": int(text("HK_POOL_SIZE", "8")), "timeout": 10, "max_idle": 120},
            "server_side_binding": True,
            "prepare_threshold": 5,  # Django prepares nothing unless told to
        },
        "TEST": {"NAME": None},
    }


BASE = Path(__file__).resolve().parent.parent
ROOT = BASE.parent.parent
DEMO_SECRET = os.environ.get("HK_DEMO_SECRET", "")
IS_DEMO = bool(DEMO_SECRET)
DEBUG = os.environ.get("HK_DEBUG", "") == "1"
SECRET_KEY = text("HK_SECRET_KEY")
NATIONAL_ID_KEYS = Path(text("HK_NATIONAL_ID_KEYS"))
PUBLIC_URL = text("HK_PUBLIC_URL").rstrip("/")
_public = urlsplit(PUBLIC_URL)
ALLOWED_HOSTS = [_public.hostname or "localhost"] + (["127.0.0.1", "localhost"] if IS_DEMO else [])
SECURE = _public.scheme == "https"

IDPORTEN_ISSUER = text("HK_IDPORTEN_ISSUER", "")
IDPORTEN_CLIENT_ID = text("HK_IDPORTEN_CLIENT_ID", "")
IDPORTEN_CLIENT_JWK = text("HK_IDPORTEN_CLIENT_JWK", "")
MASKINPORTEN_ISSUER = text("HK_MASKINPORTEN_ISSUER", "")
MASKINPORTEN_CLIENT_ID = text("HK_MASKINPORTEN_CLIENT_ID", "")
MASKINPORTEN_CLIENT_JWK = text("HK_MASKINPORTEN_CLIENT_JWK", "")
SMS_PROVIDERS = (
    SmsProvider(
        "HK_SMS",
        kind=text("HK_SMS_PROVIDER", "link"),
        url=text("HK_SMS_URL", ""),
        user=text("HK_SMS_USER", ""),
        password=text("HK_SMS_PASSWORD", ""),
        partner_id=text("HK_SMS_PARTNER_ID", ""),
        gate=text("HK_SMS_GATE", ""),
    ),
    SmsProvider(
        "HK_SMS_SECOND",
        kind=text("HK_SMS_SECOND_PROVIDER", "link"),
        url=text("HK_SMS_SECOND_URL", ""),
        user=text("HK_SMS_SECOND_USER", ""),
        password=text("HK_SMS_SECOND_PASSWORD", ""),
        partner_id=text("HK_SMS_SECOND_PARTNER_ID", ""),
        gate=text("HK_SMS_SECOND_GATE", ""),
    ),
)
SMS_RECEIPT_SECRET = text("HK_SMS_RECEIPT_SECRET", "")
SMTP_URL = text("HK_SMTP_URL", "")
MAIL_FROM = text("HK_MAIL_FROM", "")
MAIL_RETURN = text("HK_MAIL_RETURN", "")
MAIL_DKIM_SELECTOR = text("HK_MAIL_DKIM_SELECTOR", "")
WEB_PUSH_KEY = text("HK_WEB_PUSH_KEY", "")
WEB_PUSH_CONTACT = text("HK_WEB_PUSH_CONTACT", "")
WEB_PUSH_SERVICES = text("HK_WEB_PUSH_SERVICES", "google mozilla apple microsoft")
KRR_URL = text("HK_KRR_URL", "")
FOLKEREGISTER_URL = text("HK_FOLKEREGISTER_URL", "")
CLAMD_URL = text("HK_CLAMD_URL", "")
QUIET_HOURS = text("HK_QUIET_HOURS", "" if IS_DEMO else "21-8")
NOTICE_GRACE = int(text("HK_NOTICE_GRACE", "0" if IS_DEMO else "120"))
HELP_PHONE = text("HK_HELP_PHONE", "800 43 573" if IS_DEMO else "")

# The demo drops Secure and puts its port in each cookie's name, so that two demos on one machine do not overwrite each other.
_PORT = f"-{_public.port}" if IS_DEMO and _public.port else ""
_PREFIX = "__Host-" if SECURE else ""
CITIZEN_COOKIE = f"{_PREFIX}hk-innbygger{_PORT}"
EMPLOYEE_COOKIE = f"{_PREFIX}hk-ansatt{_PORT}"
UNDER_WAY_COOKIE = f"{_PREFIX}hk-innlogging{_PORT}"
LANGUAGE_COOKIE_NAME = f"{_PREFIX}hk-sprak{_PORT}"
LARGE_TYPE_COOKIE = f"{_PREFIX}hk-stor{_PORT}"
FLASH_COOKIE = f"{_PREFIX}hk-beskjed{_PORT}"
CSRF_COOKIE_NAME = f"{_PREFIX}hk-csrf{_PORT}"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "hjemmekontakt.home.errors.form_too_old"
MESSAGE_STORAGE = "hjemmekontakt.kit.flash.FlashStorage"
SIGNING_BACKEND = "hjemmekontakt.kit.signing.CookieSigner"
SESSION_COOKIE_SECURE = SECURE
SECURE_HSTS_SECONDS = 63072000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("HK_BEHIND_PROXY") == "1" else None
SECURE_REFERRER_POLICY = "same-origin"  # with "no-referrer" browsers send `Origin: null`, and no form gets through
X_FRAME_OPTIONS = "DENY"

DATABASES = {"default": database(text("DATABASE_URL"))}
if os.environ.get("HK_ROLE") == "owner":
    DATABASES = {"default": database(text("MIGRATE_DATABASE_URL"))}
    DATABASES["default"]["OPTIONS"] = {
        **{key: value for key, value in DATABASES["default"]["OPTIONS"].items() if key != "pool"},  # type: ignore[attr-defined]
        "options": "-c lock_timeout=4s -c statement_timeout=600s",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DOMAINS = ["municipalities", "people", "representation", "consent", "messages", "visits", "notifications"]
INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "hjemmekontakt.ground.apps.GroundConfig",
    "hjemmekontakt.access.apps.AccessConfig",
    "hjemmekontakt.municipalities.apps.MunicipalitiesConfig",
    "hjemmekontakt.bulk.apps.BulkConfig",
    "hjemmekontakt.people.apps.PeopleConfig",
    "hjemmekontakt.representation.apps.RepresentationConfig",
    "hjemmekontakt.consent.apps.ConsentConfig",
    "hjemmekontakt.messages.apps.MessagesConfig",
    "hjemmekontakt.visits.apps.VisitsConfig",
    "hjemmekontakt.notifications.apps.NotificationsConfig",
    "hjemmekontakt.login.apps.LoginConfig",
    "hjemmekontakt.project.apps.ProjectConfig",
]
MIDDLEWARE = [
    "hjemmekontakt.project.middleware.FhirShortCut",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hjemmekontakt.project.middleware.PageHeaders",
    "hjemmekontakt.login.middleware.Door",
    "django.middleware.common.CommonMiddleware",
    "hjemmekontakt.project.form_tokens.FormTokens",
    "django.contrib.messages.middleware.MessageMiddleware",
    "hjemmekontakt.home.errors.Refusals",
]
ROOT_URLCONF = "hjemmekontakt.project.urls"
WSGI_APPLICATION = "hjemmekontakt.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE / part / "templates" for part in ["kit", "home", "login", *DOMAINS, "demo"]],
        "OPTIONS": {
            "environment": "hjemmekontakt.kit.jinja.environment",
            "context_processors": [
                "hjemmekontakt.home.frame.page",
            ],
        },
    }
]

LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", "Bokmål"), ("nn", "Nynorsk"), ("en", "English")]
LOCALE_PATHS = [BASE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Oslo"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE / "kit" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
FILE_UPLOAD_HANDLERS = ["hjemmekontakt.kit.uploads.InMemory"]

# One line of JSON for each thing worth an operator's eye; never a body, a query string, a name or a national id.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "hjemmekontakt.project.logs.JsonLines"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["out"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "CRITICAL"},
        "django.security": {"level": "CRITICAL"},
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "smpplib": {"level": "ERROR"},  # it warns of every parameter of the server's own
    },
}
