"""What figures share: layout, axes, colours and dashes."""
