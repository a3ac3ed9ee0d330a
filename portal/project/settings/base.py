"""Settings every environment shares. What differs stands in dev, test and production."""

import os
from pathlib import Path

from portal.languages.table import LANGUAGE_CHOICES
from portal.project import static_headers

BASE_DIR = Path(__file__).resolve().parents[3]
DATA_DIR = Path(os.environ.get("PORTAL_DATA", BASE_DIR / ".data")).resolve()

ALLOWED_HOSTS: list[str] = []
DEBUG = False
DEVELOPMENT = False
ROOT_URLCONF = "portal.project.urls"
WSGI_APPLICATION = "portal.project.wsgi.application"
ASGI_APPLICATION = "portal.project.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "portal.User"
# Part of every visitor page's ETag: a new build of the front end shows new pages.
_manifest = BASE_DIR / "static" / "dist" / "manifest.json"
BUILD = os.environ.get("PORTAL_BUILD") or str(
    _manifest.stat().st_mtime_ns if _manifest.exists() else 0
)
SITE_NAME = "Practitioners’ Platform"

# Sealed messages: the part after the colon of every name. It can never be changed.
COMMUNITY_E2EE_DOMAIN = "members.invalid"
# Requests of one process that may wait for messages (GET sync?wait=); each holds a thread. Daphne
# has one for each request; WSGI workers have few, so production waits in a service of its own.
SYNC_WAITS = 64

INSTALLED_APPS = [
    "daphne",
    "portal.project",
    "portal",
    "courses",
    "community",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "django_tasks_db",
    "django_vite",
    "csp",
    "channels",
    "django_otp",
    "django_otp_webauthn",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.project.studio_origin.StudioOriginMiddleware",
    "portal.project.csp.SurfacePolicyMiddleware",
    "portal.project.middleware.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.project.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.accounts.backends.FactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.accounts.guard.GuardMiddleware",
    "portal.project.errors.ServiceErrorMiddleware",
    "portal.accounts.step_up_middleware.StepUpMiddleware",
    "portal.roles.studio_gate.StudioGateMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.project.context.frame",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    },
]

# Database: SQLite beside the other data unless an environment says otherwise.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=134217728;"
        "PRAGMA journal_size_limit=27103364; PRAGMA cache_size=-20000;"
    ),
}
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "portal.sqlite3",
        "OPTIONS": SQLITE_OPTIONS,
        # Opening reads the whole schema, which costs more than most requests.
        "CONN_MAX_AGE": 60,
    }
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        # Above its default of 300 entries Django throws out others' limit counters.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# Languages and time
LANGUAGE_CODE = "en"
LANGUAGES = LANGUAGE_CHOICES
WAGTAIL_CONTENT_LANGUAGES = LANGUAGE_CHOICES
LOCALE_PATHS = [BASE_DIR / "locales"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
WAGTAIL_I18N_ENABLED = True
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False

# Sign-in: allauth, e-mail only, verified address (security.md 3.1)
AUTHENTICATION_BACKENDS = ["portal.accounts.backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "learning"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "portal.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_CHANGE_EMAIL = True  # one address per account: a new one replaces the old
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_FORMS = {
    "login": "portal.accounts.forms.SignInForm",
    "signup": "portal.accounts.forms.SignUpForm",
    "confirm_email_verification_code": "portal.accounts.forms.ConfirmAddressForm",
    "add_email": "portal.accounts.forms.ChangeAddressForm",
    "reset_password": "portal.accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "portal.accounts.forms.NewPasswordForm",
    "change_password": "portal.accounts.forms.ChangePasswordForm",
    "set_password": "portal.accounts.forms.SetPasswordForm",
    "reauthenticate": "portal.accounts.forms.ConfirmPasswordForm",
}
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD = None
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "confirm_email": "1/3m/key",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "reauthenticate": "10/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 0
# Asking for a new password takes this long, or a multiple, whether there is an account or not.
STEADY_ANSWER_SECONDS = 0.5
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "portal.accounts.passwords.LengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Second factors (security.md 3.1): django-otp holds them all. The relying party is the host name;
# FIELD_KEYS seal what must be read again (app secrets). Both come from the environment's settings.
FIELD_KEYS: list[str] = []
OTP_WEBAUTHN_RP_NAME = SITE_NAME
OTP_WEBAUTHN_HELPER_CLASS = "portal.accounts.passkeys.Helper"
STAFF_NEED_PASSKEY = True
MEMBERSHIP_MONTHS = 24  # without confirmation of the post a membership lapses

# The record (portal.audit): heads are signed with the Ed25519 key of this PEM file, if named,
# and mailed to the trustees by ``manage.py audit head --sign --mail``.
AUDIT_SIGNING_KEY = ""
AUDIT_TRUSTEES: list[str] = []

SESSION_ENGINE = "portal.accounts.sessions"
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.project.errors.csrf_failure"

# Static files and media. Vite names its files by hash; WhiteNoise may cache those for ever.
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / ".cache" / "static"
STATICFILES_DIRS = [BASE_DIR / "static" / "dist"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+/assets/.+[-.][0-9A-Za-z_-]{8,}\..+$"
WHITENOISE_ADD_HEADERS_FUNCTION = static_headers.add  # the worker's own content policy
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "manifest_path": BASE_DIR / "static" / "dist" / "manifest.json",
    }
}

# Files of members (portal.files): their own folder, never below MEDIA_ROOT. Without a scanner they
# are marked "not checked for viruses"; with one that does not answer they wait.
PRIVATE_ROOT = DATA_DIR / "private"
CLAMD_URL = ""  # tcp://host:3310 or unix:///path
# Fonts for what is printed into documents, so that every script is there on every machine; those
# of the system are used as well.
FONT_ROOT = BASE_DIR / "static" / "node_modules" / "@expo-google-fonts"

# Web push (RFC 8292): empty keys switch it off. Only these services are ever called.
VAPID_PRIVATE_KEY = ""
VAPID_CONTACT = ""
PUSH_HOSTS = [
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "web.push.apple.com",
    ".notify.windows.com",
]

# Wagtail
WAGTAIL_SITE_NAME = SITE_NAME
# The studio on an origin of its own; empty: it shares that of the site.
STUDIO_ORIGIN = ""
WAGTAILADMIN_BASE_URL = os.environ.get("BASE_URL", "http://localhost:8000")
WAGTAILIMAGES_IMAGE_MODEL = "portal.PortalImage"
WAGTAILDOCS_DOCUMENT_MODEL = "portal.PortalDocument"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "avif"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILDOCS_EXTENSIONS = ["pdf", "csv", "docx", "odt", "odp", "pptx", "xlsx", "txt"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 50 * 1024 * 1024
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
WAGTAILIMAGES_IMAGE_FORM_BASE = "portal.pages.forms.PortalImageForm"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "portal.pages.forms.PortalDocumentForm"
WAGTAIL_FRONTEND_LOGIN_URL = "/account/sign-in/"
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_AUTOSAVE_INTERVAL = 5000
# What is changed while it waits for a second person is read again.
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {
            "features": [
                "h2",
                "h3",
                "h4",
                "bold",
                "italic",
                "ol",
                "ul",
                "link",
                "blockquote",
                "dfn",
            ]
        },
    },
}
WAGTAILDOCS_SHARED_PASSWORD = False
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False, "USER_GROUPS": False, "LOGIN": False}
WAGTAIL_PRIVATE_COLLECTION_OPTIONS = {
    "SHARED_PASSWORD": False,
    "USER_GROUPS": False,
    "LOGIN": False,
}
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "simple"}
}

# Limits on what one request may carry (security.md 10)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Headers (security.md 4.3); the content policy is in portal.project.csp
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"  # previews excepted, see HeadersMiddleware

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
