"""Two losses against each other: what becomes of a generator and a discriminator that each follow their own."""
