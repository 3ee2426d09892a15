"""The certificates of a telephone system's own authority, as they are pasted into the account's form."""

import base64
import binascii
from collections.abc import Iterator
from datetime import datetime
import re

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

MOST_CHARACTERS = 100_000
ERRORS = ("ca_private_key", "ca_not_pem", "ca_expired", "ca_not_authority")
_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,40})-----(.*?)-----END \1-----", re.DOTALL)
_KINDS = frozenset({"CERTIFICATE", "X509 CERTIFICATE"})


class AuthorityError(ValueError):
    """What was pasted is not what is needed; ``key`` is that of the form's text. No text holds what was pasted."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def read_authority(text: str, now: datetime) -> str:
    """Certificates of authorities (RFC 7468), written anew without what stood between them; ``now`` knows its time zone.

    Blocks whose line ends were lost on the way, as in a field of one line, are understood.

    Raises:
        AuthorityError: ``ca_private_key`` (a key stands there too), ``ca_not_pem`` (no certificate, or none that can be read),
            ``ca_expired`` (run out, or not valid yet), ``ca_not_authority`` (may sign nothing, RFC 5280 section 4.2.1.9).
    """
    if "PRIVATE KEY-----" in text:
        raise AuthorityError("ca_private_key")
    certificates = list(_certificates(text)) if len(text) <= MOST_CHARACTERS else []
    if not certificates:
        raise AuthorityError("ca_not_pem")
    for certificate in certificates:
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise AuthorityError("ca_expired")
        if not _may_sign(certificate):
            raise AuthorityError("ca_not_authority")
    return "".join(certificate.public_bytes(Encoding.PEM).decode("ascii") for certificate in certificates)


def _certificates(text: str) -> Iterator[x509.Certificate]:
    for kind, body in _BLOCK.findall(text):
        if kind not in _KINDS:
            raise AuthorityError("ca_not_pem")
        try:
            yield x509.load_der_x509_certificate(base64.b64decode("".join(body.split()), validate=True))
        except (binascii.Error, ValueError) as err:
            raise AuthorityError("ca_not_pem") from err


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound, x509.DuplicateExtension, ValueError:
        return False
