"""Calls without regard to the make of the exchange: the model, the interface, its implementations."""
