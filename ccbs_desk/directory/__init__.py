"""The search engine for names, places and categories."""
