"""The sign-in: the first thing that a person sees."""
