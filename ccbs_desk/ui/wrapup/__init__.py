"""The wrap-up of a call: what it came to, what was done in it, and what the agent does next."""
