"""The project's own rules, held by tests."""
