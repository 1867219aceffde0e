"""What the product can do: one file per verb, the same handler at the desk and on the server."""
