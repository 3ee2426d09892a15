"""Direct clients of speech and language services, for use without Home Assistant. They implement ``engine.ports``."""
