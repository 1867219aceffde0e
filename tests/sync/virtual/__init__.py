"""The desks and the server of the product in one process, on time that is only counted: chance alone drives them."""
