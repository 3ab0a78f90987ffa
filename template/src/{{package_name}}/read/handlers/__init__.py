"""One handler a query: it looks, and answers."""
