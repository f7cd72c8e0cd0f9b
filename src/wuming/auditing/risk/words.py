"""All sentences of the risk report's rows, in English and Chinese. `{names}` are filled in; both texts use the same."""

from __future__ import annotations

from typing import Final

Text = dict[str, str]

ATTACKS: Final[dict[str, Text]] = {
    "membership": {"en": "Membership inference", "zh": "成员推断"},
    "membership_min_k": {"en": "Membership inference by the least likely tokens", "zh": "成员推断：最不可能的词元"},
    "membership_min_k_plus_plus": {
        "en": "Membership inference by the least likely tokens, each beside what was expected there",
        "zh": "成员推断：最不可能的词元（逐处归一化）",
    },
    "extraction_structured": {"en": "Extraction of planted numbers", "zh": "提取植入的号码类秘密"},
    "extraction_free_text": {"en": "Extraction of planted words", "zh": "提取植入的文字类秘密"},
    "exposure_structured": {"en": "Exposure of planted numbers", "zh": "植入号码的暴露度"},
    "exposure_free_text": {"en": "Exposure of planted words", "zh": "植入文字的暴露度"},
    "discoverable": {"en": "Extraction of training records by sampling", "zh": "通过采样提取训练记录"},
    "prefix_exact": {
        "en": "Extraction of training records by their beginning, exact",
        "zh": "以开头提取训练记录：逐字",
    },
    "prefix_near": {
        "en": "Extraction of training records by their beginning, nearly exact",
        "zh": "以开头提取训练记录：近似",
    },
    "personal_data": {"en": "Personal data in generated text", "zh": "生成文本中的个人信息"},
    "copies": {"en": "Copied stretches in sampled text", "zh": "采样文本中的照抄片段"},
    "attribute": {"en": "Attribute inference: {name}", "zh": "属性推断：{name}"},
}

FIGURES: Final[dict[str, Text]] = {
    "membership": {"en": "recognised at 1% false alarms", "zh": "误报率 1% 时的识别率"},
    "extraction": {"en": "share of secrets found", "zh": "被找到的秘密占比"},
    "exposure": {"en": "mean, in bits", "zh": "平均值（比特）"},
    "discoverable": {"en": "share of records, n = {n:,}, p = {p}", "zh": "记录占比，n = {n:,}，p = {p}"},
    "prefix": {"en": "share of records completed", "zh": "被补全的记录占比"},
    "personal_data": {
        "en": "share of texts with a value from the training text",
        "zh": "含有训练文本中某个值的文本占比",
    },
    "copies": {"en": "share of texts with {window} copied characters", "zh": "含有连续 {window} 个照抄字符的文本占比"},
    "attribute": {"en": "share guessed rightly", "zh": "猜对的占比"},
}

MEANINGS: Final[dict[str, Text]] = {
    "membership": {
        "en": "An attacker who wrongly accuses 1% of the people who were not trained on recognises {value} of those "
        "who were; blind guessing gives 1%. No attacker can recognise more than {bound} at that rate, whatever else "
        "he knows.",
        "zh": "若攻击者对未参与训练者的误报率为 1%，他能识别 {value} 的参与者；盲猜为 1%。在该误报率下，"
        "任何攻击者无论掌握何种信息，识别率都不会超过 {bound}。",
    },
    "membership_unresolved": {
        "en": "Not resolvable: with {non_members} held-out units, a false-alarm rate of 1% cannot be set. No attacker "
        "can recognise more than {bound} at that rate.",
        "zh": "无法分辨：只有 {non_members} 个留出单位，无法设定 1% 的误报率。"
        "在该误报率下，任何攻击者的识别率都不会超过 {bound}。",
    },
    "extraction": {
        "en": "{count} of {total} secrets were said by the model when it was given the words before them ({answers} "
        "answers each). For a secret drawn from {candidates} equally likely values the claim allows at most {bound}, "
        "where each answer names one value at most.",
        "zh": "给出秘密之前的文字后，模型说出了 {total} 个秘密中的 {count} 个（每个 {answers} 次回答）。"
        "若秘密从 {candidates} 个等可能的值中抽取，且每次回答至多说出一个值，则声明所允许的上限为 {bound}。",
    },
    "exposure": {
        "en": "{value} bits: the model ranks a secret as if it had that much less to guess among {candidates} values. "
        "A model that never saw the secret shows {chance} bits on average; the claim allows {bound} bits at most.",
        "zh": "{value} 比特：在 {candidates} 个候选值中，模型对秘密的排序相当于减少了这么多猜测量。"
        "从未见过该秘密的模型平均为 {chance} 比特；声明所允许的上限为 {bound} 比特。",
    },
    "completed": {
        "en": "Given its true beginning, {count} of {total} training records are completed{how}, against {other} of "
        "held-out records, which no training can have taught. The claim allows {bound} at most, from the upper "
        "limit of the held-out share.",
        "zh": "给出真实开头后，{total} 条训练记录中有 {count} 条被补全{how}；未参与训练的留出记录为 {other}。"
        "由留出占比的置信上限推得，声明所允许的上限为 {bound}。",
    },
    "personal_data": {
        "en": "{any} of the generated texts hold something that looks like personal data; {value} hold a value that "
        "stands in the training text. On equal amounts of text: {training} from training, {held_out} from people who "
        "were not trained on. Only a difference of these two is a leak. ε bounds it for each person alone, not for "
        "the number of texts.",
        "zh": "{any} 的生成文本含有形似个人信息的内容；{value} 含有训练文本中的某个值。在等量文本上："
        "来自训练文本 {training}，来自未参与训练者 {held_out}。"
        "只有两者之差才是泄露。ε 只对每个人单独设限，不限制文本数量。",
    },
    "copies": {
        "en": "{value} of the sampled texts hold a stretch of training text word for word. On equal amounts of text: "
        "{training} from training, {held_out} from held-out text, where only set phrases can match. ε sets no limit to "
        "this count over all people.",
        "zh": "{value} 的采样文本含有训练文本的逐字片段。在等量文本上：来自训练文本 {training}，"
        "来自留出文本 {held_out}（只可能是套话）。ε 不限制这一涉及所有人的计数。",
    },
    "attribute": {
        "en": "With the model, {value} of the hidden values are guessed rightly; the same attacker without it guesses "
        "{without}. The model adds {advantage} (interval {low} to {high}). Where training on the person is all that "
        "can tell, the claim allows {bound} at most.",
        "zh": "借助模型可猜对 {value} 的隐藏值；同一攻击者不用模型可猜对 {without}。"
        "模型带来的增量为 {advantage}（区间 {low} 至 {high}）。"
        "若只有该人参与训练才能透露该值，则声明所允许的上限为 {bound}。",
    },
}

HOW: Final[dict[str, Text]] = {
    "exact": {"en": " token by token by the likeliest continuation", "zh": "（最可能的续写，逐词元一致）"},
    "near": {
        "en": " by the likeliest continuation with at most {near} of the tokens edited",
        "zh": "（最可能的续写，至多改动 {near} 的词元）",
    },
    "sampled": {
        "en": " with probability {p} or more in {n:,} samples",
        "zh": "（采样 {n:,} 次，成功概率不低于 {p}）",
    },
}

ABOVE: Final[Text] = {
    "en": " The interval lies above the limit: the claim is contradicted, or this is the one time in forty that such "
    "an interval errs upwards. Repeat the attack on another run before anything is released.",
    "zh": "区间高于上限：要么声明不成立，要么是此类区间四十分之一的向上误差。发布前请换一次训练重复该攻击。",
}
VACUOUS: Final[Text] = {
    "en": " A limit of 100% excludes nothing.",
    "zh": "上限为 100% 即不排除任何情况。",
}
GROUP: Final[Text] = {
    "en": " The limit is for secrets that {units} units share (group privacy).",
    "zh": "该上限适用于由 {units} 个单位共有的秘密（群组隐私）。",
}
