"""One handler a command: it decides, and records what should change."""
