"""The read side: everything that may only look."""
