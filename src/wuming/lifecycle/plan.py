"""The plan: what to do with which data, as a schema that refuses what it does not know."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

UnitOfPrivacy = Literal["subject", "document"]
LegalBasis = Literal["consent", "contract", "legal-obligation", "public-licence"]
Operator = Literal["surrogate", "redact", "mask", "hash"]
Arm = Literal["raw", "deidentified", "control"]
AttributeName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
SiloName = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\S(.*\S)?$")]
AttributeValue = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\S(.*\S)?$")]


class Section(BaseModel):
    """Base of all sections: unknown keys are refused, values cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Source(Section):
    """Where the data comes from, and why it may be used."""

    records: Path | None = Field(
        default=None, description="Documents: JSONL, CSV or Parquet with id, subject, text, created_at."
    )
    dataset: str | None = Field(default=None, description="Name of a known public data set, instead of `records`.")
    table: Path | None = Field(
        default=None, description="One row a subject: CSV, JSONL or Parquet. Without it: no table stage."
    )
    consent: Path | None = Field(
        default=None, description="Consent records, JSONL. Needed when the legal basis is consent."
    )
    public: Path | Literal["embedded"] = Field(
        default="embedded",
        description="Public corpus without personal data; base model and tokenizer learn from it alone.",
    )
    ground_truth: Path | None = Field(
        default=None, description="Folder with true spans and secrets, used only to measure."
    )
    lineage: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")] | None = Field(
        None,
        description="Name of the data lineage, by default the plan's name. All plans about the same people must name "
        "the same one: they share one account.",
    )
    origin: str = Field(description="Owner and address or contract of the source.")
    licence: str = Field(description="Licence or terms under which the source is used.")
    legal_basis: LegalBasis = Field(description="Legal basis (PIPL Art. 13, GDPR Art. 6).")


class Collect(Section):
    """What may be used."""

    purpose: str = Field(default="model-training", description="The purpose that consent must cover.")
    as_of: date = Field(description="Day on which consent, age and retention are judged.")
    retention_days: Annotated[int, Field(ge=1)] = Field(
        default=730, description="Older records (days before `as_of`) are dropped."
    )
    age_of_consent: Annotated[int, Field(ge=0, le=21)] = Field(
        default=14, description="Below it a guardian's consent is needed."
    )


class Deidentify(Section):
    """How personal data in text is replaced."""

    operator: Operator = Field(
        default="surrogate", description="What replaces a value: invented, label, partly hidden, keyed hash."
    )
    operators: dict[str, Operator] = Field(default_factory=dict, description="Exceptions by entity type.")


class Anonymise(Section):
    """How the table is generalised."""

    subject: str = Field(default="subject", description="Column that names the subject; it is removed.")
    quasi_identifiers: Annotated[list[str], Field(min_length=1)] = Field(
        description="Columns that others may know about a person (age, city); these are generalised."
    )
    sensitive: Annotated[list[str], Field(min_length=1)] = Field(
        description="Columns that nobody shall be able to infer; published as they are."
    )
    k: Annotated[int, Field(ge=2)] = Field(default=10, description="Each row is alike with at least k-1 others.")
    l: Annotated[int, Field(ge=1)] = Field(  # noqa: E741  (the literature's name)
        default=2, description="Distinct sensitive values in each group of like rows, at least."
    )
    t: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None,
        description="Largest distance of a group from the table in its sensitive values; empty: none.",
    )


class Model(Section):
    """The base model: a small causal language model of the Llama class."""

    vocabulary: Annotated[int, Field(ge=300, le=65536)] = Field(default=2048, description="Tokens of the tokenizer.")
    hidden_size: Annotated[int, Field(ge=16)] = Field(default=96, description="Width; a multiple of `heads`.")
    layers: Annotated[int, Field(ge=1)] = Field(default=2, description="Transformer layers.")
    heads: Annotated[int, Field(ge=1)] = Field(default=4, description="Attention heads in a layer.")
    feed_forward: Annotated[int, Field(ge=16)] = Field(default=256, description="Width of the feed-forward part.")
    max_tokens: Annotated[int, Field(ge=16, le=2048)] = Field(
        default=96, description="Longest text in tokens; the rest is cut."
    )
    public_epochs: Annotated[int, Field(ge=1)] = Field(default=2, description="Passes over the public corpus.")
    public_learning_rate: Annotated[float, Field(gt=0)] = Field(
        default=4e-3, description="Learning rate on the public corpus."
    )


class Train(Section):
    """The private schedule. Every number here is public and fixed before the data is seen."""

    epsilon: Annotated[float, Field(gt=0)] = Field(
        default=8.0, description="Privacy loss that this training may spend, with `delta`, for one unit of privacy."
    )
    delta: Annotated[float, Field(gt=0, lt=1)] = Field(default=1e-5, description="At most 1 / (10 x population).")
    population: Annotated[int, Field(ge=1)] = Field(description="Public figure for the number of units; not counted.")
    expected_units_per_step: Annotated[int, Field(ge=1)] = Field(description="Sampling probability x population.")
    steps: Annotated[int, Field(ge=1)] = Field(default=60, description="Steps of the private training.")
    records_per_unit: Annotated[int, Field(ge=1)] = Field(
        default=1, description="K: at most so many records of a sampled unit."
    )
    max_grad_norm: Annotated[float, Field(gt=0)] = Field(
        default=1.0, description="Clipping bound of a unit's summed gradient."
    )
    learning_rate: Annotated[float, Field(gt=0)] = Field(
        default=8e-3, description="Of the private training; chosen on public data."
    )
    average_decay: Annotated[float, Field(ge=0, lt=1)] = Field(
        default=0.9, description="Decay of the averaged weights."
    )
    unprotected_epochs: Annotated[int, Field(ge=1)] = Field(
        default=6, description="Passes of the unprotected comparison arms."
    )
    unprotected_batch: Annotated[int, Field(ge=1)] = Field(
        default=8, description="Records a step in the unprotected arms."
    )
    unprotected_learning_rate: Annotated[float, Field(gt=0)] = Field(
        default=8e-3, description="Of the unprotected arms."
    )
    model: Model = Model()


class FederationSection(Section):
    """Training as a federation: silos that give nobody their records, only noised sums under masks."""

    silo: Annotated[str, Field(min_length=1, max_length=64)] = Field(
        description="Field of the records that names the silo which holds them (a subsidiary, a branch)."
    )
    silos: Annotated[list[SiloName], Field(min_length=2, max_length=128)] = Field(
        description="Names of all silos, each once; fixed beforehand, not collected from the records."
    )
    least_survivors: Annotated[int, Field(ge=2)] | None = Field(
        default=None,
        description="Silos without whom a step has no sum, above (silos + colluders) / 2; the noise is made for these. "
        "Empty: all, and none may drop out.",
    )
    colluders: Annotated[int, Field(ge=0)] = Field(
        default=1,
        description="Silos that may tell the server their own noise; at least two others must stay. A curious silo is "
        "one.",
    )
    bits: Annotated[int, Field(ge=12, le=32)] = Field(
        default=20, description="Bits of one value of a sum; fewer mean a coarser grid and more noise."
    )
    strategy: Literal["fedadam", "fedyogi", "fedavg"] = Field(
        default="fedadam", description="The server's step with `train.learning_rate`; it costs no privacy."
    )


class Audit(Section):
    """Canaries and the confidence of the lower bound."""

    canaries: Annotated[int, Field(ge=0)] = Field(
        default=200, description="Invented units, each included by a fair coin."
    )
    gradient_canaries: Annotated[int, Field(ge=0)] = Field(
        default=0,
        description="Directions among the gradients, each included by a fair coin; they count beside "
        "`train.population`, and show far more than the others.",
    )
    confidence: Annotated[float, Field(gt=0.5, lt=1)] = Field(
        default=0.95, description="Of the lower bound of epsilon."
    )


class Assess(Section):
    """What the attacks may do, and which unprotected arms are trained for comparison."""

    arms: list[Arm] = Field(
        default=["raw", "deidentified", "control"],
        description="Comparison models, never released: unprotected; stage 2 only; the private schedule without noise.",
    )
    samples: Annotated[int, Field(ge=0)] = Field(
        default=20, description="Sampled continuations a secret, besides the greedy one."
    )
    candidates: Annotated[int, Field(ge=2)] = Field(
        default=256, description="Values among which a secret's rank is taken."
    )
    attributes: Annotated[
        dict[AttributeName, Annotated[list[AttributeValue], Field(min_length=2, max_length=100)]], Field(max_length=20)
    ] = Field(
        default_factory=dict,
        description="Attribute → its possible values as they stand in texts: does the model help to guess which one "
        "somebody's text goes on with? No value may begin with another.",
    )
    held_out: Annotated[float, Field(gt=0, lt=0.5)] = Field(default=0.1, description="Share of units never trained on.")


class Review(Section):
    """Which policy the controls apply."""

    max_residual_leak: Annotated[float, Field(gt=0, lt=1)] = Field(
        default=0.05, description="Highest accepted 95% upper bound of the share of structured identifiers that stay."
    )
    max_reidentification_risk: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.1, description="Highest accepted risk that one row of the table is re-identified."
    )
    max_epsilon: Annotated[float, Field(gt=0)] = Field(
        default=10.0, description="Highest epsilon that policy lets out."
    )
    waived: dict[str, str] = Field(default_factory=dict, description="Control id → reason; shown in the dossier.")


class BudgetSection(Section):
    """The account's cap for its whole life, over all releases."""

    epsilon: Annotated[float, Field(gt=0)] = Field(default=20.0, description="Cap of the account, over all releases.")
    delta: Annotated[float, Field(gt=0, lt=1)] = Field(default=1e-5, description="The account's delta; never changes.")


class DataPlan(Section):
    """Where data comes from and how it is made ready; what is made of it is said elsewhere."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")] = Field(
        description="Name of the data lineage and its account; lower-case letters, digits, hyphens."
    )
    title: str = Field(default="", description="Heading of the dossier; the name where empty.")
    unit_of_privacy: UnitOfPrivacy = Field(
        default="subject", description="Whose whole contribution the guarantee hides."
    )
    neighbouring_relation: Literal["add-or-remove-one"] = Field(
        default="add-or-remove-one", description="Two data sets are neighbours when one unit is added or removed."
    )
    seed: int = Field(
        default=0, description="Initialisation of the base model and generated data; never coins or noise."
    )
    source: Source
    collect: Collect
    deidentify: Deidentify = Deidentify()


class Plan(DataPlan):
    """One plan file."""

    anonymise: Anonymise | None = None
    train: Train
    federation: FederationSection | None = None
    audit: Audit = Audit()
    assess: Assess = Assess()
    review: Review = Review()
    budget: BudgetSection = BudgetSection()
