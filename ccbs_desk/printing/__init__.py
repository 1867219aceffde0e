"""Bills, receipts and labels on paper."""
