"""CCBS Desk: the agent workstation of a fixed-line telephone operator."""

__version__ = "0.1.0"
