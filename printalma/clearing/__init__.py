"""Settling what the team has to look at of an order (orders.marks): what is asked, and what may be done about it."""
