"""What was not tested: drawn from the evidence, so that a certificate cannot be silent about it.

An entry of the table is tested when one of its claims is in the evidence, or was left out of a public edition (then
nothing is said either way). Entries without claims are never tested by this program.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wuming.compliance.dossier.figures import get


@dataclass(frozen=True)
class Test:
    """One thing that may have been tested.

    Attributes:
        id: its name in the certificate.
        claims: `kind.path` of claims, any of which shows that it was tested; a path may end in `=value`.
        attacks: words of which one in the name of an attack of the risk report shows it, too.
        en, zh: what was not tested.
    """

    id: str
    claims: tuple[str, ...]
    attacks: tuple[str, ...]
    en: str
    zh: str


TESTS: tuple[Test, ...] = (
    Test("consent", ("collect.admitted", "collect.purpose"), (),
         "Whether the records might be used: no evidence of consent, purpose or retention.",
         "记录是否可以使用：没有关于同意、目的或保存期限的证据。"),
    Test("de-identification", ("de-identify.measured.structured",), (),
         "How much personal data stands in the text that was trained on: no labelled sample was measured.",
         "训练文本中残留多少个人信息：没有测量标注样本。"),
    Test("audit", ("audit.epsilon_lower_bound",), (),
         "Whether the training leaks more than ε allows: no canaries were put in, so no lower bound was measured.",
         "训练的泄露是否超过 ε：未放入金丝雀，没有测量下界。"),
    Test("audit-white-box", ("audit.access=white-box", "audit.white_box"), (),
         "The audit did not look at the single steps (white-box), where it would see more.",
         "审计未查看每一步（白盒），而白盒审计能看到更多。"),
    Test("membership", ("assess.arms.protected.membership",), ("membership", "loss", "lira", "rmia", "min-k"),
         "Membership inference: no attack was run on the released model.",
         "成员推断：未对发布的模型进行任何攻击。"),
    Test("membership-resolved", ("assess.arms.protected.membership.tpr_at_1_percent_fpr",), ("membership",),
         "Membership at 1% false positives: no rate could be resolved; that takes 100 people who are held out.",
         "误报率 1% 时的成员推断：无法分辨，需要 100 个留出的人。"),
    Test("membership-calibrated", (), ("lira", "rmia"),
         "Membership inference with shadow models (LiRA, RMIA), which is stronger than the loss alone.",
         "使用影子模型的成员推断（LiRA、RMIA），强于仅用损失的攻击。"),
    Test("membership-rare", (), ("0.1%",),
         "Membership at 0.1% false positives: it takes 10,000 non-members to resolve that.",
         "误报率 0.1% 时的成员推断：需要 10,000 个非成员才能分辨。"),
    Test("extraction", ("assess.arms.protected.extracted",), ("extraction",),
         "Extraction of secrets: none were planted, or the attack was not run.",
         "秘密提取：未植入秘密，或未运行该攻击。"),
    Test("control", ("assess.arms.control",), (),
         "The same schedule without clipping and noise (control): nobody can tell protection from luck.",
         "无裁剪无噪声的相同训练（对照）：无法区分保护与运气。"),
    Test("attribute-inference", (), ("attribute",),
         "Inference of a person's hidden attribute from the model.",
         "由模型推断某人的隐藏属性。"),
    Test("generated-personal-data", (), ("personal data", "personal_data"),
         "Personal data in freely generated text.",
         "自由生成的文本中的个人信息。"),
    Test("active-attackers", (), (),
         "Attackers who change the training data, see intermediate models, or hold other data about the same people.",
         "篡改训练数据、看到中间模型或掌握同一人群其他数据的攻击者。"),
    Test("side-channels", (), (),
         "Timing and other side channels of the machines that train and serve the model.",
         "训练与服务机器的时序等侧信道。"),
    Test("substance", (), (),
         "Whether consent was valid in substance, processing necessary, and the model fair, correct or harmless.",
         "同意在实质上是否有效、处理是否必要，以及模型是否公平、正确、无害。"),
    Test("honesty", (), (),
         "Whether whoever ran this program trained on the data, and with the program, that the evidence names.",
         "运行者是否确实使用了证据所述的数据与程序。"),
)  # fmt: skip


def untested(facts: Mapping[str, Any], withheld: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """Return what was not tested, as `id`, `en`, `zh`.

    Args:
        facts: claims by kind of evidence.
        withheld: paths that were left out, by kind.
    """
    rows = get(facts, "assess.risk.rows")
    names = " ".join(
        f"{row.get('id', '')} {row.get('attack', '')} {row.get('figure', '')}".casefold()
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, Mapping) and row.get("value") is not None
    )
    return [
        {"id": test.id, "en": test.en, "zh": test.zh}
        for test in TESTS
        if not any(_shown(facts, withheld, claim) for claim in test.claims)
        and not any(word in names for word in test.attacks)
        and not (test.attacks and _left_out(withheld, "assess", "risk.rows"))
    ]


def _shown(facts: Mapping[str, Any], withheld: Mapping[str, Sequence[str]], claim: str) -> bool:
    path, _, value = claim.partition("=")
    kind, _, inner = path.partition(".")
    found = get(facts, path)
    if found is None:
        return _left_out(withheld, kind, inner)
    return not value or found == value


def _left_out(withheld: Mapping[str, Sequence[str]], kind: str, path: str) -> bool:
    return any(path == left or path.startswith(f"{left}.") for left in withheld.get(kind, ()))
