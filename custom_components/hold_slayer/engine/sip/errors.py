"""Why a trunk does not work, in words a person can act on. No text holds a credential or a number."""


class TrunkError(Exception):
    """Base of everything that can be wrong with a trunk."""

    key = "unknown"
    """Stable key for translations."""


class CannotResolveError(TrunkError):
    """The server's name has no address."""

    key = "cannot_resolve"


class NoAnswerError(TrunkError):
    """Nobody answers at the server's address and port."""

    key = "no_answer"


class WrongPasswordError(TrunkError):
    """The server does not accept user name and password."""

    key = "wrong_password"


class ForbiddenError(TrunkError):
    """The server knows the account and refuses it (403)."""

    key = "forbidden"


class TlsError(TrunkError):
    """No TLS is spoken there, or the certificate is not accepted; its kinds say which."""

    key = "tls"


class UntrustedCertificateError(TlsError):
    """Nobody who is trusted has signed the server's certificate."""

    key = "tls_untrusted"


class ExpiredCertificateError(TlsError):
    """The server's certificate, or its authority's, has run out or is not valid yet."""

    key = "tls_expired"


class CertificateNameError(TlsError):
    """The server's certificate is for another name than the one that was dialled."""

    key = "tls_name"


class TransportError(TrunkError):
    """The connection to the server broke, or this machine cannot send."""

    key = "transport"


class BindError(TransportError):
    """The local address or port cannot be bound."""

    key = "bind"


class RejectedError(TrunkError):
    """The server refuses with another status; ``key`` says which kind of refusal it is (RFC 3261 sections 10.2.8 and 21)."""

    KEYS = ("rejected", "unknown_user", "interval", "server_trouble")

    def __init__(self, status: int) -> None:
        super().__init__(f"the server refuses with status {status}")
        self.status = status
        self.key = _kind_of(status)


def _kind_of(status: int) -> str:
    """One of `RejectedError.KEYS`."""
    if status in (404, 410, 604):
        return "unknown_user"
    if status == 423:
        return "interval"
    return "server_trouble" if 500 <= status < 600 else "rejected"
