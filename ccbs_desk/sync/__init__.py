"""Brings commands to the server and the server's facts home."""
