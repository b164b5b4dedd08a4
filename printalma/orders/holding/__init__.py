"""Who of the team takes care of an order, and who has its page open."""
