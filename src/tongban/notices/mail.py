"""E-mail through an SMTP server (RFC 5321), as `TONGBAN_SMTP` names it."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tongban.kernel import clock
from tongban.kernel.errors import Misconfigured
from tongban.notices.ports import AddressRefused, ChannelDown

TIMEOUT_S = 10
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True)
class Mailer:
    """`scheme`: `smtp` (plain, for a relay on this machine), `smtp+starttls`, `smtps`."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    sender: str
    name: str

    def send(self, address: str, *, subject: str, text: str, short: str, message: str) -> None:  # noqa: ARG002 - the port's
        """One message to one address."""
        mail = EmailMessage()
        mail["Subject"] = subject
        mail["From"] = formataddr((self.name, self.sender))
        mail["To"] = address
        mail["Date"] = format_datetime(clock.real_now())
        mail["Message-ID"] = f"<{message}@{self.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text)
        try:
            with self._connection() as link:
                if self.scheme == "smtp+starttls":
                    link.starttls(context=ssl.create_default_context())
                if self.user:
                    link.login(self.user, self.password)
                link.send_message(mail)
        except smtplib.SMTPRecipientsRefused as refused:
            code, said = next(iter(refused.recipients.values()))
            raise _problem(code, said) from refused
        except smtplib.SMTPResponseException as answer:
            # A wrong password or a refused sender is ours to mend: nobody's notice is given up for it.
            ours = isinstance(answer, smtplib.SMTPAuthenticationError | smtplib.SMTPSenderRefused)
            raise _problem(421 if ours else answer.smtp_code, answer.smtp_error) from answer
        except (OSError, smtplib.SMTPException) as error:
            raise ChannelDown(str(error) or type(error).__name__) from error

    def _connection(self) -> smtplib.SMTP:
        if self.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_S, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S)


def _problem(code: int, said: bytes | str) -> Exception:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return AddressRefused(f"{code} {text}") if 500 <= code < 600 else ChannelDown(f"{code} {text}")


def read_mailer(address: str, *, sender: str, name: str, password_file: str = "") -> Mailer:
    """The mailer of a setting like `smtp+starttls://user@mail.example:587`.

    Raises:
        Misconfigured: says what of it cannot be used.
    """
    parts = urlsplit(address)
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/"):
        raise Misconfigured(
            f"TONGBAN_SMTP must look like smtp+starttls://user@host:587 (or smtp://, smtps://), not {address!r}."
        )
    if parts.password:
        raise Misconfigured("TONGBAN_SMTP holds a password; put it into TONGBAN_SMTP_PASSWORD_FILE.")
    if "@" not in sender:
        raise Misconfigured("TONGBAN_MAIL_FROM must be the address that notices come from.")
    user = unquote(parts.username or "")
    password = _password(password_file) if user else ""
    try:
        port = parts.port or _PORTS[parts.scheme]
    except ValueError as error:
        raise Misconfigured(f"TONGBAN_SMTP has an impossible port: {address!r}.") from error
    return Mailer(parts.scheme, parts.hostname, port, user, password, sender, name)


def _password(name: str) -> str:
    path = Path(name)
    if not name or not path.is_file():
        raise Misconfigured(
            "TONGBAN_SMTP_PASSWORD_FILE must name the file with the password of the user in TONGBAN_SMTP."
        )
    if path.stat().st_mode & 0o077:
        raise Misconfigured(f"The file {path} can be read by others; set its mode to 0600.")
    return path.read_text("utf-8").strip()
