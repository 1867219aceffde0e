"""Settings, paths, secrets, language and formats."""
