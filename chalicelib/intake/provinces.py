"""The 34 provinces of China and the states of the USA, with the spellings that systems use for them."""

from __future__ import annotations

from chalicelib.intake.values import words

# short name: (what follows it in the full name, spellings in Latin letters without Province, Shi, SAR ...)
CHINA = {
    "北京": ("市", "beijing peking"), "天津": ("市", "tianjin"), "河北": ("省", "hebei"),
    "山西": ("省", "shanxi"), "内蒙古": ("自治区", "innermongolia neimenggu neimongol nmg"),
    "辽宁": ("省", "liaoning"), "吉林": ("省", "jilin"), "黑龙江": ("省", "heilongjiang"),
    "上海": ("市", "shanghai"), "江苏": ("省", "jiangsu"), "浙江": ("省", "zhejiang"),
    "安徽": ("省", "anhui"), "福建": ("省", "fujian"), "江西": ("省", "jiangxi"),
    "山东": ("省", "shandong"), "河南": ("省", "henan"), "湖北": ("省", "hubei"),
    "湖南": ("省", "hunan"), "广东": ("省", "guangdong canton"),
    "广西": ("壮族自治区", "guangxi guangxizhuang kwangsi"), "海南": ("省", "hainan"),
    "重庆": ("市", "chongqing chungking"), "四川": ("省", "sichuan szechuan"),
    "贵州": ("省", "guizhou"), "云南": ("省", "yunnan"), "西藏": ("自治区", "tibet xizang"),
    "陕西": ("省", "shaanxi"), "甘肃": ("省", "gansu"), "青海": ("省", "qinghai"),
    "宁夏": ("回族自治区", "ningxia ningxiahui"),
    "新疆": ("维吾尔自治区", "xinjiang xinjianguygur xinjianguyghur xinjiangweiwuer"),
    "香港": ("特别行政区", "hongkong xianggang hk hksar"), "澳门": ("特别行政区", "macau macao aomen"),
    "台湾": ("省", "taiwan"),
}  # fmt: skip
TRADITIONAL = str.maketrans("東廣寧龍蘇遼貴雲陝肅門臺灣慶疆內", "东广宁龙苏辽贵云陕肃门台湾庆疆内")
MUNICIPALITIES = frozenset({"北京", "天津", "上海", "重庆"})  # their second level is the district

STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia",
    "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas",
    "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts",
    "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi", "MO": "Missouri", "MT": "Montana",
    "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico",
    "NY": "New York", "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma",
    "OR": "Oregon", "PA": "Pennsylvania", "PR": "Puerto Rico", "RI": "Rhode Island", "SC": "South Carolina",
    "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia",
    "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
}  # fmt: skip

# Peoples in the names of autonomous prefectures and counties: 恩施土家族苗族自治州 is 恩施.
PEOPLES = words(
    "蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 "
    "东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 "
    "俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺 各"
)
