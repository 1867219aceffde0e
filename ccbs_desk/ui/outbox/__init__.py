"""The outbox: what this desk did and the centre has not taken, what needs a person, and what came home."""
