"""The audit bench: do bounds hold, how much do they see, and what do attacks find."""
