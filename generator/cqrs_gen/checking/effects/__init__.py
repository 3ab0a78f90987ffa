"""What calls do to the world, as far as it can be read off their names and arguments."""
