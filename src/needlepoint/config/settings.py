"""How is the clinic's web application set up? Everything that varies comes from the environment.

NEEDLEPOINT_DATABASE_URL, NEEDLEPOINT_DATA, NEEDLEPOINT_SECRET, NEEDLEPOINT_HOSTS,
NEEDLEPOINT_DEMONSTRATION, NEEDLEPOINT_BEHIND_PROXY, NEEDLEPOINT_IDLE_MINUTES,
NEEDLEPOINT_SESSION_HOURS, NEEDLEPOINT_UPLOAD_MB, NEEDLEPOINT_IMAGE_MB, NEEDLEPOINT_IMAGES_MB,
NEEDLEPOINT_IMAGE_FILES, NEEDLEPOINT_ARCHIVE_URL, NEEDLEPOINT_ARCHIVE_USER,
NEEDLEPOINT_ARCHIVE_PASSWORD, NEEDLEPOINT_ARCHIVE_CLINIC, NEEDLEPOINT_CLINIC_PHONE,
NEEDLEPOINT_CRISIS_LINE, NEEDLEPOINT_EMERGENCY_NUMBER; docs/deployment.md explains each.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from needlepoint.config import environment, viewer

_WEB = Path(__file__).resolve().parent.parent / "web"

DEMONSTRATION = environment.is_on("NEEDLEPOINT_DEMONSTRATION")
DATA_DIR = environment.data_dir()
ATTACHMENTS_DIR = DATA_DIR / "attachments"
SECRET_KEY = environment.secret()
DEBUG = False
# A demonstration is never reached from another machine, whatever the environment says.
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"] if DEMONSTRATION else environment.hosts()
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in environment.hosts() if "*" not in host]

ROOT_URLCONF = "needlepoint.web.urls"
WSGI_APPLICATION = "needlepoint.web.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": environment.database()}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "needlepoint.accounts",
    "needlepoint.store",
    "needlepoint.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "needlepoint.web.middleware.headers.Headers",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "needlepoint.web.middleware.logs.RequestLog",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Before anything reads a body: a stranger's upload is refused unread.
    "needlepoint.web.middleware.gate.Gate",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "needlepoint.web.middleware.sessions.SessionLimits",
    "needlepoint.web.middleware.zone.ClinicTime",
    "needlepoint.web.middleware.payers.ClinicPayers",
    "needlepoint.web.middleware.refusals.Refusals",
]

_features = sorted(path for path in _WEB.glob("*/templates") if path.is_dir())
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": _features,
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "needlepoint.web.context.clinic",
            ],
        },
    }
]

# --- who may sign in, and for how long ------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "demonstration" if DEMONSTRATION else "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "needlepoint.accounts.adapter.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {"login": "20/m/ip", "login_failed": "8/m/ip,5/10m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Needlepoint"
MFA_REQUIRED = not DEMONSTRATION

# What is said to a person may name a patient's things; a cookie stays on the machine.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE_MINUTES = environment.number("NEEDLEPOINT_IDLE_MINUTES", 15)
SESSION_HOURS = environment.number("NEEDLEPOINT_SESSION_HOURS", 12)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_USE_SESSIONS = False

# --- what browsers are told ----------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not DEMONSTRATION
if not DEMONSTRATION:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SECURE_HSTS_SECONDS = 0 if DEMONSTRATION else 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if environment.is_on("NEEDLEPOINT_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
BEHIND_PROXY = environment.is_on("NEEDLEPOINT_BEHIND_PROXY")
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "media-src": ["'self'"],
        "worker-src": ["'self'", "blob:"],
        "manifest-src": ["'self'"],
        "frame-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}

# --- whom a patient may call where an answer cannot wait; none is invented ------------------------

CLINIC_PHONE = environment.text("NEEDLEPOINT_CLINIC_PHONE")
CRISIS_LINE = environment.text("NEEDLEPOINT_CRISIS_LINE")
EMERGENCY_NUMBER = environment.text("NEEDLEPOINT_EMERGENCY_NUMBER")

# --- uploads, files, languages, caches ------------------------------------------------------------

UPLOAD_MB = environment.number("NEEDLEPOINT_UPLOAD_MB", 50)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # of a form without its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
IMAGES_MB = environment.number("NEEDLEPOINT_IMAGES_MB", 2000)  # one upload, unpacked
IMAGE_MB = environment.number("NEEDLEPOINT_IMAGE_MB", 600)  # one image of many frames
IMAGE_FILES = environment.number("NEEDLEPOINT_IMAGE_FILES", 5000)
ARCHIVE_URL = environment.text("NEEDLEPOINT_ARCHIVE_URL")  # the root of a DICOMweb archive
ARCHIVE_USER = environment.text("NEEDLEPOINT_ARCHIVE_USER")
ARCHIVE_PASSWORD = environment.text("NEEDLEPOINT_ARCHIVE_PASSWORD")
ARCHIVE_CLINIC = environment.text("NEEDLEPOINT_ARCHIVE_CLINIC")  # whose it is, among several
DATA_UPLOAD_MAX_NUMBER_FILES = IMAGE_FILES  # a study is many images
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

STATIC_URL = "/static/"
STATICFILES_DIRS = sorted(path for path in _WEB.glob("*/static") if path.is_dir())
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True  # served from where they are: nothing to collect
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ADD_HEADERS_FUNCTION = viewer.headers_of_file

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [_WEB / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

CACHES = {
    "default": {  # shared by all workers, so that limits count for the clinic and not for a worker
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
    }
}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
LOGGING_CONFIG = "needlepoint.config.logs.set_up"
LOGGING: dict[str, Any] = {"version": 1}  # Django calls the function only if something is here
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # preloading is the clinic's own decision
