"""A second person approves one act, at this desk, with his own password."""
