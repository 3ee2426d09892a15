"""Encrypted media of one leg (RFC 3711) by libsrtp; the keys come with the SDP (RFC 4568). Not done: MKI, DTLS."""

from pylibsrtp import Error, Policy, Session

from ..model.media_description import SrtpAgreement, SrtpSuite

_PROFILES = {
    SrtpSuite.AES_CM_128_HMAC_SHA1_80: Policy.SRTP_PROFILE_AES128_CM_SHA1_80,
    SrtpSuite.AES_CM_128_HMAC_SHA1_32: Policy.SRTP_PROFILE_AES128_CM_SHA1_32,
}


class SrtpContext:
    """Both directions of one agreement; packets in, packets out."""

    def __init__(self, agreement: SrtpAgreement) -> None:
        self._agreement = agreement
        self._out = _session(agreement, agreement.local_key, Policy.SSRC_ANY_OUTBOUND)
        self._in = _session(agreement, agreement.remote_key, Policy.SSRC_ANY_INBOUND)

    def agree(self, agreement: SrtpAgreement) -> None:
        """Go on with what a re-INVITE agreed. A direction whose key stays keeps its rollover counter (RFC 3711 section 3.3.1)."""
        old, self._agreement = self._agreement, agreement
        if (old.suite, old.local_key) != (agreement.suite, agreement.local_key):
            self._out = _session(agreement, agreement.local_key, Policy.SSRC_ANY_OUTBOUND)
        if (old.suite, old.remote_key) != (agreement.suite, agreement.remote_key):
            self._in = _session(agreement, agreement.remote_key, Policy.SSRC_ANY_INBOUND)

    def protect(self, packet: bytes) -> bytes:
        """Encrypt an RTP packet of ours."""
        return bytes(self._out.protect(packet))

    def protect_rtcp(self, packet: bytes) -> bytes:
        """Encrypt a compound RTCP packet of ours."""
        return bytes(self._out.protect_rtcp(packet))

    def unprotect(self, packet: bytes) -> bytes | None:
        """Decrypt an RTP packet of theirs; None when it is not authentic, a repetition, or too long."""
        try:
            return bytes(self._in.unprotect(packet))
        except Error, ValueError:
            return None

    def unprotect_rtcp(self, packet: bytes) -> bytes | None:
        """Decrypt a compound RTCP packet of theirs; None when it is not authentic."""
        try:
            return bytes(self._in.unprotect_rtcp(packet))
        except Error, ValueError:
            return None


def _session(agreement: SrtpAgreement, key: bytes, ssrc_type: int) -> Session:
    return Session(Policy(key=key, ssrc_type=ssrc_type, srtp_profile=_PROFILES[agreement.suite]))
