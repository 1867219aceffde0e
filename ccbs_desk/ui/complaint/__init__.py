"""Complaints of an account: those that are open come first, then a new one, with its service level."""
