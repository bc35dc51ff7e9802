"""Django settings: everything from the environment, sane without it. Must import without a database address."""

import os
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from tongban.site.home import checkout, data_home

#: Which database role this process speaks with (design 2): `app`, `owner` (migrate, activate), `sequencer`.
ROLES = ("app", "owner", "sequencer")


#: Plans are kept where a statement asks for it, and for the checks of foreign keys: planning a check against a
#: partitioned table anew cost a fifth of an act.
PLANS: dict[str, Any] = {"prepare_threshold": 5, "options": "-c plan_cache_mode=force_generic_plan"}


def database(address: str) -> dict[str, Any]:
    """Django's description of the libpq address `address` (a URL or key=value words)."""
    words = conninfo_to_dict(address) if address else {}
    known = {"dbname", "user", "password", "host", "port"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": words.get("dbname", ""),
        "USER": words.get("user", ""),
        "PASSWORD": words.get("password", ""),
        "HOST": words.get("host", ""),
        "PORT": str(words.get("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**PLANS, **{key: value for key, value in words.items() if key not in known}},
    }


def _address() -> str:
    role = os.environ.get("TONGBAN_ROLE", "app")
    return os.environ.get(f"TONGBAN_DATABASE_URL_{role.upper()}") or os.environ.get(
        "TONGBAN_DATABASE_URL", ""
    )


HOME = data_home()
PACKS = Path(os.environ.get("TONGBAN_PACKS", checkout() / "packs"))
DEBUG = os.environ.get("TONGBAN_DEBUG") == "1"
SECRET_KEY = os.environ.get("TONGBAN_SECRET_KEY", "")
ALLOWED_HOSTS = os.environ.get("TONGBAN_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
DATABASES = {"default": database(_address())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

#: The name of this installation: the ledger's origins, issuers and document numbers carry it for ever.
DEMONSTRATION_NAME = "lanchuan.tongban.example"
TONGBAN_NAME = os.environ.get("TONGBAN_NAME", DEMONSTRATION_NAME)
#: What holds private keys: a class of the port `tongban.keys.ports.Custody`, given the key folder (docs/keys.md).
FILE_CUSTODY = "tongban.keys.filestore.FileCustody"
TONGBAN_CUSTODY = os.environ.get("TONGBAN_CUSTODY", FILE_CUSTODY)
#: Who watches our logs, in the grammar of tlog-policy with a quorum; empty: the file `witnesses.txt` in the data folder.
TONGBAN_WITNESSES = os.environ.get("TONGBAN_WITNESSES", "")
#: The folder that the operator's backups go to; `check --deploy` wants it.
TONGBAN_BACKUP = os.environ.get("TONGBAN_BACKUP", "")
#: How many days a backup is kept: a notice of erasure names the day on which the last one dies.
TONGBAN_BACKUP_DAYS = int(os.environ.get("TONGBAN_BACKUP_DAYS", "35"))
#: Only this machine can reach the listener: the list of demonstration people may be shown.
TONGBAN_LOOPBACK = os.environ.get("TONGBAN_LOOPBACK", "1") == "1"
#: The X-Road instance that this node is.
TONGBAN_INSTANCE = os.environ.get("TONGBAN_INSTANCE", "LC")
#: The city's name in page heads.
TONGBAN_CITY = os.environ.get("TONGBAN_CITY", "澜川市")
#: The address of the portals as browsers name it; passkeys are bound to it, cookies are secure when it is https.
TONGBAN_ORIGIN = os.environ.get("TONGBAN_ORIGIN", "http://localhost:8000")
#: The WebAuthn relying-party id; empty: the host of the origin. A parent domain lets its other hosts share passkeys.
TONGBAN_RELYING_PARTY = os.environ.get("TONGBAN_RELYING_PARTY", "")
#: The OpenID Connect provider that people may sign in at; none: only here.
TONGBAN_OIDC_ISSUER = os.environ.get("TONGBAN_OIDC_ISSUER", "")
TONGBAN_OIDC_CLIENT = os.environ.get("TONGBAN_OIDC_CLIENT", "tongban")
TONGBAN_OIDC_SECRET_FILE = os.environ.get("TONGBAN_OIDC_SECRET_FILE", "")
TONGBAN_OIDC_TITLE = os.environ.get("TONGBAN_OIDC_TITLE", "统一身份认证")
TONGBAN_OIDC_ID_CLAIM = os.environ.get("TONGBAN_OIDC_ID_CLAIM", "id_number")
TONGBAN_OIDC_VERIFIED_CLAIM = os.environ.get("TONGBAN_OIDC_VERIFIED_CLAIM", "id_number_verified")
#: How many proxies of ours stand before the listener and write X-Forwarded-For.
TONGBAN_PROXIES = int(os.environ.get("TONGBAN_PROXIES", "0"))
#: Searches a minute from one address; 0 for no limit (load tests).
# The share of one subsystem in each process of the gateway: calls a second, calls at the same time; 0 for no limit.
TONGBAN_CALLS_A_SECOND = int(os.environ.get("TONGBAN_CALLS_A_SECOND", "300"))
TONGBAN_CALLS_AT_ONCE = int(os.environ.get("TONGBAN_CALLS_AT_ONCE", "12"))
TONGBAN_SEARCHES_A_MINUTE = int(os.environ.get("TONGBAN_SEARCHES_A_MINUTE", "120"))
#: Cases that one outside system may register or be refused in a day.
TONGBAN_OUTSIDE_CASES_A_DAY = int(os.environ.get("TONGBAN_OUTSIDE_CASES_A_DAY", "500"))
#: The instance that developers try: invented rows, the same wire.
TONGBAN_SANDBOX = os.environ.get("TONGBAN_SANDBOX", f"{TONGBAN_INSTANCE}-TEST")
#: Calls a minute of one sandbox key; 0 for no limit.
TONGBAN_SANDBOX_CALLS_A_MINUTE = int(os.environ.get("TONGBAN_SANDBOX_CALLS_A_MINUTE", "120"))

#: Threads that serve requests in each web process. Half of them may wait for systems outside, never all.
TONGBAN_WEB_THREADS = int(os.environ.get("TONGBAN_WEB_THREADS", "16"))
#: Networks inside that bindings may name systems in, parted by commas; everything else has to be a public address.
TONGBAN_UPSTREAM_NETWORKS = os.environ.get("TONGBAN_UPSTREAM_NETWORKS", "")
#: Where this installation reaches systems that packs name under another address: `origin=origin`, parted by commas.
TONGBAN_UPSTREAM_ROUTES = os.environ.get("TONGBAN_UPSTREAM_ROUTES", "")
#: Certificate authorities of systems outside, a PEM file; empty: those of this machine.
TONGBAN_UPSTREAM_AUTHORITIES = os.environ.get("TONGBAN_UPSTREAM_AUTHORITIES", "")

#: Where e-mail is handed over: smtp://host:25, smtp+starttls://user@host:587 or smtps://user@host:465; empty: no e-mail.
TONGBAN_SMTP = os.environ.get("TONGBAN_SMTP", "")
TONGBAN_SMTP_PASSWORD_FILE = os.environ.get("TONGBAN_SMTP_PASSWORD_FILE", "")
TONGBAN_MAIL_FROM = os.environ.get("TONGBAN_MAIL_FROM", "")

#: Modules that have tables or templates, from the bottom up.
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "tongban.site",
    "tongban.journal",
    "tongban.packs",
    "tongban.keys",
    "tongban.documents",
    "tongban.ledger",
    "tongban.notices",
    "tongban.identity",
    "tongban.clocks",
    "tongban.catalogue",
    "tongban.exchange",
    "tongban.registers",
    "tongban.certificates",
    "tongban.services",
    "tongban.cases",
    "tongban.supervision",
    "tongban.participation",
    "tongban.demo",
    "tongban.portals.design",
    "tongban.portals.public",
    "tongban.portals.citizen",
    "tongban.portals.counter",
    "tongban.portals.supervisor",
    "tongban.portals.bureau",
    "tongban.portals.developer",
]
#: Modules that read a part of the content packs, in the order in which the parts are loaded.
PACK_SECTIONS = [
    "tongban.packs.laws",
    "tongban.packs.codes",
    "tongban.packs.texts",
    "tongban.notices.packs",
    "tongban.identity.packs",
    "tongban.clocks.packs",
    "tongban.catalogue.packs",
    "tongban.registers.packs",
    "tongban.exchange.packs",
    "tongban.certificates.packs",
    "tongban.services.packs",
    "tongban.cases.packs",
    "tongban.supervision.packs",
    "tongban.participation.packs",
    "tongban.demo.packs",
]

MIDDLEWARE = [
    "tongban.portals.design.middleware.content_security_policy",
    "tongban.portals.design.middleware.known_host",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "tongban.portals.design.language.spoken",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tongban.portals.design.sessions.session_goes_on",
    "tongban.portals.design.middleware.city_time",
    "tongban.portals.design.middleware.Visitor",
]
ROOT_URLCONF = "tongban.site.urls"
WSGI_APPLICATION = "tongban.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["tongban.portals.design.templatetags.language"],
            "context_processors": [
                "django.template.context_processors.request",
                "tongban.portals.design.context.page",
            ],
        },
    }
]

AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = ["tongban.identity.backends.AccountBackend"]
CSRF_FAILURE_VIEW = "tongban.portals.public.views.sign_in.csrf_failure"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).parents[1] / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

#: A session ends when nobody did anything for so long, and with the browser.
SESSION_COOKIE_AGE = 60 * int(os.environ.get("TONGBAN_IDLE_MINUTES", "30"))
#: However busy, nobody stays signed in for longer (seconds).
SESSION_LONGEST = 3600 * int(os.environ.get("TONGBAN_SESSION_HOURS", "12"))
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TONGBAN_ORIGIN.startswith("https://")
