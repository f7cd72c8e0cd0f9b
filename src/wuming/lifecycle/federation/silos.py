"""Which silo holds which units: as the records say, with what no federation could keep a guarantee for refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wuming.core.errors import EmptyData, MalformedRecord, PrivacyParameterError
from wuming.core.records import Record
from wuming.lifecycle.plan import FederationSection


def check_silos(federation: FederationSection, records: Sequence[Record], admitted: Sequence[Record]) -> None:
    """Refuse records that the silos of a plan cannot hold, before anything is done with them.

    Args:
        federation: of the plan.
        records: as they were read, in file order.
        admitted: those that may be used.

    Raises:
        MalformedRecord: a record names a silo that the plan does not list.
        EmptyData, PrivacyParameterError: see `units_by_silo`.
    """
    strange = [place for place, record in enumerate(records, 1) if record.silo not in federation.silos]
    if strange:
        raise MalformedRecord(
            f"field '{federation.silo}' of {len(strange)} records names no silo of the plan; the first is record "
            f"{strange[0]} of the file",
            help="List every silo under federation.silos, or correct the records.",
        )
    units_by_silo(federation, admitted)


def units_by_silo(
    federation: FederationSection, records: Iterable[Record], more: Sequence[str] = ()
) -> dict[str, list[str]]:
    """Return each silo's units, silos in the plan's order.

    Args:
        federation: of the plan.
        records: what is trained on; a unit is a record's `subject`.
        more: units of nobody (canaries), which the silos take in turn.

    Raises:
        EmptyData: a silo holds no unit.
        PrivacyParameterError: a unit lies in several silos, each of which would clip only its own part.
    """
    holders: dict[str, set[str]] = {}
    for record in records:
        holders.setdefault(record.subject, set()).add(record.silo)
    scattered = sum(len(silos) > 1 for silos in holders.values())
    if scattered:
        raise PrivacyParameterError(
            f"{scattered} subjects have records in several silos: each silo bounds its own part alone, and nobody "
            "bounds such a subject's whole contribution",
            help="Give all records of a person to one silo, or use unit_of_privacy: document.",
        )
    found: dict[str, list[str]] = {silo: [] for silo in federation.silos}
    for unit, (silo,) in holders.items():
        found[silo].append(unit)
    empty = sum(not units for units in found.values())
    if empty:
        raise EmptyData(
            f"{empty} of {len(found)} silos hold nothing that may be trained on",
            help="Take them out of federation.silos, or collect more of their records; nothing was spent.",
        )
    for place, unit in enumerate(more):
        found[federation.silos[place % len(federation.silos)]].append(unit)
    return found
