"""Ready federations: handwritten digits by many clients, reviews by ten shops."""
