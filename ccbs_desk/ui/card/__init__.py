"""The subscriber's card: who, which line, on or off, owes what, what is open; readable in two seconds."""
