"""The rules: each a code, a sentence, and a pure function from a survey to what it finds."""
