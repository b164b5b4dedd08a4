"""The list as a file that spreadsheets read, of orders or of their articles."""
