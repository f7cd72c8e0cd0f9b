"""Aggregation that some clients with bad updates cannot steer at will: one file a rule, and what goes with what."""
