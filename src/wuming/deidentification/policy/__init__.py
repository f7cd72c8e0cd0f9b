"""What to look for and what to do with it, by type, in one YAML file; with ready profiles."""
