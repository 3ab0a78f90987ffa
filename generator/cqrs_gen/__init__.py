"""Turns names into a working CQRS service in Python."""
