"""Several parties compute together: secure aggregation, distributed differential privacy."""
