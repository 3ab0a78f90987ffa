"""Bringing a project forward to a later version of its template, so that nothing is lost."""
