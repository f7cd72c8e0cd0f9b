"""What surrogates are made of: ordinary names, invented places and companies, lists of attributes."""

# ruff: noqa: E501, SIM905 - word lists, kept in dense blocks

from __future__ import annotations

# The commonest surnames, without those that begin ordinary words all the time (安, 成, 和): a ring, see Stream.successor.
SURNAMES = tuple(
    "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔"
    "白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂焦柳邢路岳齐梅莫庄辛管祝左涂谷祁舒耿"
    "牟卜詹关苗凌费纪靳盛童欧甄项曲游裴席卫查屈鲍覃霍翁隋甘景薄柏柯阮桂闵柴冉房饶刁瞿戚丘池滕苑邬臧褚娄符奚穆郎邸冀姬屠晏栾郁喻窦迟敖鄢卓艾巩仲虞卞"
)
COMPOUND = tuple("欧阳 司马 上官 诸葛 司徒 东方 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 轩辕 夏侯 南宫 独孤 端木".split())
GIVEN_MALE = tuple(
    "伟强磊军洋勇杰涛超刚辉鹏浩峰斌波鑫亮俊豪博旭昊泽皓宸翔健松祥志建国海东辰航振龙飞凯毅鸿坤森诚宏昌达荣平武刚钢锋雷兵庆福生贵学忠义兴良才发信胜彪震"
)
GIVEN_FEMALE = tuple(
    "芳娜秀敏静丽艳娟霞玲桂英兰燕红梅婷雪倩莉颖慧丹萍凤怡诗琪瑶璐婧雯菲蕾薇琴珍淑晶莹悦茜彤妍钰瑜瑾萱蓉琳洁茹岚虹媛嫣馨妮香爱月莲翠美芬云巧惠花荣凡"
)
GIVEN_NEUTRAL = tuple("宁晨阳雨涵梓子佳欣嘉文思乐一可心逸然知夏秋春林青明晓小玉宇光清华瑞安楠卿亦希若言星辉羽墨")
GIVEN = tuple(dict.fromkeys((*GIVEN_MALE, *GIVEN_FEMALE, *GIVEN_NEUTRAL)))
TRANSLITERATED = tuple(
    "安德鲁 爱丽丝 本杰明 卡罗尔 丹尼尔 黛安娜 爱德华 埃琳娜 弗兰克 格雷厄姆 汉娜 霍华德 艾琳 朱利安 凯伦 劳拉 卢卡斯 玛莎 内森 奥利弗 帕特里克 雷切尔 罗杰 塞缪尔 索菲亚 特蕾莎 瓦莱丽 温迪 "
    "亚当斯 贝克 坎贝尔 戴维斯 爱德华兹 弗格森 吉布森 汉密尔顿 霍金斯 约翰斯顿 劳森 米切尔 帕尔默 雷诺兹 桑德斯 斯图尔特 汤普森 沃克".split()
)

FIRST_MALE = tuple(
    "Adam Andrew Anthony Arthur Benjamin Brian Caleb Charles Christopher Colin Daniel David Dennis Donald Douglas Edward Eric Ethan Eugene "
    "Francis Frank Gavin George Gerald Graham Gregory Harold Harry Henry Howard Isaac Jack Jacob James Jason Jeffrey Jeremy John Jonathan "
    "Joseph Joshua Julian Justin Keith Kenneth Kevin Lawrence Leonard Louis Lucas Mark Martin Matthew Michael Nathan Nicholas Oscar Owen "
    "Patrick Paul Peter Philip Ralph Raymond Richard Robert Roger Ronald Russell Ryan Samuel Scott Sean Simon Stephen Steven Stuart Thomas "
    "Timothy Victor Vincent Walter William Zachary".split()
)
FIRST_FEMALE = tuple(
    "Abigail Alice Amanda Amy Andrea Angela Anna Audrey Barbara Betty Brenda Carol Caroline Catherine Charlotte Cheryl Christine Claire "
    "Cynthia Deborah Diana Donna Dorothy Elaine Elena Elizabeth Emily Emma Evelyn Fiona Frances Gloria Grace Hannah Heather Helen Irene "
    "Jacqueline Jane Janet Janice Jennifer Jessica Joan Joyce Judith Julia Karen Katherine Kathleen Kelly Kimberly Laura Lauren Linda Lisa "
    "Louise Margaret Maria Marilyn Martha Mary Megan Melissa Michelle Monica Nancy Natalie Nicole Nora Olivia Pamela Patricia Paula Rachel "
    "Rebecca Ruth Samantha Sandra Sarah Sharon Sophia Stella Stephanie Susan Teresa Valerie Victoria Virginia Wendy".split()
)
FIRST = (*FIRST_MALE, *FIRST_FEMALE)
LAST = tuple(
    "Adams Allen Anderson Andrews Armstrong Arnold Bailey Baker Barnes Bell Bennett Berry Bishop Black Boyd Bradley Brooks Brown Bryant "
    "Burke Burns Burton Butler Campbell Carlson Carpenter Carr Carroll Carter Chapman Chavez Clark Cole Coleman Collins Cook Cooper Cox "
    "Crawford Cruz Cunningham Daniels Davis Dean Dixon Douglas Duncan Dunn Edwards Elliott Ellis Evans Ferguson Fernandez Fields Fisher "
    "Fleming Flores Ford Foster Fowler Fox Franklin Freeman Fuller Garcia Gardner Garza Gibson Gilbert Gomez Gonzalez Gordon Graham Grant "
    "Gray Green Greene Griffin Gutierrez Hall Hamilton Hansen Harper Harris Harrison Hart Harvey Hawkins Hayes Henderson Hernandez Hicks "
    "Hill Hoffman Holmes Howard Howell Hudson Hughes Hunt Hunter Jackson Jacobs James Jenkins Jensen Johnson Johnston Jones Jordan Kelley "
    "Kelly Kennedy Kim King Knight Lane Larson Lawrence Lawson Lee Lewis Long Lopez Lynch Marshall Martin Martinez Mason Matthews McCoy "
    "McDonald Medina Mendoza Meyer Miller Mills Mitchell Montgomery Moore Morales Moreno Morgan Morris Morrison Murphy Murray Myers Nelson "
    "Newman Nguyen Nichols Oliver Olson Ortiz Owens Palmer Parker Patel Patterson Payne Perez Perkins Perry Peters Peterson Phillips Pierce "
    "Porter Powell Price Ramirez Ramos Reed Reid Reyes Reynolds Rice Richards Richardson Riley Rivera Roberts Robertson Robinson Rodriguez "
    "Rogers Romero Rose Ross Ruiz Russell Ryan Sanchez Sanders Schmidt Scott Shaw Shelton Silva Simmons Simpson Sims Smith Snyder Spencer "
    "Stanley Stephens Stevens Stewart Stone Sullivan Taylor Thomas Thompson Thornton Torres Tucker Turner Vargas Vasquez Wagner Walker "
    "Wallace Walsh Ward Warren Washington Watkins Watson Weaver Webb Welch Wells West Wheeler White Williams Williamson Willis Wilson "
    "Wood Woods Wright Young".split()
)
PINYIN_SURNAMES = tuple(
    "Li Wang Zhang Liu Chen Yang Zhao Huang Zhou Wu Xu Sun Hu Zhu Gao Lin He Guo Luo Liang Song Zheng Xie Han Tang Feng Dong Xiao Cheng "
    "Cao Yuan Deng Shen Zeng Peng Lu Su Jiang Cai Jia Ding Wei Xue Ye Yan Yu Pan Du Dai Xia Zhong Tian Ren Fan Shi Yao Tan Liao Zou Xiong".split()
)
PINYIN_GIVEN = tuple(
    "Wei Fang Na Min Jing Qiang Lei Yang Yong Jie Juan Tao Chao Xia Gang Hui Ling Ping Peng Hao Ting Feng Bin Bo Ning Xin Qian Ying Dan "
    "Chen Rui Jia Yue Yi Han Lan Mei Hong Liang Jun Kai Ming Xiaoli Jianguo Zhiyong Yuhan Zixuan Haoran Meiling Xiaoyu Wenjing".split()
)

# Places are composed; one that is composed by chance of a real name stands for nobody's address all the same.
CITIES = tuple(
    first + second
    for first in "云青白临望南北东西金银碧清柳枫星月松石梅兰竹晴霞"
    for second in "岭禾溪川屏沙澜塘穗湖源泉林野湾江桥港峰渡原坪洲庄"
)
DISTRICTS = tuple("桃源 河畔 新桥 古井 湖东 城南 山阳 水岸 高坪 平湖 双林 石坊 竹溪 莲塘 花桥 橡树".split())
ROADS = tuple(
    "松涛 望月 晨光 丰收 和风 听雨 流泉 翠竹 梧桐 银河 向晚 鹿鸣 青云 白帆 长堤 远山 知秋 春晓 映雪 临风 芳草 星光 渡口 麦田".split()
)
ESTATES = tuple("听松苑 望湖小区 晨光花园 和风家园 梧桐小区 翠竹苑 银河公寓 云栖花园 麦田小区 枫桥家园".split())
VILLAGES = tuple("石桥 柳河 杏花 白杨 双井 上营 清泉 东岭 西坡 南湾 麦香 松林".split())
STREETS = tuple(
    "Alder Birch Cedar Clover Dogwood Elmwood Fern Hawthorn Hazel Juniper Laurel Linden Magnolia Mulberry Poplar Rowan".split()
)
STREET_TYPES = ("Street", "Avenue", "Road", "Lane", "Drive", "Court")
TOWNS = tuple(
    first + second
    for first in (
        "Ash Brook Clear East Fair Glen Lake North Oak River Stone West Elm Fox Green Hart Kings Long Mill Pine Red Silver Thorn Willow"
    ).split()
    for second in "ford dale water field mont haven ridge ton wall hurst ley well bury mead crest hill".split()
)
BRANDS = tuple(
    "云帆 青禾 星野 松果 蓝岸 远山 知微 晨曦 鹿鸣 长风 海棠 石榴 麦浪 竹海 银杏 白鹭 清泉 望川 南屏 东澜 西塘 北辰 金穗 碧湖 枫桥 花信 听雨 逐光 流云 启明 "
    "安澜 思源 行知 博雅 嘉木 良工 恒泽 众合 优联 天枢".split()
)
TRADES = tuple("科技 贸易 实业 信息 网络 教育 物流 食品 建材 文化 咨询 环保 电子 服饰 医药 能源".split())
COMPANIES = tuple(
    "Alder Bluefield Cedar Driftwood Eastgate Fairwind Granite Harbor Ironwood Juniper Keystone Lakeside Meridian Northstar Oakline Pinnacle "
    "Quarry Riverbend Summit Tidewater Upland Vantage Westbrook Yellowstone Amberly Brightwell Coldstream Dunmore Elmstead Foxglove".split()
)
COMPANY_TRADES = tuple(
    "Systems Logistics Foods Partners Holdings Textiles Media Energy Materials Consulting Labs Supply".split()
)
WORDS = tuple(
    "amber bamboo cedar coral delta ember fable grove harbor indigo jasper lotus maple nectar ocean pebble quartz river sable willow".split()
)

GENDERS = {"zh": ("男", "女"), "en": ("male", "female")}
NATIONALITIES = {
    "zh": tuple(
        "中国 美国 英国 法国 德国 日本 韩国 加拿大 澳大利亚 俄罗斯 印度 新加坡 马来西亚 泰国 越南 意大利 西班牙 巴西 荷兰 瑞典".split()
    ),
    "en": tuple(
        "Chinese American British French German Japanese Korean Canadian Australian Russian Indian Singaporean Malaysian Thai Vietnamese "
        "Italian Spanish Brazilian Dutch Swedish".split()
    ),
}
ETHNICITIES = {
    "zh": tuple(
        "汉族 壮族 回族 满族 维吾尔族 苗族 彝族 土家族 藏族 蒙古族 侗族 布依族 瑶族 白族 朝鲜族 哈尼族 黎族 哈萨克族 傣族 畲族".split()
    ),
    "en": ("Asian", "Black", "White", "Hispanic", "Latino", "Pacific Islander", "Native American", "Arab"),
}
RELIGIONS = {
    "zh": ("佛教", "道教", "伊斯兰教", "天主教", "基督教", "印度教"),
    "en": ("Buddhist", "Taoist", "Muslim", "Catholic", "Protestant", "Hindu", "Jewish", "Sikh"),
}
CONDITIONS = {
    "zh": tuple("高血压 糖尿病 哮喘 胃溃疡 偏头痛 过敏性鼻炎 甲状腺结节 关节炎 贫血 湿疹 脂肪肝 颈椎病".split()),
    "en": ("hypertension", "diabetes", "asthma", "migraine", "gastritis", "anemia", "eczema", "arthritis", "sinusitis"),
}
