"""What surrogates are made of: invented places, ordinary names, and number ranges that are assigned to nobody."""

# ruff: noqa: E501, SIM905 - word lists, kept in dense blocks

from __future__ import annotations

SURNAMES = tuple(
    "李王张刘陈赵吴徐孙胡郭梁宋郑谢韩唐冯董萧曹袁邓许沈彭吕蒋蔡贾魏薛阎潘杜戴汪姜姚谭廖邹郝崔邱秦邵孟尹黎龚樊俞骆葛焦翟邢耿殷詹裴"
)
GIVEN = tuple(
    "伟芳娜秀敏静丽强磊军洋勇艳杰娟涛超霞刚辉玲桂英平兰燕红梅鹏宇浩婷雪峰斌波宁鑫琳倩莉颖慧丹萍凤晨阳旭亮俊佳欣怡雨涵梓轩豪博诗琪瑶璐婧"
    "雯菲蕾薇琴珍淑健春松晶莹翔昊泽皓宸睿悦茜彤妍钰瑜瑾瑞祥"
)
FIRST = (
    "Adam Alice Andrew Anna Arthur Audrey Benjamin Caleb Carol Claire Colin Daniel Diana Edward Elaine Elena Emma Eric Ethan Fiona "
    "Gavin George Gloria Graham Hannah Harold Helen Henry Howard Irene Isaac Jason Joan Julian Karen Keith Kevin Laura Leonard Linda "
    "Lucas Martha Martin Megan Nathan Nicole Nora Olivia Oscar Owen Patrick Paula Peter Philip Rachel Ralph Rebecca Roger Samuel "
    "Sharon Simon Sophia Stella Stephen Susan Teresa Thomas Valerie Vincent Walter Wendy"
).split()
LAST = (
    "Adams Allen Andrews Armstrong Bailey Baker Barnes Bennett Bishop Boyd Bradley Brooks Burke Burton Butler Campbell Carlson Carroll "
    "Chapman Clark Coleman Collins Cooper Crawford Cunningham Davis Dixon Duncan Edwards Elliott Evans Ferguson Fisher Fleming Foster "
    "Franklin Freeman Gardner Gibson Gilbert Gordon Graham Greene Griffin Hamilton Hansen Harper Harrison Hawkins Henderson Holmes "
    "Howell Hudson Hughes Hunter Jensen Johnston Keller Lawson Marshall Mitchell Morrison Murray Nichols Osborne Palmer Parker Perkins "
    "Porter Reynolds Richards Robertson Sanders Shelton Simmons Spencer Stephens Stewart Sullivan Thornton Turner Walsh Warren Watkins"
).split()
# No such cities, districts or roads are on the map together.
CITIES = tuple(
    "云岭 青禾 松江口 白石 海宁港 临溪 望川 南屏 北沙 东澜 西塘 金穗 银杏 碧湖 长汀 清源 柳泉 枫林 星野 月湾".split()
)
DISTRICTS = tuple("桃源 河畔 新桥 古井 湖东 城南 山阳 水岸 高坪 平湖 双林 石坊 竹溪 莲塘 花桥 橡树".split())
ROADS = tuple(
    "松涛 望月 晨光 丰收 和风 听雨 流泉 翠竹 梧桐 银河 向晚 鹿鸣 青云 白帆 长堤 远山 知秋 春晓 映雪 临风 芳草 星光 渡口 麦田".split()
)
ESTATES = tuple("听松苑 望湖小区 晨光花园 和风家园 梧桐小区 翠竹苑 银河公寓 云栖花园 麦田小区 枫桥家园".split())
STREETS = tuple(
    "Alder Birch Cedar Clover Dogwood Elmwood Fern Hawthorn Hazel Juniper Laurel Linden Magnolia Mulberry Poplar Rowan".split()
)
STREET_TYPES = ("Street", "Avenue", "Road", "Lane", "Drive", "Court")
TOWNS = tuple(
    "Ashford Brookdale Clearwater Eastfield Fairmont Glenhaven Lakemont Northbridge Oakridge Riverton Stonewall Westlake".split()
)
WORDS = tuple(
    "amber bamboo cedar coral delta ember fable grove harbor indigo jasper lotus maple nectar ocean pebble quartz river sable willow".split()
)
