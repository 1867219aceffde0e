"""Desks and a server over links that fail."""
