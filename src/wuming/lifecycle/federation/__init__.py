"""Joins training to federations: local trainers over PyTorch models, for the rooms that must not know each other."""
