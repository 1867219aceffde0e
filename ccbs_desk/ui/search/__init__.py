"""The search: one box for whatever a person knows of a subscriber, answered while it is typed."""
