"""The payment: what is owed, how the money is split, what comes back, and what it means for the line."""
