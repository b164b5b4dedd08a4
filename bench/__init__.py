"""How fast it is, in ratios to what the machine can do without it: `make bench`, `make soak`."""
