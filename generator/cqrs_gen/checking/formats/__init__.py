"""A report as people and as other programs read it."""
