"""Drives the desk as a person does, by posted key events and by reading what is on the screen."""
