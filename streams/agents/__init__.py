"""The three stages as agents run them: thin shells around the pure packages."""
