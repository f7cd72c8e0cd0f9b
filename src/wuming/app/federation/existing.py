"""What an existing Flower app needs: the agreement for its ServerApp, the silo for its ClientApp, from files."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from wuming.app.federation.account import check_records, silo_budget
from wuming.app.federation.agreement_file import FederationFile, read_agreement
from wuming.core.errors import PlanError
from wuming.crypto.signatures import SigningKey

if TYPE_CHECKING:
    from flwr.app import Context

    from wuming.federated.flower import Agreement, Silo


def load_agreement(path: Path | str) -> Agreement:
    """Return the agreement of a file with `task: flower`.

    Raises:
        MissingFile, PlanError, PrivacyParameterError, KeyUnavailable: the file is not there, or promises nothing.
    """
    found = Path(path)
    return _built(found, found.stat().st_mtime_ns if found.exists() else 0)[1]


def load_silo(
    folder: Path | str,
    *,
    agreement: Path | str | None = None,
    lineage: str | None = None,
    cap: float | None = None,
    record_bound: float | None = None,
    sampling_probability: float = 1.0,
    records: int | None = None,
) -> Silo:
    """Return a silo from its folder of keys; which rounds it has begun is kept there, too.

    Args:
        folder: with identity.pem.
        agreement: the silo's copy of the agreement; default: federation.yaml in the folder, or beside it.
        lineage: name of the silo's data, whose account is charged.
        cap: of the account, where it is not open yet.
        record_bound: L2 bound of what one record does to the app's update, where it keeps one.
        sampling_probability: chance of a record to be in the app's update, by a secret coin in each round.
        records: number of the silo's records, where silos count by them.

    Raises:
        KeyUnavailable: no usable identity.
        MissingFile, PlanError, PrivacyParameterError: as for `load_agreement`; or no account is named.
    """
    from wuming.federated.flower import Silo
    from wuming.federated.flower.register import RoundsOnDisk

    own = Path(folder)
    path = Path(agreement) if agreement else own / "federation.yaml"
    if agreement is None and not path.exists():
        path = own.parent / "federation.yaml"
    file, agreed = _built(path, path.stat().st_mtime_ns if path.exists() else 0)
    check_records(agreed.plan, records)
    return Silo(
        agreement=agreed,
        identity=SigningKey.load(own / "identity.pem"),
        register=RoundsOnDisk(own / "rounds.json"),
        budget=silo_budget(file, agreed.plan, lineage, cap),
        records=records or 0,
        record_bound=record_bound,
        sampling_probability=sampling_probability,
    )


def silo_by_node(
    pattern: str,
    *,
    cap: float | None = None,
    record_bound: float | None = None,
    sampling_probability: float = 1.0,
) -> Callable[[Context], Silo]:
    """Return a function that finds the silo of a node, for `secure_aggregation`; many nodes may live in one process.

    Args:
        pattern: folder of keys, with names of the node's configuration in braces: `keys/shop-{partition-id}`. The name
            of the folder names the data whose account is charged.
        cap: of each account, where it is not open yet.
        record_bound, sampling_probability: as for `load_silo`.
    """

    def find(context: Context) -> Silo:
        folder = Path(pattern.format_map(context.node_config))
        return load_silo(
            folder,
            lineage=folder.name,
            cap=cap,
            record_bound=record_bound,
            sampling_probability=sampling_probability,
        )

    return find


@lru_cache(maxsize=8)
def _built(path: Path, _changed: int) -> tuple[FederationFile, Agreement]:
    from wuming.app.federation.building import read_plan

    file = read_agreement(path)
    if file.dimension is None:
        raise PlanError(f"{path} is not for an app of Flower's own", help="Write `task: flower` and `dimension`.")
    return file, read_plan(file, file.dimension)
