"""Accounts and numbers that only a word beside them gives away."""

from __future__ import annotations

import pytest

from wuming.deidentification import Detector

DETECTOR = Detector(
    kinds=("WECHAT", "QQ", "WEIBO", "USERNAME", "LICENSE_NUMBER", "ORDER_OR_ACCOUNT", "PHONE", "EMAIL"),
)


def found(text: str) -> list[tuple[str, str]]:
    """What is found in `text`, with its kind."""
    return [(span.kind, text[span.start : span.end]) for span in DETECTOR.find(text)]


HITS = [
    ("WECHAT", "我的微信是lily_2024", "lily_2024"),
    ("WECHAT", "微信号：zhangweihao", "zhangweihao"),
    ("WECHAT", "加我vx: abc12345", "abc12345"),
    ("WECHAT", "加薇 lily2020", "lily2020"),
    ("WECHAT", "卫星号：abc_1234", "abc_1234"),
    ("WECHAT", "V信 wxh19900101 吧", "wxh19900101"),
    ("WECHAT", "wxid_abc123def456", "wxid_abc123def456"),
    ("WECHAT", "lily_2024是我的微信", "lily_2024"),
    ("WECHAT", "For the record, the WeChat ID provided was mike-1988!", "mike-1988"),
    ("QQ", "QQ:10001", "10001"),
    ("QQ", "加我扣扣：987654321", "987654321"),
    ("QQ", "加我Q 1234567", "1234567"),
    ("QQ", "12345678是我的QQ", "12345678"),
    ("QQ", "QQ | 84858616 | 已核验", "84858616"),
    ("QQ", "QQ 2 7 9 5 9 7 6", "2 7 9 5 9 7 6"),
    ("WEIBO", "微博@小明同学", "@小明同学"),
    ("WEIBO", "微博昵称：爱吃鱼的猫", "爱吃鱼的猫"),
    ("WEIBO", "weibo.com/u/1234567890", "1234567890"),
    ("USERNAME", "用户名：zhangsan", "zhangsan"),
    ("USERNAME", "用户名abc_xyz123", "abc_xyz123"),
    ("USERNAME", '"username": "johnsmith"', "johnsmith"),
    ("USERNAME", "My username is john_smith88", "john_smith88"),
    ("USERNAME", "抖音号dy12345678", "dy12345678"),
    ("USERNAME", "GitHub: octocat99", "octocat99"),
    ("USERNAME", "昵称：爱吃鱼的猫", "爱吃鱼的猫"),
    ("LICENSE_NUMBER", "档案编号：320100123456", "320100123456"),
    ("LICENSE_NUMBER", "律师执业证号11101201010123456", "11101201010123456"),
    ("LICENSE_NUMBER", "medical license: MD-204817", "MD-204817"),
    ("ORDER_OR_ACCOUNT", "快递单号SF1234567890123", "SF1234567890123"),
    ("ORDER_OR_ACCOUNT", "bank account 000123456789", "000123456789"),
    ("ORDER_OR_ACCOUNT", "Reference number is 1234561234 for your record", "1234561234"),
    ("ORDER_OR_ACCOUNT", "订单号：13812345678", "13812345678"),  # so named, it is no telephone number
    ("ORDER_OR_ACCOUNT", "会员号VIP00012345", "VIP00012345"),
    ("ORDER_OR_ACCOUNT", "calling about my claim 4478-2210-9.", "4478-2210-9"),
    ("ORDER_OR_ACCOUNT", "our loan number is 7720019384", "7720019384"),
    ("ORDER_OR_ACCOUNT", "Student: Ola, ID# U20394857", "U20394857"),
    ("ORDER_OR_ACCOUNT", "Booking ref is XK7P2Q under my name", "XK7P2Q"),
    ("ORDER_OR_ACCOUNT", "PNR: JKLMNP", "JKLMNP"),
    ("ORDER_OR_ACCOUNT", "机票订座编码为KX8M2Z", "KX8M2Z"),
    ("ORDER_OR_ACCOUNT", "my account number is 12345678", "12345678"),
    ("ORDER_OR_ACCOUNT", "sort code 20-45-45, account 30926819.", "30926819"),
    ("ORDER_OR_ACCOUNT", "your Checking Account with number 52187310", "52187310"),
    ("ORDER_OR_ACCOUNT", "order number 13812345678 shipped", "13812345678"),
    ("PHONE", "微信同号13812345678", "13812345678"),
    ("QQ", "客服QQ818241806在线", "818241806"),
    ("QQ", "QQ：19073\n10420\n2、其他：无", "19073\n10420"),
    ("QQ", "QQ号是五六勾四勾四", "五六勾四勾四"),
    ("QQ", "QQ号:拐洞六勾，五勾四三，五四", "拐洞六勾，五勾四三，五四"),
    ("WEIBO", "@大雨猫是我的新浪微博，别写错了", "@大雨猫"),
    ("USERNAME", "【用户名】wang.coder", "wang.coder"),
    ("USERNAME", "昵称coder6228，谢谢", "coder6228"),
    ("USERNAME", "her handle: anna_pixel22", "anna_pixel22"),
    ("USERNAME", "用户账号coder6228，请处理", "coder6228"),
    ("USERNAME", "用户名为：anthonyjohnson（本人提供）", "anthonyjohnson"),
    ("USERNAME", "用户账号（chen.amber）已录入系统", "chen.amber"),
    ("USERNAME", "登录名(liu_rusty46)", "liu_rusty46"),
    ("USERNAME", "member ID: amber_78", "amber_78"),
    ("ORDER_OR_ACCOUNT", "member ID - EY2405498044", "EY2405498044"),
    ("ORDER_OR_ACCOUNT", "[member ID] RD73921728", "RD73921728"),
    ("USERNAME", "Please note down the login name, nathanhoward, I will come", "nathanhoward"),
    ("USERNAME", "rebeccawilliams is my username, do not mix it up", "rebeccawilliams"),
    ("ORDER_OR_ACCOUNT", "Aadhaar: 2847 3916 5023", "2847 3916 5023"),
    ("ORDER_OR_ACCOUNT", "PAN: BXRPK4321F", "BXRPK4321F"),
    ("ORDER_OR_ACCOUNT", "マイナンバー：123456789018", "123456789018"),
    ("ORDER_OR_ACCOUNT", "주민등록번호 780422-1567890", "780422-1567890"),
    ("ORDER_OR_ACCOUNT", "Steuer-ID: 65 432 178 903", "65 432 178 903"),
]


@pytest.mark.parametrize(("kind", "text", "value"), HITS)
def test_hits(kind: str, text: str, value: str) -> None:
    assert found(text) == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "微信支付失败了", "微信号abcde", "微信号123abc", "WeChat account please", "wx.login()", "卫星发射成功",
        "QQ群 12345678", "QQ:1234", "QQ音乐播放了200000次", "数字是12345678", "QQ号被盗了，订单金额12345678元",
        "微博热搜", "username: str", "username = os.environ['USER']", "请输入用户名和密码", "user name is required",
        "驾照丢了", "营业执照办好了", "订单还没发货", "我的订单", "账号被封了", "in order to",
        "货号 QQ3385265", "vHle+Q==\",\nmd5=d2eb0e size=39793938", "Z+v+n49sdcuDdnxMtkwP", "被客服@感谢，微博见",
        "username = self._user", "(self.username, self.domain)", "username, addr_spec=None", "userid\n    elif x",
        "override this to handle MS-word files", "handle = events.Handle(callback)", "转发微博\nC6568手机",
        "发票代码 721859845975 号码 33479150", "PAN: ABCDE", "Steuer-ID 01234",
        "an account 4 of us share", "account 12/2024", "taken into account 30926819元",
    ],
)  # fmt: skip
def test_near_misses(text: str) -> None:
    assert found(text) == []
