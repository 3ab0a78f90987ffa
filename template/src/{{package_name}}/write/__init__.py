"""The write side: everything that may change state."""
