"""Tests of the server's parts, each alone."""
