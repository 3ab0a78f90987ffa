"""What may be asked of the write side."""
