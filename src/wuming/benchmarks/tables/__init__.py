"""The tables bench: what is lost, how long it takes, and whether the promises hold when somebody else counts."""
