"""Local differential privacy: devices report with noise of their own, and an aggregator counts."""
