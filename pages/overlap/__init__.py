"""The page that asks what accuracy hides: a prediction over its target, and what losses of overlap make of it."""
