"""The text bench: how much personal data is found, how fast, and what is taken for it wrongly."""
