"""What can be dialled: a telephone number or a SIP address, and how it is shown without giving it away."""

from dataclasses import dataclass
import re

_SEPARATORS = re.compile(r"[\s().\-/]")
_NUMBER = re.compile(r"\+?[0-9*#]{1,32}")
_SIP_URI = re.compile(r"sips?:(?:[^@\s<>]+@)?[^@\s<>]+", re.IGNORECASE)


class InvalidTargetError(ValueError):
    """The text is neither a telephone number nor a SIP address."""


@dataclass(frozen=True, slots=True)
class DialTarget:
    """A telephone number (digits, ``*``, ``#``, optional leading ``+``) or a ``sip:`` / ``sips:`` URI."""

    value: str

    @classmethod
    def parse(cls, text: str) -> DialTarget:
        """Read what a person typed; spaces, dots, brackets, slashes and hyphens in numbers are ignored.

        Raises:
            InvalidTargetError: neither a number nor a SIP address.
        """
        text = text.strip()
        if text.lower().startswith("tel:"):
            text = text[4:]
        if _SIP_URI.fullmatch(text):
            return cls(text)
        number = _SEPARATORS.sub("", text)
        if _NUMBER.fullmatch(number):
            return cls(number)
        raise InvalidTargetError("neither a telephone number nor a SIP address")

    @property
    def is_uri(self) -> bool:
        """True for a SIP address, False for a number."""
        return self.value.lower().startswith(("sip:", "sips:"))

    @property
    def masked(self) -> str:
        """Safe to log: at most the last two characters of the number or the host of the address."""
        if self.is_uri:
            return "sip:***@" + self.value.rpartition("@")[2]
        return "***" + self.value[-2:] if len(self.value) > 4 else "***"


@dataclass(frozen=True, slots=True)
class PhoneAddress:
    """Where a telephone in the house is now, for a call straight to it."""

    uri: DialTarget
    """SIP address that the telephone itself said it is called at (RFC 3261 section 8.1.1.8)."""
    not_port: int = 0
    """Port of this machine that is no telephone: whoever knows the addresses listens there. 0: it does not."""
