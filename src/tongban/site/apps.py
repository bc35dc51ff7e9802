"""The wiring: what upper modules plug into lower ones."""

from pathlib import Path
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.conf import settings

from tongban.kernel.clock import install_offset
from tongban.kernel.errors import Misconfigured

if TYPE_CHECKING:
    from tongban.identity.ports import SignInPort


class SiteConfig(AppConfig):
    """Plugs the modules together once Django knows their models."""

    name = "tongban.site"
    label = "site_wiring"

    def ready(self) -> None:
        """Install the ports."""
        from tongban.cases.api import outlook_of  # noqa: PLC0415
        from tongban.catalogue.ports import install_keeper, install_titles, load_schemes  # noqa: PLC0415
        from tongban.certificates.api import CertificateLibrary, CertificatesAbove, HttpLibrary  # noqa: PLC0415
        from tongban.certificates.ports import install_cases, register_library  # noqa: PLC0415
        from tongban.clocks.api import read_offset  # noqa: PLC0415
        from tongban.exchange.api import Grants, UpstreamHttp  # noqa: PLC0415
        from tongban.exchange.ports import register_source  # noqa: PLC0415
        from tongban.identity.api import local_sign_in  # noqa: PLC0415
        from tongban.identity.ports import install_sign_in  # noqa: PLC0415
        from tongban.journal.ports import install_leaf_check, install_sealer  # noqa: PLC0415 - models must be loaded first
        from tongban.keys.api import seal  # noqa: PLC0415
        from tongban.ledger.api import check_fits  # noqa: PLC0415
        from tongban.notices.api import TextFile, read_mailer  # noqa: PLC0415
        from tongban.notices.ports import install_channel  # noqa: PLC0415
        from tongban.registers.api import HostedRegisters  # noqa: PLC0415
        from tongban.services.api import get_items  # noqa: PLC0415
        from tongban.site.subscribers import install as install_subscribers  # noqa: PLC0415

        install_sealer(seal)
        install_leaf_check(
            lambda kind, agency, content: check_fits(kind=kind, agency=agency, content=content)
        )
        install_subscribers()
        install_keeper(Grants())
        load_schemes()
        install_titles(lambda codes: {code: item.title for code, item in get_items(codes).items()})
        install_cases(outlook_of)
        install_offset(read_offset)
        install_sign_in(local_sign_in())
        if settings.TONGBAN_OIDC_ISSUER:
            install_sign_in(_outside())
        install_channel("sms", TextFile(settings.HOME / "sms" / "messages.jsonl"))
        if settings.TONGBAN_SMTP:
            mailer = read_mailer(
                settings.TONGBAN_SMTP,
                sender=settings.TONGBAN_MAIL_FROM,
                name=settings.TONGBAN_CITY,
                password_file=settings.TONGBAN_SMTP_PASSWORD_FILE,
            )
            install_channel("email", mailer)
        register_source("register", HostedRegisters())
        register_source("certificates", CertificateLibrary())
        register_source("upstream", UpstreamHttp())
        register_source("certificates-above", CertificatesAbove())
        register_library("http", HttpLibrary)


def _outside() -> "SignInPort":
    from tongban.identity.api import oidc_sign_in  # noqa: PLC0415 - models must be loaded first

    return oidc_sign_in(
        title=settings.TONGBAN_OIDC_TITLE,
        issuer=settings.TONGBAN_OIDC_ISSUER,
        client_id=settings.TONGBAN_OIDC_CLIENT,
        client_secret=_secret(settings.TONGBAN_OIDC_SECRET_FILE),
        id_claim=settings.TONGBAN_OIDC_ID_CLAIM,
        verified_claim=settings.TONGBAN_OIDC_VERIFIED_CLAIM,
    )


def _secret(name: str) -> str:
    path = Path(name)
    if not name or not path.is_file():
        raise Misconfigured("TONGBAN_OIDC_SECRET_FILE must name the file that holds the client secret.")
    if path.stat().st_mode & 0o077:
        raise Misconfigured(f"The file {path} can be read by others; set its mode to 0600.")
    return path.read_text("utf-8").strip()
