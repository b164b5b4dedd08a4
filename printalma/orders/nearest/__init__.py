"""What somebody who misspelt a name may have meant: the nearest names of people and places that orders have."""
