"""The HTTP interface, one file per area."""
