"""Every test of the product; the gates are in `architecture`."""
