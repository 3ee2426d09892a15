"""SIP user agent of one account (RFC 3261). Messages, headers, SDP and digest arithmetic are aiosipua's."""
