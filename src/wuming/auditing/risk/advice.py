"""Advice that names the knob: what to turn, what the accountant says it would do, and where it can say nothing.

Advice is arithmetic on public numbers of the schedule; it looks at no measured figure, so that it may be shown to
anybody. Which knobs suit which finding stands in the report's rows. Effects on what a real attack finds are never
promised: ε bounds every attack, and a smaller ε lowers the bound.

Sources for what the accountant cannot compute: Lee et al., "Deduplicating training data makes language models better"
(ACL 2022), section 5.2, and Kandpal, Wallace and Raffel, "Deduplicating training data mitigates privacy risks in
language models" (ICML 2022), section 3: repeated text is extracted far more often.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Final

from wuming.accounting.accountant import epsilon
from wuming.accounting.events import Event, PoissonSampledGaussian
from wuming.auditing.risk.bounds import Claim, Limits
from wuming.auditing.risk.report import percent
from wuming.auditing.risk.words import Text
from wuming.core.errors import PrivacyParameterError

_INTERVAL = 1e-3
_FPR: Final = 0.01


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of advice.

    Attributes:
        id: the knob, for programs; rows of the report name it.
        knob: in words.
        change: what to set.
        effect: what that does.
        epsilon: of the changed schedule, at the same δ, unit, relation and sampler; None where it stays or is unknown.
        highest_tpr: of any attacker at 1% false alarms under the changed schedule; None where not computed.
    """

    id: str
    knob: Text
    change: Text
    effect: Text
    epsilon: float | None = None
    highest_tpr: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the advice as a JSON object; `computed` says whether the effect comes from the accountant."""
        rate = None if self.highest_tpr is None else round(self.highest_tpr, 6)
        return {
            "id": self.id,
            "knob": self.knob,
            "change": self.change,
            "effect": self.effect,
            "epsilon": self.epsilon,
            "highest_tpr_at_1_percent_fpr": rate,
            "computed": self.highest_tpr is not None,
        }


def advise(claim: Claim, limits: Limits) -> list[Step]:
    """Return what to turn for less risk, those that the accountant can compute first.

    Args:
        claim: of the model; without an event, or with one other than a Poisson-sampled Gaussian, nothing is computed
            beyond the effect of repetition.
        limits: of the same claim.

    Raises:
        UnsupportedEvent, MissingExtra: see `Limits.of`.
    """
    event = claim.event
    computed = [
        _computed(claim, limits, name, changed)
        for name, changed in (_changes(event) if isinstance(event, PoissonSampledGaussian) else {}).items()
    ]
    return [step for step in computed if step is not None] + [_repetition(limits), *_UNCOMPUTED]


def _changes(event: PoissonSampledGaussian) -> dict[str, Event]:
    """Return the schedule with one knob turned: by half more, by half, or twice."""
    sigma, q = event.noise_multiplier, event.sampling_probability
    changes: dict[str, Event] = {"more noise": dataclasses.replace(event, noise_multiplier=1.5 * sigma)}
    if event.steps > 1:
        changes["fewer steps"] = dataclasses.replace(event, steps=event.steps // 2)
    changes["smaller batch"] = dataclasses.replace(event, sampling_probability=q / 2)
    if q <= 0.5:
        changes["larger batch"] = dataclasses.replace(event, sampling_probability=2 * q, noise_multiplier=2 * sigma)
    return changes


def _computed(claim: Claim, limits: Limits, name: str, event: Event) -> Step | None:
    assert isinstance(claim.event, PoissonSampledGaussian)
    assert isinstance(event, PoissonSampledGaussian)
    relation = claim.neighbouring_relation
    try:
        changed = epsilon(event, claim.delta, relation=relation, value_discretization_interval=_INTERVAL)
        rate = Limits.of(dataclasses.replace(claim, epsilon=changed, event=event)).highest(_FPR)
    except PrivacyParameterError:
        return None  # no finite ε, or none that makes a claim: nothing to advise
    if changed >= claim.epsilon or rate > limits.highest(_FPR):
        return None  # where noise is so small that the turn does not help
    knob, change, effect = _TURNS[name]
    values = {
        "sigma": f"{claim.event.noise_multiplier:g}",
        "new_sigma": f"{event.noise_multiplier:g}",
        "steps": claim.event.steps,
        "new_steps": event.steps,
        "q": f"{claim.event.sampling_probability:g}",
        "new_q": f"{event.sampling_probability:g}",
    }
    guarantee = _filled(
        _GUARANTEE,
        epsilon=f"{claim.epsilon:.10g}",
        changed=f"{changed:.10g}",
        delta=f"{claim.delta:g}",
        unit=claim.unit_of_privacy,
        relation=relation,
        sampler=claim.sampler,
        before=percent(limits.highest(_FPR)),
        after=percent(rate),
    )
    words = {language: guarantee[language] + effect[language] for language in guarantee}
    return Step(name, knob, _filled(change, **values), words, changed, rate)


def _repetition(limits: Limits) -> Step:
    """Return what repetition does: text that k units share is protected as a group of k only."""
    one, two, four = (limits.of_group(units).highest(_FPR) for units in (1, 2, 4))
    effect = _filled(
        {
            "en": "ε is per unit and stays. What two units share may be recognised by any attacker with {two} at 1% "
            "false alarms, what four share with {four}, instead of {one}; repeated text is also what real attacks "
            "extract first. Remove repetitions by a rule that looks at one subject at a time, or on public text.",
            "zh": "ε 按单位计算，保持不变。在误报率 1% 时，任何攻击者对两个单位共有内容的识别率上限为 {two}，"
            "四个单位共有为 {four}，而单独一个单位为 {one}；重复文本也最先被实际攻击提取。"
            "去重规则应一次只看一个主体，或只用于公开文本。",
        },
        one=percent(one),
        two=percent(two),
        four=percent(four),
    )
    knob = {"en": "Repetitions", "zh": "重复内容"}
    change = {"en": "deduplicate: each text once for each unit and, where it can be, once in all", "zh": "去重"}
    return Step("deduplicate", knob, change, effect, None, one)


_GUARANTEE: Final[Text] = {
    "en": "ε {epsilon} → {changed} (δ = {delta}, unit {unit}, {relation}, {sampler}); at 1% false alarms no attacker "
    "recognises more than {after} instead of {before}.",
    "zh": "ε {epsilon} → {changed}（δ = {delta}，单位 {unit}，{relation}，{sampler}）；误报率 1% 时，"
    "任何攻击者的识别率上限由 {before} 变为 {after}。",
}

_TURNS: Final[dict[str, tuple[Text, Text, Text]]] = {
    "more noise": (
        {"en": "Noise", "zh": "噪声"},
        {"en": "noise_multiplier {sigma} → {new_sigma}", "zh": "noise_multiplier {sigma} → {new_sigma}"},
        {
            "en": " The noise on each average gradient grows by half, and quality falls.",
            "zh": "每步平均梯度上的噪声增加一半，质量下降。",
        },
    ),
    "fewer steps": (
        {"en": "Passes", "zh": "训练轮数"},
        {"en": "steps {steps} → {new_steps}", "zh": "steps {steps} → {new_steps}"},
        {
            "en": " The model sees each unit half as often; a larger learning rate makes up for part of it.",
            "zh": "模型看到每个单位的次数减半；提高学习率可部分弥补。",
        },
    ),
    "smaller batch": (
        {"en": "Batch, at the same noise", "zh": "批量（噪声不变）"},
        {"en": "sampling_probability {q} → {new_q}", "zh": "sampling_probability {q} → {new_q}"},
        {
            "en": " The same noise falls on half the units, so each average gradient is twice as noisy.",
            "zh": "同样的噪声落在一半的单位上，平均梯度的噪声加倍。",
        },
    ),
    "larger batch": (
        {"en": "Batch and noise together", "zh": "批量与噪声同增"},
        {
            "en": "sampling_probability {q} → {new_q} and noise_multiplier {sigma} → {new_sigma}",
            "zh": "sampling_probability {q} → {new_q}，noise_multiplier {sigma} → {new_sigma}",
        },
        {
            "en": " The noise on each average gradient stays as it is: better privacy at the same quality for twice "
            "the computing time.",
            "zh": "平均梯度上的噪声不变：以两倍计算时间换取同等质量下更好的隐私。",
        },
    ),
}

_UNCOMPUTED: Final = (
    Step(
        "de-identify",
        {"en": "De-identification", "zh": "去标识化"},
        {
            "en": "replace or mask more kinds of personal data before training",
            "zh": "训练前替换或遮盖更多种类的个人信息",
        },
        {
            "en": "ε stays. A value that is not in the text cannot be extracted; free text that no detector knows "
            "stays in and is protected by ε alone.",
            "zh": "ε 不变。文本中不存在的值无法被提取；检测器不认识的自由文本仍会保留，只由 ε 保护。",
        },
    ),
    Step(
        "fewer records per unit",
        {"en": "Records per unit", "zh": "每单位记录数"},
        {"en": "a smaller records_per_unit", "zh": "减小 records_per_unit"},
        {
            "en": "ε stays where the unit's whole gradient is clipped. Fewer of a person's records are looked at in a "
            "step, so less of each is learnt; measure again to see by how much.",
            "zh": "若对单位的整个梯度裁剪，ε 不变。每步查看的个人记录更少，学到的也更少；需重新测量其幅度。",
        },
    ),
    Step(
        "fewer trained parameters",
        {"en": "Trained parameters", "zh": "可训练参数"},
        {"en": "adapters (LoRA) of a lower rank, or fewer layers", "zh": "使用更低秩的适配器（LoRA）或更少的层"},
        {
            "en": "ε stays: it does not depend on the number of parameters. There is less room to memorise, and the "
            "noise has a smaller norm in all; measure again to see by how much.",
            "zh": "ε 不变：它与参数数量无关。可供记忆的空间更小，噪声的总范数也更小；需重新测量其幅度。",
        },
    ),
    Step(
        "larger unit",
        {"en": "Unit of privacy", "zh": "隐私单位"},
        {"en": "the subject instead of the record or document", "zh": "以主体代替记录或文档"},
        {
            "en": "For a person with k records, an ε per record grows to at least that of a group of k. With the "
            "subject as the unit it covers all of a person's records at once.",
            "zh": "若按记录计算 ε，则拥有 k 条记录的人只得到 k 条一组的保护。以主体为单位则一次覆盖其全部记录。",
        },
    ),
)


def _filled(text: Text, **values: Any) -> Text:
    return {language: template.format(**values) for language, template in text.items()}
