"""monitor: a news alert that tells you only what is new, who says so, and whether it is confirmed."""

__version__ = "0.1.0"
