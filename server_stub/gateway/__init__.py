"""The telephone gateway: one exchange, its agents and calls, told to each desk as far as they are its own."""
