"""Answers to digest challenges (RFC 3261 section 22, RFC 7616, RFC 8760: MD5 and SHA-256).

One `Authenticator` serves one request and its retries. A `ChallengeMemory` outlives it: the next request of the same dialog or
registration carries credentials at once, with a rising nonce count. Not done: auth-int, the -sess algorithms, SHA-512-256,
Authentication-Info.
"""

from dataclasses import dataclass, field

from aiosipua.auth import SipDigestAuth, build_credentials
from aiosipua.headers import AuthChallenge, parse_auth, stringify_auth
from aiosipua.message import SipRequest, SipResponse

_CREDENTIALS_OF = {"WWW-Authenticate": "Authorization", "Proxy-Authenticate": "Proxy-Authorization"}

_Key = tuple[str, str]
"""Name of the credentials header, and realm."""


@dataclass(slots=True)
class _Known:
    challenge: AuthChallenge
    uses: int = 0


@dataclass(slots=True)
class ChallengeMemory:
    """The last challenge of each realm, and how often its nonce has been used."""

    known: dict[_Key, _Known] = field(default_factory=dict)


class Authenticator:
    """Puts credentials into a request for every challenge that can be answered; knows when it is pointless."""

    def __init__(self, username: str, password: str, memory: ChallengeMemory | None = None) -> None:
        self._auth = SipDigestAuth(username, password)
        self._memory = memory or ChallengeMemory()
        self._answered: set[_Key] = set()
        self.is_refused = False
        """True when a realm was not content with an answer: user name or password is wrong."""

    def prepare(self, request: SipRequest) -> None:
        """Add credentials for the challenges remembered (22.3: a client may use a nonce again until it is refused)."""
        self._write(request)

    def answer(self, request: SipRequest, response: SipResponse) -> bool:
        """Put credentials for the challenges of a 401 or 407 into the retry ``request``.

        Returns False when nothing can be answered: no challenge understood, or a realm that got an answer challenges again
        without saying that only the nonce was stale (22.2).
        """
        fresh = {}
        for challenge_header, credentials_header in _CREDENTIALS_OF.items():
            for text in response.get_header_values(challenge_header):
                challenge = _parse(text)
                key = (credentials_header, challenge.params.get("realm", ""))
                # Of several algorithms for one realm the first that is understood wins: the server's order (RFC 8760, 2.4).
                if key not in fresh and self._can_answer(challenge):
                    fresh[key] = challenge
        for key, challenge in fresh.items():
            is_stale = challenge.params.get("stale", "").lower() == "true"
            if key in self._answered and not (is_stale and self._is_new_nonce(key, challenge)):
                self.is_refused = True
                return False
        for key, challenge in fresh.items():
            self._memory.known[key] = _Known(challenge)
        self._answered |= set(fresh)
        # Of an earlier round or of memory, what this response did not ask for again was right: it goes along.
        self._write(request)
        return bool(fresh)

    def _is_new_nonce(self, key: _Key, challenge: AuthChallenge) -> bool:
        known = self._memory.known.get(key)
        return known is None or known.challenge.params.get("nonce") != challenge.params.get("nonce")

    def _can_answer(self, challenge: AuthChallenge) -> bool:
        return build_credentials(self._auth, challenge, "OPTIONS", "sip:x") is not None

    def _write(self, request: SipRequest) -> None:
        for credentials_header in _CREDENTIALS_OF.values():
            request.remove_header(credentials_header)
        for key, known in self._memory.known.items():
            known.uses += 1
            credentials = build_credentials(
                self._auth, known.challenge, request.method, request.uri, nonce_count=known.uses
            )
            if credentials is not None:
                if "algorithm" not in known.challenge.params:
                    # Some old servers choke on a parameter that they did not send (RFC 2069 had none).
                    credentials.params.pop("algorithm", None)
                request.add_header(key[0], stringify_auth(credentials))


def _parse(text: str) -> AuthChallenge:
    challenge = parse_auth(text)
    challenge.params = {name.lower(): value for name, value in challenge.params.items()}
    return challenge
