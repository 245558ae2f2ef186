"""What a loss declares of itself: domains, parameters, facts, the expression behind a function."""
