"""What happens to people, from beginning to end."""
