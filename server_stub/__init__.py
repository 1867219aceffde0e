"""The sync server: the same models and handlers as the desk, as the last word."""
