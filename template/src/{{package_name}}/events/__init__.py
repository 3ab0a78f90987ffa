"""Facts that commands made true: the only language that both sides share."""
