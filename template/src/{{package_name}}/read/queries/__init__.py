"""What may be asked of the read side, and the views that answer."""
