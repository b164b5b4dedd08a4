"""An order that somebody of the team types in: taken by telephone or WhatsApp, or one that was refused."""
