"""Chinese surnames and titles, as surrogates are made of."""

# ruff: noqa: E501, SIM905 - word lists, kept in dense blocks

from __future__ import annotations

COMPOUND_SURNAMES = frozenset(
    "欧阳 司马 上官 诸葛 司徒 东方 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 轩辕 夏侯 南宫 独孤 端木 百里 呼延 申屠 闻人 澹台 公羊 "
    "拓跋 完颜 赫连 钟离 闾丘 东郭 西门 南门 第五".split()
)

# Characters that seldom begin an ordinary word.
CLEAR_SURNAMES = frozenset(
    "李王张刘陈赵吴徐孙胡郭梁宋郑谢韩唐冯董萧曹袁邓许沈彭吕蒋蔡贾魏薛阎潘杜戴汪姜姚谭廖邹郝崔邱秦邵孟尹黎龚樊俞骆葛焦韦庞"
    "陶莫桑邬柏艾滕瞿卜敖窦阚邸栾竺颜庄牟郎沃雍谌戚匡晁蔺庾巫冀扈寇仲厉戎迟逄奚郁郦昝谯璩濮屠阙訾嵇麦楚晋汲池桂甘芈"
    "翟邢耿鲍殷詹裴岳柴鄢聂岑缪穆娄蒲卞翁荀佘佟闫柯褚贺倪阮祁卫冉覃靳晏甄卓喻凌芦苗隋臧鲁项芮刁沙杨朱"
)

# Characters that often begin an ordinary word; more evidence is asked for.
AMBIGUOUS_SURNAMES = frozenset(
    "周黄林高何罗马程傅曾苏卢丁叶余夏钟田任范方石熊金陆孔白康毛江史顾侯龙万段雷钱汤易常武乔赖文于安时成华申关符纪舒柳伍温"
    "付蒙兰宫谷宗幸农班祖储严宿占丰门鲜盖乌廉隆师谈杭支苑桓计井富巴弓牧劳尤麻封茹普束勾昌莘容凤乐宁慕步"
    "牛向路施齐车闵丛左党童欧季单习古游冷包尚管屈费房商阳盛梅涂霍解应仇占米花左边简辛全木年明司祝景巩商連连强初曲闻洪毕蓝"
)

TITLES = (
    "先生", "女士", "小姐", "老师", "师傅", "经理", "医生", "大夫", "阿姨", "叔叔", "同学", "主任", "太太", "夫人", "教授", "律师", "警官", "护士", "总监", "总经理", "老板", "小朋友", "同志", "大姐", "大哥",
    "奶奶", "爷爷", "女生", "男士", "院长", "校长", "博士", "店长", "主管", "顾问", "管家", "司机",
)  # fmt: skip
