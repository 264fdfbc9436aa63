"""Every setting, read from the environment, with a working default.

docs/settings.md describes each one; tests/test_docs.py holds the two together.
"""

import secrets
import sys
from datetime import timedelta
from pathlib import Path

import structlog

from config import environment as env

ROOT = Path(__file__).resolve().parent.parent
env.read_file(ROOT / ".env")

# Standard error is nobody's protocol: a reader of our output never stops us by pausing.
structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))

# A page that breaks is told to whoever runs this, with its traceback.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "django.request": {
            "handlers": ["stderr"],
            "level": "ERROR",
            "propagate": False,
        }
    },
}

VAR = Path(env.text("SIGNALBOX_VAR", str(ROOT / "var")))
try:
    (VAR / "static").mkdir(parents=True, exist_ok=True)
    (VAR / ".writable").touch()
except OSError as error:
    raise env.WrongSetting(
        f"SIGNALBOX_VAR={VAR}: cannot be written ({error.strerror});"
        " name a folder this user may write to."
    ) from None


def kept_secret(name: str, file: str) -> str:
    """A secret from the environment, else one made at first start and kept in var/."""
    given = env.text(name)
    if given:
        return given
    return env.kept(VAR / file, lambda: secrets.token_urlsafe(48))


# What this process serves: the dashboard, or the built-in TaskRouter's API.
SERVE = env.text("SIGNALBOX_SERVE", "dashboard")
if SERVE not in {"dashboard", "taskrouter"}:
    raise env.WrongSetting(f"SIGNALBOX_SERVE={SERVE}: use dashboard or taskrouter.")

DEBUG = env.yes("DEBUG", False)
SECRET_KEY = kept_secret("SECRET_KEY", "secret.key")
TOKEN_KEYS_FILE = Path(env.text("TOKEN_KEYS_FILE", str(VAR / "token.keys")))
PORT = env.whole("PORT", 8000, 1, 65535)
PUBLIC_URL = env.site("PUBLIC_URL", f"http://127.0.0.1:{PORT}")
if SERVE == "dashboard":
    ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]", PUBLIC_URL)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# The built-in TaskRouter.
TASKROUTER_PORT = env.whole("TASKROUTER_PORT", 8001, 1, 65535)
TASKROUTER_ACCOUNT_SID = env.sid("TASKROUTER_ACCOUNT_SID", "AC")
TASKROUTER_AUTH_TOKEN = env.text("TASKROUTER_AUTH_TOKEN")
TASKROUTER_API_KEYS = env.listed("TASKROUTER_API_KEYS")
TASKROUTER_CALLBACK_ALLOW = env.listed("TASKROUTER_CALLBACK_ALLOW")
TASKROUTER_CALLBACKS_AT_ONCE = env.whole("TASKROUTER_CALLBACKS_AT_ONCE", 8, 1, 1000)
TASKROUTER_PROXIES = env.listed("TASKROUTER_PROXIES")
TASKROUTER_RATE_EXPRESSIONS = env.whole("TASKROUTER_RATE_EXPRESSIONS", 3, 1)
TASKROUTER_RATE_BULK = env.whole("TASKROUTER_RATE_BULK", 5, 1)
TASKROUTER_RATE_OTHERS = env.whole("TASKROUTER_RATE_OTHERS", 1000, 1)
TASKROUTER_HISTORY_DAYS = env.whole("TASKROUTER_HISTORY_DAYS", 30, 1, 30)
TASKROUTER_WORKER_STATISTICS_MOST = env.whole(
    "TASKROUTER_WORKER_STATISTICS_MOST", 100, 0, 15_000
)

# The contact centre in a box.
SIMULATION_SEED = env.whole("SIMULATION_SEED", 1)
SIMULATION_PAST_DAYS = env.whole("SIMULATION_PAST_DAYS", 30, 0, 30)
SIMULATION_WORKERS = env.whole("SIMULATION_WORKERS", 40, 0, 15000)
SIMULATION_SPEED = env.whole("SIMULATION_SPEED", 1, 1, 100)
SIMULATION_SCRIPT = env.text("SIMULATION_SCRIPT")
SIMULATION_ZONE = env.zone("SIMULATION_ZONE", "Europe/Madrid")

DATABASES = {
    "default": env.database("DATABASE_URL", VAR / "signalbox.sqlite3", "NORMAL"),
    "taskrouter": env.database(
        "TASKROUTER_DATABASE_URL", VAR / "taskrouter.sqlite3", "FULL"
    ),
}
DATABASE_ROUTERS = ["config.databases.TaskRouterApart"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.address("REDIS_URL", ("redis", "rediss"))
CELERY_BROKER_URL = env.address(
    "CELERY_BROKER_URL", ("memory", "redis", "rediss", "amqp"), "memory://"
)
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            # redis-py 8 ends an idle consumer after five seconds otherwise.
            "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}]},
        }
    }
else:
    CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels.layers.InMemoryChannelLayer"},
    }

INSTALLED_APPS = [
    "config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "axes",
    "taskrouter",
    "statsync",
    "dashboard",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dashboard.security.ContentSecurityPolicy",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
if SERVE == "taskrouter":
    # It is another party: nothing of the dashboard is loaded there.
    INSTALLED_APPS = ["config", "taskrouter"]
    MIDDLEWARE = []
    ROOT_URLCONF = "taskrouter.api.urls"
    ALLOWED_HOSTS = ["*"]  # TaskRouter's API answers under any name, like a stub must
    # A workflow's configuration may be a megabyte, and three times that in a form.
    DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 2**20
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboard.views.frame.frame",
            ],
        },
    },
]

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
# Guessing passwords. By name and not by address: an office shares one address, and who
# guesses may have many.
AXES_LOCKOUT_PARAMETERS = ["username"]
SILENCED_SYSTEM_CHECKS = ["axes.W006"]  # it asks for the address
AXES_FAILURE_LIMIT = env.whole("SIGN_IN_TRIES", 10, 1, 1000)
AXES_COOLOFF_TIME = timedelta(minutes=env.whole("SIGN_IN_WAIT_MINUTES", 15, 1, 1440))
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_USERNAME_CALLABLE = "dashboard.signin.name_tried"
AXES_LOCKOUT_CALLABLE = "dashboard.views.signin.too_many"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https")
CSRF_FAILURE_VIEW = "dashboard.views.broken.without_key"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

LANGUAGE_CODE = "en"
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
# Served straight from static/; hashed names once `collectstatic` has been run.
WHITENOISE_USE_FINDERS = True
