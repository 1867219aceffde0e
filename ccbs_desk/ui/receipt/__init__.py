"""The receipts: the ones that were given, and one of them as it stood on the paper."""
