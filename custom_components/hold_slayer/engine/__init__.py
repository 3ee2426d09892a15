"""The engine of Hold Slayer: telephone calls, hearing and deciding, without Home Assistant.

Nothing below this package imports ``homeassistant``; relative imports never climb above it, so it can become a package of
its own unchanged. ``docs/architecture.md`` shows the flow.
"""
