"""Differentially private answers about tables, charged to one budget."""
