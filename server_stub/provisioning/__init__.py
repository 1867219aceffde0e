"""Orders for features on their way to the telephone exchanges, and what the exchanges say."""
