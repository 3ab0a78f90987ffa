"""What turns events into the rows that queries look at."""
