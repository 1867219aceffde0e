"""Asterisk, by its manager interface (AMI): frames, the link, what the events mean, and the interface over them."""
