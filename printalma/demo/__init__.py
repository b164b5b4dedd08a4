"""A made-up shop: who orders what, and what becomes of it, for whoever tries the product or measures it."""
