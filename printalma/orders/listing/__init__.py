"""The list of orders: what it is asked for, how it is found, page by page, for the dashboard and the API alike."""
