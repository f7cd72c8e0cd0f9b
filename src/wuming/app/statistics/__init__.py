"""Answers about private tables as people ask for them and see them."""
