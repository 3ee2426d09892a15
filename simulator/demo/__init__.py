"""The demo: a private Home Assistant, a simulated call centre and speech servers on loopback, and one whole call.

It talks to Home Assistant as any client does (config flows, actions and events over HTTP and WebSocket) and uses no code of
the integration.
"""
