"""The till: opened with a counted float, its session, and the blind count that closes it."""
