"""The wiring: what upper modules plug into lower ones."""

from django.apps import AppConfig

from tongban.kernel.clock import install_offset


class SiteConfig(AppConfig):
    """Plugs the modules together once Django knows their models."""

    name = "tongban.site"
    label = "site_wiring"

    def ready(self) -> None:
        """Install the ports."""
        from tongban.certificates.api import CertificateLibrary  # noqa: PLC0415
        from tongban.clocks.api import read_offset  # noqa: PLC0415
        from tongban.exchange.ports import register_source  # noqa: PLC0415
        from tongban.journal.ports import install_sealer  # noqa: PLC0415 - models must be loaded first
        from tongban.keys.api import seal  # noqa: PLC0415
        from tongban.registers.api import HostedRegisters  # noqa: PLC0415

        install_sealer(seal)
        install_offset(read_offset)
        register_source("register", HostedRegisters())
        register_source("certificates", CertificateLibrary())
