"""What the server does with an average update: one file a strategy."""

from wuming.federated.strategies.fedadam import FedAdam
from wuming.federated.strategies.fedavg import FedAvg
from wuming.federated.strategies.fedprox import FedProx
from wuming.federated.strategies.fedyogi import FedYogi
from wuming.federated.strategies.strategy import Memory, Strategy, by_name

__all__ = ["FedAdam", "FedAvg", "FedProx", "FedYogi", "Memory", "Strategy", "by_name"]
