"""Flower carries the federation: this room moves the bytes of secure aggregation between silos, and decides nothing.

Flower (SuperLink, SuperNode, ServerApp, ClientApp, the Message API) is transport and orchestration. What may be said to
whom, what is refused and what may be learned is decided by the state machines of
`wuming.federated.secure_aggregation`, which stay as they are whatever carries them.

- `SecureAggregation` wraps a strategy of a ServerApp, `secure_aggregation` is a mod of a ClientApp: an existing Flower
  app gets both by a few changed lines.
- `wuming federate serve|join` start a SuperLink and SuperNodes of their own. A silo runs only code that is installed on
  its own machine: an app that comes from the server, as Flower's own SuperNode runs it, could read what secure
  aggregation hides.

Flower's telemetry and update check are switched off by importing this room; nothing turns them on again.
"""

from wuming.federated.flower.quiet import require_flower

require_flower()

from wuming.federated.flower.agreement import Agreement, Member  # noqa: E402  (Flower must be quiet first)
from wuming.federated.flower.mod import secure_aggregation  # noqa: E402
from wuming.federated.flower.silo import Silo  # noqa: E402
from wuming.federated.flower.strategy import SecureAggregation  # noqa: E402

__all__ = ["Agreement", "Member", "SecureAggregation", "Silo", "secure_aggregation"]
