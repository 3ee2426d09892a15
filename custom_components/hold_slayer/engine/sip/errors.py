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
    """The server's certificate is not trusted, or no TLS is spoken there."""

    key = "tls"


class TransportError(TrunkError):
    """The connection to the server broke, or this machine cannot send."""

    key = "transport"


class BindError(TransportError):
    """The local address or port cannot be bound."""

    key = "bind"


class RejectedError(TrunkError):
    """The server refuses with another status."""

    key = "rejected"

    def __init__(self, status: int) -> None:
        super().__init__(f"the server refuses with status {status}")
        self.status = status
