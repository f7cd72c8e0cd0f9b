"""Names of countries and of their citizens, as people state their nationality."""

from __future__ import annotations

COUNTRIES = (
    "中国", "中华人民共和国", "美国", "英国", "法国", "德国", "日本", "韩国", "朝鲜", "俄罗斯", "加拿大", "澳大利亚",
    "新西兰", "新加坡", "马来西亚", "印度尼西亚", "印尼", "泰国", "越南", "菲律宾", "缅甸", "老挝", "柬埔寨", "印度",
    "巴基斯坦", "孟加拉国", "尼泊尔", "斯里兰卡", "蒙古", "哈萨克斯坦", "乌兹别克斯坦", "伊朗", "伊拉克", "以色列",
    "沙特阿拉伯", "阿联酋", "卡塔尔", "土耳其", "埃及", "南非", "尼日利亚", "肯尼亚", "埃塞俄比亚", "摩洛哥", "意大利",
    "西班牙", "葡萄牙", "荷兰", "比利时", "瑞士", "瑞典", "挪威", "丹麦", "芬兰", "奥地利", "波兰", "捷克", "匈牙利",
    "罗马尼亚", "希腊", "乌克兰", "白俄罗斯", "爱尔兰", "巴西", "阿根廷", "墨西哥", "智利", "秘鲁", "哥伦比亚", "古巴",
    "委内瑞拉", "中国香港", "中国澳门", "中国台湾",
)  # fmt: skip
SHORT = (*"中美英法德日韩朝俄加澳新泰越印意西葡荷瑞",)
CITIZENS = (
    "chinese", "american", "british", "english", "french", "german", "japanese", "korean", "russian", "canadian",
    "australian", "singaporean", "malaysian", "indonesian", "thai", "vietnamese", "filipino", "burmese", "indian",
    "pakistani", "bangladeshi", "nepalese", "mongolian", "kazakh", "iranian", "iraqi", "israeli", "saudi", "turkish",
    "egyptian", "nigerian", "kenyan", "ethiopian", "moroccan", "italian", "spanish", "portuguese", "dutch", "belgian",
    "swiss", "swedish", "norwegian", "danish", "finnish", "austrian", "polish", "czech", "hungarian", "romanian",
    "greek", "ukrainian", "belarusian", "irish", "brazilian", "argentinian", "mexican", "chilean", "peruvian",
    "colombian", "cuban", "venezuelan", "taiwanese", "scottish", "welsh", "syrian", "afghan", "lebanese", "jordanian",
    "ghanaian", "jamaican", "haitian", "bulgarian", "croatian", "serbian", "lithuanian", "latvian", "estonian",
    "icelandic",
)  # fmt: skip
ENGLISH = (
    "china", "usa", "us", "u.s.", "uk", "u.k.", "france", "germany", "japan", "korea", "russia", "canada", "australia",
    "singapore", "malaysia", "indonesia", "thailand", "vietnam", "philippines", "india", "pakistan", "bangladesh",
    "nepal", "mongolia", "iran", "iraq", "israel", "turkey", "egypt", "nigeria", "kenya", "italy", "spain", "portugal",
    "netherlands", "belgium", "switzerland", "sweden", "norway", "denmark", "finland", "austria", "poland", "hungary",
    "romania", "greece", "ukraine", "ireland", "brazil", "argentina", "mexico", "chile", "peru", "colombia", "cuba",
    "venezuela", "taiwan", "syria", "afghanistan", "united states", "united kingdom", "south korea", "new zealand",
    "south africa", "hong kong", "great britain",
)  # fmt: skip
