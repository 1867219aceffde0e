"""The agent's own state and what may be done with the call of the moment: the call bar's decisions, and its dialogs."""
