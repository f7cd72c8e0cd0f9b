"""Names and addresses in sentences of service dialogues; sentences without any stay whole."""

from __future__ import annotations

import pytest

from wuming.deidentification import Detector

DETECTOR = Detector()


def found(text: str, kind: str) -> list[str]:
    """The stretches of `text` found as `kind`."""
    return [text[span.start : span.end] for span in DETECTOR.find(text) if span.kind == kind]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("您好，我叫张伟，手机坏了", ["张伟"]),
        ("收件人：赵子涵，麻烦尽快", ["赵子涵"]),
        ("联系人写李娜就行", ["李娜"]),
        ("张伟和李娜昨天去了上海", ["张伟", "李娜"]),
        ("王芳告诉李强，他明天到", ["王芳", "李强"]),
        ("请问是刘洋先生吗", ["刘洋"]),
        ("欧阳娜娜女士已签收", ["欧阳娜娜"]),
        ("尊敬的王先生您好", ["王先生"]),
        ("请转告李主任，王芳下午到", ["李主任", "王芳"]),
        ("班主任何老师说明天开会", ["何老师"]),
        ("卢斌是一位53岁的男性工程师", ["卢斌"]),
        ("艾蓉，38岁，现居杭州", ["艾蓉"]),
        ("主治医师张敏为其开具了处方", ["张敏"]),
        ("主治医生张美华为其开具了处方", ["张美华"]),
        ("你好我是美团骑手刘洋，您的外卖到了", ["刘洋"]),
        ("小李你把报表发我一下", ["小李"]),
        ("老王昨天又喝多了", ["老王"]),
        ("我儿子小宇今年上三年级", ["小宇"]),
        ("群里的阿强说他在富士康上班", ["阿强"]),
        ("李姐，麻烦把陈哥的电话给我", ["李姐", "陈哥"]),
        ("王大娘和李奶奶在楼下，张大哥也在", ["王大娘", "李奶奶", "张大哥"]),
        ("李大夫说孙奶奶的血糖控制得不错", ["李大夫", "孙奶奶"]),
        ("小区物业的老周电话打不通", ["老周"]),
        ("帮我约一下陈工，讨论施工方案", ["陈工"]),
        ("刘经理让我联系您", ["刘经理"]),
        ("赵局长和孙警官来了", ["赵局长", "孙警官"]),
        ("陈总，合同已签", ["陈总"]),
        ("孙总监和钱会计去税务局了", ["孙总监", "钱会计"]),
        ("Contact Nguyễn Thị Minh Khai tomorrow", ["Nguyễn Thị Minh Khai"]),
        ("我叫艾合买提江，今年上大学", ["艾合买提江"]),
        ("昨天阿不都热合曼给我打电话了", ["阿不都热合曼"]),
        ("扎西顿珠来自拉萨", ["扎西顿珠"]),
        ("昨天旭日干和都日娜没来", ["旭日干", "都日娜"]),
        ("努尔比亚说她认识佩孜丽娅", ["努尔比亚", "佩孜丽娅"]),
        ("找一下乌云其木格和斯琴高娃", ["乌云其木格", "斯琴高娃"]),
        ("收件人：沙玛阿果，电话13812345678", ["沙玛阿果"]),
        ("姓名：司马义·铁力瓦尔地", ["司马义·铁力瓦尔地"]),
        ("姓名 钱多多 性别 女", ["钱多多"]),
        ("姓名：史珍香", ["史珍香"]),
        ("姓名: CHAN TAI MAN", ["CHAN TAI MAN"]),
        ("护照姓名拼音 ZHAO/MINGYUE", ["ZHAO/MINGYUE"]),
        ("联系人：Bogdan Stoyanov，电话见下", ["Bogdan Stoyanov"]),
        ("我爸叫高明，我妈叫安静，都是老师", ["高明", "安静"]),
        ("我的老板David Wang（王大伟）昨天来了", ["David Wang", "王大伟"]),
        ("让汪峰去对接一下", ["汪峰"]),
        ("周凯昨晚喝多了，吐了一地", ["周凯"]),
        ("黄晓明和杨颖是什么时候离婚的", ["黄晓明", "杨颖"]),
        ("潘婷婷比我大两岁，冯倩她妈妈住院了", ["潘婷婷", "冯倩"]),
        ("叫王芳来一趟，别告诉董洁我来过", ["王芳", "董洁"]),
        ("你认识宋佳吗，就是三班那个", ["宋佳"]),
        ("邹凯有点感冒", ["邹凯"]),
        ("我把手机借给廖凡了", ["廖凡"]),
        ('"phone":"13812345678","name":"张伟"', ["张伟"]),
        ("我是陈静，想问一下订单", ["陈静"]),
        ("这是我妈妈周桂兰的账号", ["周桂兰"]),
        ("My name is Sarah Miller and I need help", ["Sarah Miller"]),
        ("Dear Mr. Kowalczyk, your refund is on its way", ["Kowalczyk"]),
        ("I spoke to Jessica yesterday", ["Jessica"]),
        ("Please ship it to Zhang Wei", ["Zhang Wei"]),
        ("my name is emily carter", ["emily carter"]),
        ("Dear Jennifer O'Brien, hello", ["Jennifer O'Brien"]),
        ("用户林涛完成实名认证", ["林涛"]),
        ("客户张三的手机", ["张三"]),
        ("客服Amy为您服务", ["Amy"]),
    ],
)
def test_names(text: str, names: list[str]) -> None:
    assert found(text, "PERSON") == names


@pytest.mark.parametrize(
    "text",
    [
        "高兴地通知您，周末安全到达，时间方便的话请于明天申请，文件已经完成。",
        "金额不对，任何问题都可以联系经理，谢谢。",
        "黄色和白色都有，常规尺寸，全部包邮，成功下单即可。",
        "请您提高警惕，马上修改程序，关于费用的解释如下。",
        "Hello, Customer Service, how can I help you on Monday?",
        "The Pro Max has a Smart Mode. Please Update it in March.",
        "从北京到上海的高铁几点开？",
        "我想去西湖区看看，附近有广场吗",
        "推荐您去韩美林艺术馆和潘家园",
        "请打开设置，点击关于本机，查看序列号。",
        "我们去了乌兰布和沙漠、尼玛县和桑珠孜区。",
        "姓名：保密。联系人：客服。收件人：本人",
        "联系人：Sales Team。负责人: IT Manager，户名：Northwind Traders LLC",
        "老婆叫外卖，老公叫我名字，孩子叫了一声妈妈，女儿叫车。",
        "花好月圆，房子是租的，车到了吗？时间不够了，温度有点高，钱不够我转你，包是新买的。",
        "路上小心，单子有问题，水太烫了，方法不对，黄瓜没打药，连衣裙有点贵，金子涨价了，白菜不好吃。",
        "游戏别玩太晚，明天会下雨吗，成绩出来了，熊猫很可爱，双方都同意，计划改了，强烈推荐，席位有限。",
        "月薪两万五，年终十几万三的样子",
        "我在小红书上买了小白鞋和小方包，小黄车押金怎么退？小程序打不开。",
        "老板娘做的老干妈炒饭很好吃，老样子，小杯美式。老旧小区改造，老人出行方便了。",
        "阿姨，我要一份小米粥和小笼包。阿莫西林和阿司匹林能一起吃吗？",
        "最小金额是多少？小范围测试后发现小部分用户受影响。小于等于5的小数怎么表示？",
        "施工方请了高工和电工，房管局、支队和战队都在，领导和向导到了。",
        "向老师学习，班主任和副主任都在，路总是堵，新任经理明天到，安装师傅来过了。",
    ],
)
def test_sentences_without_names_and_addresses(text: str) -> None:
    assert [span for span in DETECTOR.find(text) if span.kind in ("PERSON", "ADDRESS")] == []


def test_a_name_found_once_is_found_in_its_other_mentions() -> None:
    text = "我叫林高明。对，就是高明的高明，请查林高明名下的订单"
    assert found(text, "PERSON").count("林高明") == 2
    # Alone, the same words are no name: nothing is carried from text to text.
    assert found("请查收一下高明的方案", "PERSON") == []


def test_whoever_is_named_once_is_known_by_the_surname_too() -> None:
    assert found("我叫程伟，小程序打不开，叫我小程就行，小程谢过。最小程度", "PERSON") == ["程伟", "小程", "小程"]
    assert found("我叫张伟，大家叫我小张。张先生和王阿姨去了方老师家", "PERSON") == [
        "张伟",
        "小张",
        "张先生",
        "王阿姨",
        "方老师",
    ]


def test_texts_do_not_influence_each_other() -> None:
    plain = "沈云阁在看"
    before = DETECTOR.find(plain)
    DETECTOR.find("收件人：沈云阁")
    assert DETECTOR.find(plain) == before
    texts = ["陈总", "好", "叫李太", "太好了", "姓名：艾合买提", "江苏来的"]
    assert list(DETECTOR.find_many(texts)) == [DETECTOR.find(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("地址：北京市朝阳区建国路88号院3号楼1202室，电话见下", "北京市朝阳区建国路88号院3号楼1202室"),
        ("寄到上海市浦东新区陆家嘴环路1000号3栋2单元501，谢谢", "上海市浦东新区陆家嘴环路1000号3栋2单元501"),
        ("我住在幸福小区3栋2单元501室", "幸福小区3栋2单元501室"),
        ("被告住所地上海市浦东新区张江路1238弄1号。", "上海市浦东新区张江路1238弄1号"),
        ("户籍所在地湖南省长沙市芙蓉区，现在外地", "湖南省长沙市芙蓉区"),
        ("租的是望京西园四区412楼1706，月底到期", "望京西园四区412楼1706"),
        ("广东省深圳市南山区科技园南路12号创新大厦B座1503", "广东省深圳市南山区科技园南路12号创新大厦B座1503"),
        ("他住在杭州市西湖区文三路200号8楼801室", "杭州市西湖区文三路200号8楼801室"),
        ("I live at 482 Maple Avenue, Apt 5B, Denver, CO 80203", "482 Maple Avenue, Apt 5B, Denver, CO 80203"),
        (
            "送到四川省成都市武侯区天府大道中段666号2栋1单元1203室。",
            "四川省成都市武侯区天府大道中段666号2栋1单元1203室",
        ),
        ("地址江苏省南京市鼓楼区颐和路4900号5幢402室", "江苏省南京市鼓楼区颐和路4900号5幢402室"),
        ("Ship it to 1600 N Oak St, Springfield, IL 62704 please", "1600 N Oak St, Springfield, IL 62704"),
        ("Send mail to P.O. Box 1234, Austin, TX 78701", "P.O. Box 1234, Austin, TX 78701"),
    ],
)
def test_addresses_whole_to_the_room(text: str, address: str) -> None:
    assert found(text, "ADDRESS") == [address]
