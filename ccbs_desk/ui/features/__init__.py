"""The features of a line: what is on, what can be added or removed and at what charge, and the orders under way."""
