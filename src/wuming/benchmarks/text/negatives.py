"""Texts without personal data: whatever is found in them is a false alarm.

Generated, but for two: the standard library's source (with what is personal in it, addresses and authors, left out) and
product reviews, where a set of them is installed.
"""

# ruff: noqa: E501  (what machines write is long)
from __future__ import annotations

import ast
import base64
import csv
import io
import sysconfig
import tokenize
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from uuid import UUID

from wuming.benchmarks.text.dialogues import filler
from wuming.benchmarks.text.values import digits, letters
from wuming.datasets.registry import locate

_HEX = "0123456789abcdef"
_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_BLOCK = 4000  # characters of one text, about


@dataclass(frozen=True)
class Negative:
    """One sort of text.

    Attributes:
        name: in reports.
        lines: yields lines without end.
        impersonal: no people and no addresses either, so that names are false alarms as well.
        named: types that lines of this sort may rightly hold: an order number is one.
    """

    name: str
    lines: Callable[[Random], Iterator[str]]
    impersonal: bool = True
    named: frozenset[str] = frozenset()


def texts(negative: Negative, size: int, seed: int) -> list[str]:
    """Return texts of some thousand characters each, of so many bytes of UTF-8 in all, or fewer where there are no more."""
    rng = Random(f"{seed}/{negative.name}")  # noqa: S311  (reproducible test data)
    made: list[str] = []
    block: list[str] = []
    total = length = 0
    for line in negative.lines(rng):
        block.append(line)
        length += len(line)
        total += len(line.encode()) + 1
        if length >= _BLOCK or total >= size:
            made.append("\n".join(block))
            block, length = [], 0
        if total >= size:
            break
    return [*made, "\n".join(block)] if block else made


# ── code ──


def _library() -> list[Path]:
    folder = Path(sysconfig.get_paths()["stdlib"])
    return [path for part in ("", "asyncio/", "email/", "json/") for path in sorted(folder.glob(f"{part}*.py"))]


def _impersonal(line: str) -> bool:
    """Tell whether a line holds no address of e-mail, network or web: those would be no false alarms."""
    if any(sign in line for sign in ("@", "://", "::", " at gmail.com")):
        return False
    return line.count(".") < 3 or not any(c.isdigit() for c in line)


def code(rng: Random) -> Iterator[str]:
    """Yield code of Python's standard library, comments and descriptions included."""
    paths = _library()
    rng.shuffle(paths)
    for path in paths:
        yield from filter(_impersonal, path.read_text(encoding="utf-8").splitlines())


def bare_code(rng: Random) -> Iterator[str]:
    """Yield the same without comments and descriptions, which name its authors."""
    paths = _library()
    rng.shuffle(paths)
    for path in paths:
        source = path.read_text(encoding="utf-8")
        dropped = _described(source)
        lines = source.splitlines()
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                lines[token.start[0] - 1] = lines[token.start[0] - 1][: token.start[1]]
        yield from (
            line for place, line in enumerate(lines, 1) if place not in dropped and line.strip() and _impersonal(line)
        )


def _described(source: str) -> set[int]:
    """Return the numbers of lines that hold descriptions."""
    found: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            found |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return found


def configuration(rng: Random) -> Iterator[str]:
    """Yield settings, queries and records of machines as JSON, YAML, SQL and scripts."""
    names = ("timeout", "retries", "batch_size", "max_tokens", "learning_rate", "port", "workers", "cache_ttl", "shard")
    tables = ["orders", "events", "metrics", "sessions", "items", "stock", "prices", "logs"]
    while True:
        name, other, table = rng.choice(names), rng.choice(names), rng.choice(tables)
        yield rng.choice((
            f'{{"{name}": {rng.randrange(100000)}, "{other}": {rng.uniform(0, 1):.6f}, "id": {rng.randrange(10**10)}}}',
            f"{name}: {rng.randrange(10**6)}  # was {rng.randrange(10**6)}",
            f"SELECT {name}, {other} FROM {table} WHERE id BETWEEN {rng.randrange(10**6)} AND {rng.randrange(10**9)};",  # noqa: S608
            f"INSERT INTO {table} VALUES ({rng.randrange(10**9)}, '{_uuid(rng)}', {rng.uniform(0, 10**4):.2f});",  # noqa: S608
            f"export {name.upper()}={rng.randrange(10**5)} && ./run.sh --{other.replace('_', '-')} {rng.uniform(0, 9):.3f}",
            f"const {name} = 0x{letters(rng, 8, _HEX)}; // {rng.randrange(10**7)} ns",
            f"assert {name}[{rng.randrange(99)}:{rng.randrange(100, 999)}] == [{', '.join(str(rng.randrange(10**4)) for _ in range(8))}]",
            f"    .{name} {{ width: {rng.randrange(999)}px; color: #{letters(rng, 6, _HEX)}; margin: 0 {rng.randrange(9)}px }}",
            f"{name.upper()}_{rng.randrange(99)} = {rng.uniform(-10, 10):.15f}",
            f"+++ b/src/{table}/{name}.go  @@ -{rng.randrange(900)},{rng.randrange(40)} +{rng.randrange(900)},{rng.randrange(40)} @@",
        ))  # fmt: skip


# ── what machines write ──


def logs(rng: Random) -> Iterator[str]:
    """Yield lines of logs: times, durations, numbers of requests, processes and memory; no addresses."""
    parts = ("scheduler", "gateway", "worker", "storage", "billing", "search", "cache", "trainer", "ingest")
    while True:
        hour = f"{rng.randrange(24):02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}"
        stamp = f"2024-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"
        part = rng.choice(parts)
        yield rng.choice((
            f"{stamp} {hour},{rng.randrange(1000):03d} INFO  [{part}-{rng.randrange(64)}] request {_uuid(rng)} done in {rng.randrange(9000)} ms, {rng.randrange(10**8)} bytes",
            f"{stamp}T{hour}.{rng.randrange(10**6):06d}Z {part} pid={rng.randrange(10**5)} tid=0x{letters(rng, 12, _HEX)} step={rng.randrange(10**6)} loss={rng.uniform(0, 9):.6f}",
            f"[{rng.uniform(0, 10**5):.6f}] kernel: {part}: page allocation at {letters(rng, 16, _HEX)} order {rng.randrange(9)}",
            f"{rng.randrange(1_600_000_000, 1_760_000_000)} {part} heartbeat seq={rng.randrange(10**9)} lag={rng.randrange(10**4)}us",
            f"ts={rng.randrange(1_600_000_000_000, 1_760_000_000_000)} level=warn pod={part}-{letters(rng, 10, _HEX)}-{letters(rng, 5, _HEX)} msg=\"retry {rng.randrange(9)} of 5\"",
            f"{stamp} {hour} {part}[{rng.randrange(30000)}]: job {rng.randrange(10**12)} finished with code {rng.randrange(3)}; {rng.randrange(10**6)} rows",
            f"trace_id={letters(rng, 32, _HEX)} span_id={letters(rng, 16, _HEX)} duration={rng.randrange(10**7)}ns",
            f"{stamp} {hour} 错误：{part} 处理任务 {rng.randrange(10**10)} 失败，已重试 {rng.randrange(9)} 次，耗时 {rng.randrange(10**5)} 毫秒",
            f"GC pause {rng.uniform(0, 500):.3f}ms heap {rng.randrange(10**5)}K->{rng.randrange(10**5)}K({rng.randrange(10**6)}K)",
            f"epoch {rng.randrange(99)}/{100} [{rng.randrange(10**4)}/{rng.randrange(10**4, 10**5)}] eta {hour} lr {rng.uniform(0, 0.01):.3e} mem {rng.randrange(80000)}",
        ))  # fmt: skip


def hashes(rng: Random) -> Iterator[str]:
    """Yield digests, unique identifiers, commits and encoded bytes."""
    while True:
        yield rng.choice((
            f"{letters(rng, 64, _HEX)}  dist/package-{rng.randrange(9)}.{rng.randrange(20)}.tar.gz",
            f"sha256:{letters(rng, 64, _HEX)}", f"md5={letters(rng, 32, _HEX)} size={rng.randrange(10**8)}",
            f"commit {letters(rng, 40, _HEX)}", f"{letters(rng, 7, _HEX)}..{letters(rng, 7, _HEX)}  main -> origin/main",
            _uuid(rng), _uuid(rng).upper(), f"{{{_uuid(rng)}}}", _uuid(rng).replace("-", ""),
            f"\"integrity\": \"sha512-{base64.b64encode(rng.randbytes(64)).decode()}\",",
            f"ETag: \"{letters(rng, 32, _HEX)}-{rng.randrange(99)}\"", f"blob {letters(rng, 40, _HEX)} {rng.randrange(10**6)}",
            f"01{letters(rng, 24, 'ABCDEFGHJKMNPQRSTVWXYZ0123456789')}", f"id_{letters(rng, 22, _SIGNS)}",
            f"data:image/png;base64,{base64.b64encode(rng.randbytes(90)).decode()}", f"0x{letters(rng, 64, _HEX)}",
            f"checkpoint-{rng.randrange(10**5)}-{letters(rng, 8, _HEX)}.safetensors",
        ))  # fmt: skip


# ── commerce ──


def orders(rng: Random) -> Iterator[str]:
    """Yield orders, parcels, invoices, prices and times, in both languages; all numbers are of things."""
    while True:
        day = f"2024{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}"
        number = day + digits(rng, rng.choice((8, 10, 12)))
        price = f"{rng.uniform(1, 20000):.2f}"
        yield rng.choice((
            f"订单号：{number}，共{rng.randrange(1, 9)}件，实付{price}元",
            f"您的订单{number}已发货，快递单号SF{digits(rng, 13)}，预计{rng.randrange(1, 5)}天送达",
            f"运单号 YT{digits(rng, 13)} 已到达分拣中心，重量{rng.uniform(0.1, 20):.2f}kg",
            f"流水号{day}{digits(rng, 14)}，金额￥{price}，手续费0.00",
            f"批次 {digits(rng, 6)}-{digits(rng, 3)}，货号 {letters(rng, 2)}{digits(rng, 7)}，库存 {rng.randrange(9999)}",
            f"发票代码 {digits(rng, 12)} 号码 {digits(rng, 8)} 税额 {price}",
            f"条码 69{digits(rng, 11)} 单价 {price} 数量 {rng.randrange(99)}",
            f"时间戳 {rng.randrange(1_600_000_000_000, 1_760_000_000_000)}，耗时 {rng.randrange(9999)} 毫秒",
            f"Order number {number} shipped, tracking number 1Z{letters(rng, 3)}{digits(rng, 13)}, total ${price}",
            f"Order #{digits(rng, 3)}-{digits(rng, 7)}-{digits(rng, 7)}, {rng.randrange(1, 9)} items, ${price}",
            f"Invoice INV-{day}-{digits(rng, 5)}: {price} USD due on 2024-{rng.randrange(1, 13):02d}-15",
            f"SKU {letters(rng, 3)}-{digits(rng, 5)}-{letters(rng, 2)} in stock: {rng.randrange(9999)}, list price {price}",
            f"ISBN 978-{rng.randrange(10)}-{digits(rng, 4)}-{digits(rng, 4)}-{rng.randrange(10)}, {rng.randrange(90, 900)} pages, €{price}",
            f"{rng.randrange(1_600_000_000, 1_760_000_000)},{price},{rng.randrange(999)},{rng.uniform(0, 1):.4f},{digits(rng, 6)}",
            f"下单时间 2024-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d} {rng.randrange(24):02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}，付款后{rng.randrange(1, 72)}小时内发货",
            f"取件码 {digits(rng, 1)}-{rng.randrange(1, 30)}-{digits(rng, 4)}，验证码 {digits(rng, 6)}，5分钟内有效",
            f"版本 {rng.randrange(20)}.{rng.randrange(60)}.{rng.randrange(999)}（{digits(rng, 8)}），大小 {rng.randrange(999)}MB",
            f"比分 {rng.randrange(130)}:{rng.randrange(130)}，上座 {rng.randrange(10**5):,} 人，转播时长 {rng.randrange(200)} 分钟",
        ))  # fmt: skip


_PARTS = {
    "material": ("纯棉", "真丝", "头层牛皮", "304不锈钢", "食品级硅胶", "进口橡木", "高硼硅玻璃", "聚酯纤维", "航空铝", "竹浆"),
    "thing": ("四件套", "保温杯", "双肩包", "炒锅", "婴儿推车", "书桌", "蓝牙音箱", "羽绒被", "洗面奶", "坚果礼盒", "登山鞋", "净水器", "电动牙刷", "猫爬架", "儿童绘本", "投影幕布"),
    "quality": ("加厚", "静音", "可水洗", "防滑", "大容量", "便携", "不粘", "抗菌", "速干", "智能恒温", "可折叠", "低噪"),
    "use": ("适合送礼", "四季通用", "办公室必备", "新手也能轻松上手", "旅行随身携带", "宿舍家用两相宜", "母婴可用", "久坐不累"),
    "step": ("机洗请用冷水", "首次使用前请充满电", "避免阳光直射", "请放在儿童接触不到的地方", "开封后请尽快食用", "清洗时请先断电"),
    "adjective": ("durable", "lightweight", "waterproof", "quiet", "stainless", "foldable", "soft", "rechargeable", "spacious"),
    "product": ("backpack", "frying pan", "desk lamp", "yoga mat", "water bottle", "office chair", "toothbrush", "blanket",
                "phone stand", "rain jacket", "speaker", "board game"),
    "purpose": ("for everyday use", "for camping and hiking", "that fits small kitchens", "made for long flights",
                "with a two-year warranty", "that is easy to clean", "for students and professionals alike"),
}  # fmt: skip


def products(rng: Random) -> Iterator[str]:
    """Yield descriptions of products in both languages, without brands, people and places."""

    def one(part: str) -> str:
        return rng.choice(_PARTS[part])

    while True:
        size = f"{rng.randrange(10, 200)}×{rng.randrange(10, 200)}厘米"
        yield rng.choice((
            f"{one('quality')}{one('material')}{one('thing')}，{one('use')}，规格{size}，净重{rng.uniform(0.1, 9):.1f}公斤。",
            f"【新品】{one('thing')}采用{one('material')}，{one('quality')}又{one('quality')}，{one('step')}。",
            f"这款{one('thing')}分为{rng.randrange(2, 6)}种颜色，容量{rng.randrange(200, 3000)}毫升，{one('step')}，{one('use')}。",
            f"温馨提示：{one('step')}；{one('thing')}尺寸为手工测量，误差{rng.randrange(1, 4)}厘米属正常现象。",
            f"功率{rng.randrange(20, 2200)}瓦，额定电压220伏，线长{rng.uniform(1, 3):.1f}米，{one('quality')}设计，{one('use')}。",
            f"一套包含{one('thing')}{rng.randrange(1, 4)}件、收纳袋{rng.randrange(1, 3)}个，{one('material')}材质，{one('quality')}。",
            f"A {one('adjective')} and {one('adjective')} {one('product')} {one('purpose')}, {rng.randrange(10, 90)} cm wide.",
            f"This {one('product')} comes in {rng.randrange(2, 9)} colours and weighs only {rng.uniform(0.1, 5):.1f} kg.",
            f"Care: hand wash at {rng.randrange(20, 40)} degrees, do not bleach. Battery life up to {rng.randrange(4, 40)} hours.",
            f"Our {one('adjective')} {one('product')} holds {rng.randrange(1, 40)} litres; the {one('adjective')} lid keeps it tight.",
        ))  # fmt: skip


def service(rng: Random) -> Iterator[str]:
    """Yield turns of service dialogues without identifiers."""
    while True:
        yield filler(rng, rng.choice(("zh", "en")))


def reviews(rng: Random) -> Iterator[str]:
    """Yield product reviews of the set `online-shopping-reviews`.

    Raises:
        UnknownDataset: it is not installed.
    """
    with zipfile.ZipFile(locate("online-shopping-reviews") / "online_shopping_10_cats.zip") as archive:
        text = archive.read("online_shopping_10_cats.csv").decode("utf-8-sig")
    rows = [row["review"] for row in csv.DictReader(io.StringIO(text)) if row["review"].strip()]
    rng.shuffle(rows)
    yield from rows


def _uuid(rng: Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=4))


_ORDERS = frozenset({"ORDER_OR_ACCOUNT"})

NEGATIVES: Mapping[str, Negative] = {
    one.name: one
    for one in (
        Negative("code with comments", code, impersonal=False),
        Negative("code", bare_code),
        Negative("settings, queries, scripts", configuration),
        Negative("logs", logs),
        Negative("hashes and unique identifiers", hashes),
        Negative("orders, prices, times", orders, named=_ORDERS),
        Negative("product descriptions", products),
        Negative("service dialogues", service),
        Negative("reviews", reviews, impersonal=False),
    )
}
