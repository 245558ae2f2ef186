"""Everything on screen that more than one page uses."""
