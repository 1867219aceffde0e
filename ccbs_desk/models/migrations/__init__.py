"""The schema's history: `both` for the tables of desk and server, `server` and `desk` for what only one of them has."""
