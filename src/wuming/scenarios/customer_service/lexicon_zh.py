"""Chinese names, places and ordinary words that the generated people and their dialogues use."""

from __future__ import annotations

from random import Random

from wuming.scenarios.customer_service.grammar import words

SURNAMES = tuple(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石"
    "姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
DOUBLE_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "司徒", "东方", "尉迟", "慕容")
GIVEN_MALE = tuple("伟强磊军洋勇杰涛明超刚平辉健斌波宇浩凯峰鑫博文龙翔宁志建国立海东成林晨旭泽昊睿航俊铭嘉远")
GIVEN_FEMALE = tuple("芳娜敏静丽艳娟霞秀玲燕桂英梅红兰萍洁颖琳雪婷慧莹佳怡欣妍雨涵梦琪诗瑶思语若汐晓萌蕾")

CITIES = (
    ("", "北京市", ("朝阳区", "海淀区", "丰台区")),
    ("", "上海市", ("浦东新区", "徐汇区", "闵行区")),
    ("", "天津市", ("和平区", "南开区")),
    ("", "重庆市", ("渝中区", "江北区")),
    ("浙江省", "杭州市", ("西湖区", "滨江区", "余杭区")),
    ("浙江省", "宁波市", ("海曙区", "鄞州区")),
    ("江苏省", "南京市", ("玄武区", "建邺区")),
    ("江苏省", "苏州市", ("姑苏区", "吴中区")),
    ("广东省", "广州市", ("天河区", "越秀区", "番禺区")),
    ("广东省", "深圳市", ("南山区", "福田区", "龙岗区")),
    ("四川省", "成都市", ("武侯区", "锦江区")),
    ("湖北省", "武汉市", ("武昌区", "洪山区")),
    ("湖南省", "长沙市", ("岳麓区", "雨花区")),
    ("陕西省", "西安市", ("雁塔区", "碑林区")),
    ("山东省", "青岛市", ("市南区", "崂山区")),
    ("福建省", "厦门市", ("思明区", "湖里区")),
)
ROADS = words(
    """
    文三路 解放路 人民路 中山路 建设路 和平路 长江路 新华街 学院路 延安路 滨河路 花园路 东风路 青年路 文化街
    体育路 迎宾大道 科技路 桃园路 金水路 环城北路 南湖路 育才街 朝晖路
    """
)
ESTATES = words(
    """
    翠苑小区 阳光花园 金色家园 碧水湾 锦绣江南 世纪城 康乐里 水岸名都 东苑新村 春江花园 和谐家园 清风苑
    丽景公寓 望湖小区
    """
)
MAIL_DOMAINS = ("example.com", "mail.example.com", "qq.example", "yunyou.example", "kuaixin.example", "example.net")


def person_name(rng: Random, *, male: bool) -> str:
    """Return a name: surname and one or two given characters."""
    surname = rng.choice(DOUBLE_SURNAMES) if rng.random() < 0.03 else rng.choice(SURNAMES)
    given = GIVEN_MALE if male else GIVEN_FEMALE
    return surname + "".join(rng.sample(given, 1 if rng.random() < 0.25 else 2))


def address(rng: Random, city: int) -> str:
    """Return `city|rest`, the rest going down to the room."""
    _, name, districts = CITIES[city]
    street = f"{rng.choice(districts)}{rng.choice(ROADS)}{rng.randrange(1, 400)}号"
    form = rng.randrange(4)
    floor, door = rng.randrange(1, 25), rng.randrange(1, 5)
    if form == 0:
        rest = f"{street}{rng.choice(ESTATES)}{rng.randrange(1, 30)}栋{rng.randrange(1, 4)}单元{floor}0{door}室"
    elif form == 1:
        rest = f"{street}{rng.randrange(1, 30)}幢{floor}0{door}"
    elif form == 2:
        road = f"{rng.choice(ROADS)}{rng.randrange(1, 400)}号"
        rest = f"{road}{rng.choice(ESTATES)}{rng.randrange(1, 30)}号楼{floor}0{door}室"
    else:
        rest = f"{street}{rng.choice(ESTATES)}{floor}0{door}室"
    return f"{name}|{rest}"
