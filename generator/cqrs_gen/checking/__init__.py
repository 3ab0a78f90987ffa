"""`cqrs-gen check`: whether the constraints hold in code that people edited, read and never run."""
