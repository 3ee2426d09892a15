"""A call centre in a box: a SIP trunk with a company and the user's phones behind it, and small Wyoming speech servers.

It uses no code of the integration, so that a bug cannot hide on both sides. Everything binds to loopback.
"""
