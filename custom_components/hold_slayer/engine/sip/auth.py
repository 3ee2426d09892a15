"""Answers to digest challenges (RFC 3261 section 22, RFC 7616, RFC 8760).

One `Authenticator` serves one request and its retries. Not done: auth-int, the -sess algorithms, Authentication-Info.
"""

from aiosipua.auth import SipDigestAuth, build_credentials
from aiosipua.headers import parse_auth, stringify_auth
from aiosipua.message import SipRequest, SipResponse

_HEADERS = {401: ("WWW-Authenticate", "Authorization"), 407: ("Proxy-Authenticate", "Proxy-Authorization")}


class Authenticator:
    """Adds credentials to a request for every challenge that can be answered; knows when it is pointless."""

    def __init__(self, username: str, password: str) -> None:
        self._auth = SipDigestAuth(username, password)
        self._answered: dict[tuple[int, str], str] = {}
        self._credentials: dict[str, dict[str, str]] = {}

    def answer(self, request: SipRequest, response: SipResponse) -> bool:
        """Put credentials for the challenges of ``response`` into ``request``.

        Returns False when nothing can be answered: no challenge understood, or the same realm challenges again without
        saying that only the nonce was stale, which means that name or password is wrong.
        """
        challenge_header, credentials_header = _HEADERS[response.status_code]
        has_answered = False
        for text in response.get_header_values(challenge_header):
            challenge = parse_auth(text)
            realm = challenge.params.get("realm", "")
            nonce = challenge.params.get("nonce", "")
            key = (response.status_code, realm)
            is_stale = challenge.params.get("stale", "").lower() == "true"
            if key in self._answered and (not is_stale or self._answered[key] == nonce):
                continue
            credentials = build_credentials(self._auth, challenge, request.method, request.uri)
            if credentials is None:
                continue
            self._credentials.setdefault(credentials_header, {}).setdefault(realm, "")
            # Of several algorithms for one realm the first that is understood wins: the server's preference.
            self._credentials[credentials_header][realm] = stringify_auth(credentials)
            self._answered[key] = nonce
            has_answered = True
        for header, by_realm in self._credentials.items():
            request.remove_header(header)
            for value in by_realm.values():
                request.add_header(header, value)
        return has_answered
