"""Chinese postal addresses down to the room, from a generator of this bench's own, and how many are found whole."""

from __future__ import annotations

from random import Random

from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall
from wuming.benchmarks.text.scanning import ARGUS, EVERYTHING, find_all
from wuming.benchmarks.text.scoring import covers
from wuming.scenarios.customer_service.grammar import words

COUNT, _QUICK_COUNT = 3000, 60
_SEED = 23

# Places as their administrations name them; what stands below the district is made up of the usual words.
_PLACES = (
    ("浙江省", "杭州市", "西湖区 上城区 拱墅区 余杭区 萧山区 滨江区"),
    ("浙江省", "宁波市", "海曙区 鄞州区 江北区 慈溪市"),
    ("浙江省", "温州市", "鹿城区 瓯海区 乐清市 瑞安市"),
    ("江苏省", "南京市", "玄武区 秦淮区 建邺区 江宁区 浦口区"),
    ("江苏省", "苏州市", "姑苏区 吴中区 相城区 昆山市 张家港市"),
    ("江苏省", "无锡市", "梁溪区 滨湖区 江阴市 宜兴市"),
    ("广东省", "广州市", "天河区 越秀区 海珠区 番禺区 白云区"),
    ("广东省", "深圳市", "南山区 福田区 宝安区 龙岗区 龙华区"),
    ("广东省", "佛山市", "禅城区 南海区 顺德区"),
    ("广东省", "惠州市", "惠城区 惠阳区 博罗县"),
    ("四川省", "成都市", "武侯区 锦江区 青羊区 高新区 双流区 郫都区"),
    ("四川省", "绵阳市", "涪城区 游仙区 江油市"),
    ("湖北省", "武汉市", "洪山区 江汉区 武昌区 汉阳区 东西湖区"),
    ("湖北省", "宜昌市", "西陵区 伍家岗区 枝江市"),
    ("湖南省", "长沙市", "岳麓区 雨花区 天心区 开福区 长沙县"),
    ("湖南省", "株洲市", "天元区 荷塘区 醴陵市"),
    ("河南省", "郑州市", "金水区 中原区 二七区 管城回族区 新郑市"),
    ("河南省", "洛阳市", "洛龙区 涧西区 伊川县"),
    ("山东省", "济南市", "历下区 市中区 槐荫区 章丘区"),
    ("山东省", "青岛市", "市南区 崂山区 黄岛区 即墨区 胶州市"),
    ("河北省", "石家庄市", "长安区 裕华区 桥西区 正定县"),
    ("河北省", "保定市", "竞秀区 莲池区 定兴县 涿州市"),
    ("陕西省", "西安市", "雁塔区 碑林区 未央区 长安区 灞桥区"),
    ("辽宁省", "沈阳市", "和平区 沈河区 铁西区 浑南区"),
    ("辽宁省", "大连市", "中山区 甘井子区 沙河口区 瓦房店市"),
    ("福建省", "厦门市", "思明区 湖里区 集美区 同安区"),
    ("福建省", "福州市", "鼓楼区 台江区 仓山区 闽侯县"),
    ("安徽省", "合肥市", "蜀山区 包河区 庐阳区 肥西县"),
    ("江西省", "南昌市", "红谷滩区 青山湖区 东湖区 南昌县"),
    ("云南省", "昆明市", "五华区 盘龙区 官渡区 呈贡区"),
    ("贵州省", "贵阳市", "云岩区 南明区 观山湖区 清镇市"),
    ("广西壮族自治区", "南宁市", "青秀区 西乡塘区 武鸣区"),
    ("黑龙江省", "哈尔滨市", "南岗区 道里区 香坊区 松北区"),
    ("吉林省", "长春市", "朝阳区 南关区 二道区 农安县"),
    ("山西省", "太原市", "小店区 迎泽区 万柏林区"),
    ("甘肃省", "兰州市", "城关区 七里河区 安宁区"),
    ("内蒙古自治区", "呼和浩特市", "赛罕区 新城区 回民区"),
    ("新疆维吾尔自治区", "乌鲁木齐市", "天山区 沙依巴克区 水磨沟区"),
    ("海南省", "海口市", "龙华区 美兰区 秀英区"),
    ("宁夏回族自治区", "银川市", "兴庆区 金凤区 西夏区"),
    ("", "北京市", "朝阳区 海淀区 丰台区 通州区 昌平区 大兴区"),
    ("", "上海市", "浦东新区 徐汇区 静安区 闵行区 嘉定区 松江区"),
    ("", "天津市", "和平区 南开区 河西区 滨海新区 武清区"),
    ("", "重庆市", "渝中区 江北区 沙坪坝区 渝北区 南岸区"),
)
_ROADS = words(
    """
    文三 建设 解放 人民 中山 长江 黄河 学院 科技 创新 滨河 振华 春风 翠竹 银杏 桂花 丰庆 望江 大学城 明珠 金源
    石桥 凤起 和平 新华 东风 青年 迎宾 兴业 天目山 万寿 牡丹江 秀园
    """
)
_ROAD_KINDS = words(
    """
    路 路 路 街 大道 大街 东路 西路 南路 北路 中路 巷 北街 二路
    """
)
_ESTATES = words(
    """
    绿城花园 阳光家园 锦绣华庭 万科金域 碧桂园 保利香槟 龙湖天街 紫金公寓 翡翠城 书香门第 东方名苑 御景湾
    春江花月 融创壹号院 怡景苑 幸福里 水岸新村 梧桐公馆 香樟雅苑 中海国际社区
    """
)
_TOWERS = words(
    """
    国际中心 创业大厦 金融广场 科技园 时代大厦 环球中心 财富大厦 软件园 商务中心 智慧谷
    """
)
_TOWNS = words(
    """
    固城 马桥 石岩 横店 良渚 大源 白沙 双桥 新兴 柳林 太平 青龙
    """
)
_VILLAGES = words(
    """
    东街 西王 李家 张庄 上塘 下沙 大石 前进 新农 河口 杨柳 陈家湾
    """
)
_CARRIERS = (
    "请寄到{value}，收件后给我打电话。",
    "收货地址：{value}",
    "我家住在{value}。",
    "地址是{value}，麻烦尽快派送",
    "麻烦上门取件，{value}，下午都在。",
    "新地址改为{value}，旧的作废。",
    "【{value}】请核对",
    "住址{value}已登记",
    "发货地址：{value}；备注：易碎。",
    "他搬到{value}了",
    "安装师傅请到{value}，电梯可用。",
    "客服您好，我的地址{value}填错了吗？",
    "户籍地址为{value}。",
    "快递放{value}门口就行",
    "送货到：{value}（工作日）",
)


def address(rng: Random) -> str:
    """Return an address down to the room or house."""
    province, city, districts = rng.choice(_PLACES)
    district = rng.choice(districts.split())
    draw = rng.random()
    if draw < 0.60 or not province:
        head = f"{province}{city}{district}"
    elif draw < 0.80:
        head = f"{city}{district}"
    else:  # as people write it: without the words for province and city
        head = f"{province.removesuffix('省')}{city.removesuffix('市')}{district}"
    road = f"{rng.choice(_ROADS)}{rng.choice(_ROAD_KINDS)}"
    number = f"{rng.randrange(1, 999)}号"
    room = f"{rng.randrange(1, 33)}{rng.randrange(1, 13):02d}"
    estate, tower = rng.choice(_ESTATES), rng.choice(_TOWERS)
    block, unit = rng.randrange(1, 40), rng.randrange(1, 6)
    street = f"{rng.choice(_ROADS)}街道" if rng.random() < 0.2 else ""
    tail = rng.choice(
        (
            f"{road}{number}{estate}{block}栋{unit}单元{room}室",
            f"{road}{number}{estate}{block}号楼{room}",
            f"{road}{number}{tower}{rng.choice('ABC')}座{room}室",
            f"{road}{rng.randrange(1, 900)}弄{block}号{room}室",
            f"{road}{number}院{block}号楼{unit}单元{room}室",
            f"{estate}{block}幢{unit}单元{room}室",
            f"{estate}{rng.choice('一二三四')}期{block}栋{room}",
            f"{road}{number}{tower}{rng.randrange(2, 40)}层{room}",
            f"{road}与{rng.choice(_ROADS)}路交叉口{estate}{block}号楼{unit}单元{room}",
            f"{rng.choice(_TOWNS)}镇{rng.choice(_VILLAGES)}村{rng.randrange(1, 300)}号",
            f"{rng.choice(_TOWNS)}镇{road}{number}{estate}{block}-{unit}-{room}",
            f"{road}{rng.randrange(1, 300)}-{rng.randrange(1, 30)}号{rng.randrange(1, 8)}楼{room}室",
        )
    )
    return head + ("" if "镇" in tail else street) + tail


def measure(hall: Hall) -> Outcome:
    """Find addresses in sentences; one counts if spans of ADDRESS leave none of its characters uncovered."""
    rng = Random(_SEED)  # noqa: S311  (reproducible test data)
    quick = hall.settings.quick
    texts, places = [], []
    for _ in range(_QUICK_COUNT if quick else COUNT):
        value = address(rng)
        before, after = rng.choice(_CARRIERS).split("{value}")
        texts.append(before + value + after)
        places.append((len(before), len(before) + len(value)))
    with hall.contestants([EVERYTHING, (ARGUS, "argus-redact")], peers=(ARGUS,)) as (ours, argus):
        found = find_all(ours, texts)
        theirs = find_all(argus, texts)
    whole = [
        covers(*place, [span for span in spans if span[2] == "ADDRESS"])
        for place, spans in zip(places, found, strict=True)
    ]
    one_span = [
        any(start <= place[0] and place[1] <= end for start, end, kind in spans if kind == "ADDRESS")
        for place, spans in zip(places, found, strict=True)
    ]
    long = [
        sum(end - start for start, end, kind in spans if kind == "ADDRESS") > place[1] - place[0] + 2
        for place, spans in zip(places, found, strict=True)
    ]
    covered = [covers(*place, spans) for place, spans in zip(places, theirs, strict=True)]
    figures = (
        Figure(
            "addresses found whole",
            "",
            (_share(whole),),
            None if quick else Goal(">=", 0.95),
            f"{len(texts):,} addresses",
        ),
        Figure("found as one span", "", (_share(one_span),)),
        Figure("found with more than two characters too much", "", (_share(long),)),
        Figure("argus-redact: covered under any name", "", (_share(covered),)),
    )
    missed = [text for text, hit in zip(texts, whole, strict=True) if not hit]
    return Outcome(figures, {"missed": missed[:50]})


def _share(hits: list[bool]) -> float:
    return sum(hits) / len(hits)
