"""The outbox: what waits for the link, and what a person must see to."""
