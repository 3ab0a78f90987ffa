"""One file a command: parse, plan, apply, report."""
