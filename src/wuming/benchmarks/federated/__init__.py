"""The federated bench: what rounds cost, whether sums are right, whether the account is, and what models reach."""
