"""Random networks, and what every backend makes of them."""
