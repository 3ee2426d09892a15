"""TLS to the trunk: whom to trust, and what a failed handshake means (RFC 3261 section 26.3.1, RFC 5922).

Asyncio hands over `ssl.SSLError`; here it becomes one of the errors that say what is to be changed. Not done: client certificates,
revocation lists.
"""

import ssl

from .account import TrunkAccount
from .errors import CertificateNameError, ExpiredCertificateError, TlsError, UntrustedCertificateError

# X509_V_ERR_… of OpenSSL's x509_vfy.h; Python's ssl module names none of them.
_OUTSIDE_ITS_TIME = frozenset({9, 10})
_OF_ANOTHER = frozenset({62, 64})


def client_context(account: TrunkAccount) -> ssl.SSLContext:
    """A context for TLS to the account's server; loads certificates from disk."""
    context = ssl.create_default_context()
    if not account.verify_tls:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    trust(context, account.authority)
    return context


def trust(context: ssl.SSLContext, authority: str) -> None:
    """Have ``context`` trust what these authorities signed as well (PEM; empty: nothing changes).

    Authorities made at home seldom hold all that RFC 5280 asks of them (a key identifier, the usage of the key), which Python
    insists on since 3.13; signatures, names and times are verified as ever. Raises ssl.SSLError for what is no certificate.
    """
    if authority:
        context.load_verify_locations(cadata=authority)
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT


def tls_error(err: ssl.SSLError) -> TlsError:
    """What a failed handshake means."""
    if not isinstance(err, ssl.SSLCertVerificationError):
        return TlsError(f"no TLS connection: {err.reason or 'handshake failed'}")
    if err.verify_code in _OUTSIDE_ITS_TIME:
        return ExpiredCertificateError("the server's certificate, or its authority's, is not valid today")
    if err.verify_code in _OF_ANOTHER:
        return CertificateNameError("the server's certificate is for another name")
    return UntrustedCertificateError("nobody who is trusted has signed the server's certificate")
