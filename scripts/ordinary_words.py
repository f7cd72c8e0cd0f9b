"""Add ordinary words to the lists of Chinese names, from the dictionary of jieba: `python scripts/ordinary_words.py dict.txt`.

The file lies in the source archive of `jieba` 0.42.1 (MIT licence), a word with its count and its part of speech a line. A
word counts that it calls no name, that it counts ten times (of two characters: twenty times), and that reads as no name.
"""

# ruff: noqa: E501, SIM905 - a word list, kept in a dense block

from __future__ import annotations

import sys
from pathlib import Path

from wuming.deidentification.names.lexicon import FOLDER, sections

LIST = FOLDER / "words.txt"
SPEECH = frozenset("n v vn vd a ad an d l i z b s f t r".split())
FEWEST, FEWEST_OF_TWO = 10, 20
LONGEST = 4
WIDTH = 110
# Read by hand: among the words that begin with a surname, these are or may be people, most of them in novels.
NAMES = frozenset(
    """
丘处机 丘道长 丘八 严义埙 严家 乔家 关平 关向应 关锋 关露 关陵 关文 关子 关连 关长 何力 何门 何月
何意 余鱼 余实 余程 余者 余间 任素 任官 任组长 任神职 刘澜涛 华筝 卓不凡 卓行 厉无畏 叶家 叶灯 叶体
史镖头 史方 周秦 孔融 封不平 张佑才 徐经 牟财 申不害 程咬金 程大位 程陆 程志 程途 程弹 范任 范帮主
范志 范星 谢持 许由 连战 郑镖头 闻一多 陆机 陆定 陆台 顾准 顾源 马元 马司 高欢 高适 高松 高树 高士
高洁 高点 高法 池际尚 朱幼棣 朱梦魁 林任 林兆枢 林家 林里 习平 习管弦 平儿 平妈 平四 平康 孟家
奉恒高 宁远之战 安布 安部 安史之乱 常熟人 巴比 独孤求败 独孤 王导 王砾 王家 王屋 石星 石向 石帮主
石叶 石牌 胡程 黄裳 黄友 黄素 黄影 黄家 黄衣 钟会 钟离 荣格 荣八耻 董子 董源 董金 董家 舒意缓 文说
文王 文帝 文儿 文哥 文爷 文治 文定 时台军 时说 严整 严明 毕天 毕比 毕命 温家 温庭 温格 海因 海布
海法 海波 海化 海部 海林 明远 明达 明道 明理 明律 明史 成林 成帝 成田 成文 成章 成日 常言说 应天
应明 应松 应大 国光 国兴 国利 国力 国栋 国能 国大 国史 国子 古力 古士 古松 古格 古汉 古晋 古史
古方 宋初 尚善 尚飨 巴解 师师 师文 康亲 康体 强强 强生 强邦 强子 方平 方生 方越 方庄 方证 景炎
桂系 武麻 殷天 段家 段誉身 江段 江主席 江总书记 毛主席 柳家 海子 海生 焦帮主 焦易 牛心 牛家 田单
甘地 白令 白晋 白家 盛润 盛倡 盛景 盛举 祝祷 秦晋 纪及 纪子 罗唣 罗锅 花容 花枝 花影 花儿 花神
苏浙 苏皖 苗家 苗苗 苗女 费边 辛然 边儿 郁化 金志 金源 金声 金学 金家 金近 金金 金钢 金轮 金地
金花 阳子 阳府 陆源 陶方 隆隆 隆庆 雍容 雍熙 雷观 雷音 项王 霍然 包立 包兄 包金 单廷 厚田 司隶校
封神演义 屈死 师技匠 席城 平阳公主 时侯 晋冀豫 支左 方军 初九 李家
    """.split()
)
HEROES = ("令狐", "慕容", "公孙", "段誉", "韦小宝", "张无忌", "郭靖", "杨过", "黄蓉", "丘", "欧阳", "诸葛", "司马")


def known() -> set[str]:
    """Return what the other lists hold already, names of people, places and organisations among it."""
    words, people, organisations = sections("words.txt"), sections("people.txt"), sections("organisations.txt")
    places = [place for name in ("divisions.txt", "world.txt") for part in sections(name).values() for place in part]
    groups = [one for part in ("brands", "alike", "heads") for one in organisations[part]]
    return {*words["common"], *words["other"], *people["foreign_people"], *places, *groups, *NAMES}


def added(dictionary: Path) -> list[str]:
    """Return the words to add, in the order of the dictionary."""
    kept, syllables = known(), sections("foreign_syllables.txt")
    sounds = {character for part in syllables.values() for syllable in part for character in syllable}
    found = []
    for line in dictionary.read_text(encoding="utf-8").splitlines():
        word, count, speech = line.split()
        often = int(count) >= (FEWEST_OF_TWO if len(word) == 2 else FEWEST)
        if speech not in SPEECH or not 2 <= len(word) <= LONGEST or not often or word in kept:
            continue
        han = all("\u4e00" <= character <= "\u9fff" for character in word)
        called = len(word) == 2 and word[0] in "小老阿"
        if han and not called and not word.startswith(HEROES) and not sounds.issuperset(word):
            found.append(word)
    return found


def main() -> None:
    """Write the list anew, with the words before its last section."""
    rows = [""]
    for word in added(Path(sys.argv[1])):
        if len(rows[-1]) + len(word) >= WIDTH:
            rows.append("")
        rows[-1] = f"{rows[-1]} {word}".strip()
    before, after = LIST.read_text(encoding="utf-8").split("[rare]\n")
    LIST.write_text(before + "".join(f"{row}\n" for row in rows if row) + "[rare]\n" + after, encoding="utf-8")


if __name__ == "__main__":
    main()
