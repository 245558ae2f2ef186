"""What a visitor has set: checked values, kept for the session, carried by the address."""
