"""The tables by area, the databases they live in, the change feed, outbox and undo."""
