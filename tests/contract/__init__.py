"""One contract class per interface, run against every implementation."""
