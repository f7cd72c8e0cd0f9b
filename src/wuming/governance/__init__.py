"""Governance: the ledger of evidence and spending, accounts and their caps, the consent registry, lineage."""
