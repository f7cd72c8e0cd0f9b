"""What customers write about a product, in Chinese and English: templates for `customer_service.grammar`.

About one clause in eight says its opinion in words that no list of `opinions` holds (idioms, irony), as real ones do.
"""

# ruff: noqa: E501  (templates: one rule a line reads best)

from __future__ import annotations

from wuming.scenarios.customer_service.grammar import Rule

ZH: dict[str, Rule] = {
    "positive": (
        "{it}(收益|表现)(很稳|不错|比我预期的高|一直很好|让人满意)", "{it}(到账|放款|赎回)(很快|很及时|比以前快多了)", "办{it}的(客服|经理|柜员)(特别耐心|很专业|态度很好|非常负责)",
        "{it}(手续费|利率)(很低|挺合理|比别家划算)", "{it}用着(省心|放心|很方便|挺顺手)", "{it}一点都不麻烦", "{it}从来没有(乱收费|拖延|出过错)", "(推荐|会推荐){it}给(同事|朋友|家里人)",
        "{it}(值得|挺值得)(推荐|长期用)", "对{it}(很|非常|挺)满意", "{it}没有(让我失望|想象中那么复杂)", "{it}(真香|妥妥的|给个大大的赞|没得说)",
    ),
    "negative": (
        "{it}(收益|表现)(太低|不如预期|一直在亏|让人失望)", "{it}(到账|放款|赎回)(太慢|一拖再拖|拖了三天)", "办{it}的(客服|经理|柜员)(态度很差|推来推去|一点都不专业|不耐烦)",
        "{it}(手续费|利率)(太高|不合理|收得不明不白)", "{it}(不划算|不靠谱|不方便|不好用)", "{it}(经常|老是)(出错|报错|失败)", "(后悔|真后悔)办了{it}", "不(推荐|会推荐){it}给(同事|朋友|家里人)",
        "对{it}(很|非常|越来越)不满意", "{it}(乱收费|误导人|根本没法用)", "我要投诉{it}", "{it}(也是绝了|等到花儿都谢了|把我当提款机|谁用谁知道)",
    ),
    "neutral": (
        "想问一下{it}的(还款日|起购金额|期限|额度)(在哪里看|是多少)", "请问{it}(到期|到期以后)怎么(续|办理)", "(麻烦|请)帮我把{it}的(账单日|绑定手机|通知方式)改一下", "{it}需要(哪些材料|什么证明)",
        "{it}(可以|能)提前(还|赎回)吗", "我(上周|昨天|今天)(买了|申请了|开通了){it}", "{it}的(合同|对账单)(寄到了|在哪里下载)", "{it}的利率高不高", "{it}(和|跟)上一期(是不是一样|有什么区别)",
    ),
    "turn": ("，但是", "，不过", "，可是"),
    "although": ("虽然", "尽管"),
    "greet": ("你好，", "您好，", ""),
    "end": ("。", "！", "，谢谢。"),
    "identity": (
        "我叫<name>，", "我是<name>，手机<mobile>，", "电话<mobile>，", "卡号<bank_card>，", "身份证号<resident_id>，", "邮箱<email>，", "我住<address>，", "<name>，卡号<bank_card>，",
    ),
}  # fmt: skip

EN: dict[str, Rule] = {
    "positive": (
        "the {it} (returns are good|has done well|did better than I expected|keeps its value)", "(payouts|transfers) from the {it} are (fast|quick|always on time)", "the agent for the {it} was (very helpful|patient|professional|friendly)",
        "the (fee|rate) of the {it} is (low|fair|better than elsewhere)", "the {it} is (easy to use|convenient|reliable)", "the {it} is no trouble at all", "the {it} never (failed me|disappointed me)", "I would recommend the {it} to (friends|my colleagues|anyone)",
        "I am (very|really|quite) (happy|satisfied|pleased) with the {it}", "the {it} is not bad at all", "I love the {it}", "the {it} (is a keeper|ticks every box|gets two thumbs up)",
    ),
    "negative": (
        "the {it} (returns are poor|keeps losing money|did worse than promised|was disappointing)", "(payouts|transfers) from the {it} are (slow|always late|delayed again)", "the agent for the {it} was (rude|useless|not helpful|unfriendly)",
        "the (fee|rate) of the {it} is (too high|unfair|a hidden charge)", "the {it} is (not reliable|inconvenient|hard to use|not worth it)", "the {it} (keeps failing|was declined twice|does not work)", "I regret the {it}", "I would not recommend the {it} to (friends|my colleagues|anyone)",
        "I am (not happy|not satisfied|really unhappy|disappointed) with the {it}", "the {it} is (terrible|a waste of money|misleading)", "I want to complain about the {it}", "the {it} (is a joke|takes me for a cash machine|makes me see red)",
    ),
    "neutral": (
        "where can I see the (due date|minimum amount|term|limit) of the {it}", "how do I (renew|close) the {it} when it ends", "please change the (billing day|phone number|mailing address) of the {it}", "which (papers|documents) does the {it} need",
        "can I (repay|redeem) the {it} early", "I (opened|applied for|bought) the {it} (last week|yesterday|today)", "the (contract|statement) of the {it} (has arrived|can be downloaded where)", "is the rate of the {it} fixed", "what is the difference between the {it} and the last one",
    ),
    "turn": (", but ", "; however, "),
    "although": ("although ", "while "),
    "greet": ("Hello, ", "Hi, ", ""),
    "end": (".", "!", ", thank you."),
    "identity": (
        "my name is <name>, ", "this is <name>, phone <mobile>, ", "my number is <mobile>, ", "card number <bank_card>, ", "card <credit_card>, ", "my email is <email>, ", "I live at <address>, ", "<name> here, card <credit_card>, ",
    ),
}  # fmt: skip
