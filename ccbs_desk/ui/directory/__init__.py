"""The directory: a name and a place in any order, a number read back in groups, and how the look-up ended."""
