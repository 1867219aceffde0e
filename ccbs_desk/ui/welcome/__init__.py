"""The first start of a desk: it asks to be let in, then loads its area."""
