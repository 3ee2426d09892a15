"""The engine's ports, implemented with Home Assistant."""
