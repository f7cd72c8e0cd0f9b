"""Federations between machines: keys, the agreement's file, the server, the silos, and how they stand.

`load_agreement`, `load_silo` and `silo_by_node` are what an existing Flower app needs.
"""

from wuming.app.federation.existing import load_agreement, load_silo, silo_by_node

__all__ = ["load_agreement", "load_silo", "silo_by_node"]
