"""Linear models whose weights have a price: lasso, ridge, elastic net, their paths, and how strong to make them.

Under squared errors the objective is everywhere ``mean((target - intercept - features @ weights)**2) / 2 + l1 * sum(abs(weights))
+ l2 / 2 * sum(weights**2)``, with an intercept that costs nothing. ``conventions`` says what the strengths of others,
who sum instead, leave out the halves, or scale the columns, are in it. Under another loss (``smooth``, ``smooth_path``,
``smooth_study``) its mean stands in the place of the halved mean square.
"""
