"""Which field of a subscriber a column holds, by its heading: any case, English and Chinese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

from chalicelib.intake.attributes import Attributes

# field -> headings, the surest first: of two columns for one field the surer counts
_HEADINGS = {
    "subscriber_id": (
        "subscriber_id subscriber_no subscriber user_id customer_id account_id client_id cust_id uid "
        "用户编号 用户id 用户标识 客户编号 客户id 客户号 用户号 账号 账户 id 编号 account "
        "account_number account_no customer_number customer_no 會員編號 客戶編號 用戶編號"
    ),
    "msisdn": (
        "msisdn phone_number mobile_number mobile phone mobile_phone cell cellphone cell_phone "
        "手机号码 手机号 手机 电话号码 号码 电话 联系电话 移动电话 联系方式 用户号码 业务号码 "
        "服务号码 telephone tel contact_number 手機號碼 手機號 手機 電話號碼 電話 號碼 number e164"
    ),
    "name": (
        "name full_name customer_name subscriber_name user_name 姓名 客户姓名 用户姓名 客户名称 "
        "用户名 名字 名称 客戶姓名 用戶姓名 contact_name"
    ),
    "language": "language lang preferred_language 语言 语种 首选语言 語言 locale",
    "time_zone": "time_zone timezone tz 时区 時區",
    "brand": "brand 品牌 brand_id",
    "region": (
        "region area province_city 地区 区域 归属地 省市 所在地区 所在地 地區 location 归属地区 省份城市"
    ),
    "tier": (
        "tier level vip_level membership 等级 级别 星级 客户等级 会员等级 用户等级 客户级别 等級 "
        "service_level"
    ),
    "plan": "plan plan_id plan_code package tariff 套餐 套餐编码 套餐名称 套餐代码 资费 rate_plan",
    "plan_ends_on": (
        "plan_ends_on plan_end plan_end_date plan_expiry plan_expires contract_end contract_end_date "
        "expiry_date expiry expires expires_on expiration_date end_date 套餐到期日 套餐到期日期 "
        "套餐到期时间 到期日 到期日期 到期时间 合约到期日 合约到期 套餐结束日期 有效期至 到期 "
        "失效日期"
    ),
    "birthday_calendar": "birthday_calendar calendar 生日历法 历法 农历阳历 生日类型 曆法",
    "birthday": "birthday birth_date date_of_birth birthdate dob 生日 出生日期 出生年月日 出生年月 生辰",
    "status": "status state subscriber_status account_status 状态 用户状态 客户状态 狀態",
    "since": (
        "since start_date contract_start contract_start_date joined join_date activation_date "
        "activated_on 入网日期 入网时间 开户日期 开户时间 开通日期 入网日 开始日期 签约日期"
    ),
}
_BRACKETS = re.compile(r"\([^)]*\)|\[[^]]*\]")
_PLAIN = re.compile(r"[^0-9a-z\u3400-\u9fff]")


def plain(heading: str) -> str:
    """The heading without case, blanks, signs and what is in brackets: `Time Zone (IANA)` is timezone."""
    found = unicodedata.normalize("NFKC", heading).casefold()
    return _PLAIN.sub("", _BRACKETS.sub("", found)) or _PLAIN.sub("", found)


_FIELD_OF = {
    plain(heading): (field, place)
    for field, headings in _HEADINGS.items()
    for place, heading in reversed(list(enumerate(headings.split())))
}


def field_of(heading: str) -> str:
    """The field that a column with this heading holds, "" when nobody can tell."""
    return _FIELD_OF.get(plain(heading), ("", 0))[0]


def understood(header: Sequence[str]) -> dict[str, int]:
    """The place of each field's column; of several for one field the surest heading counts."""
    found: dict[str, tuple[int, int]] = {}
    for column, heading in enumerate(header):
        field, sure = _FIELD_OF.get(plain(heading), ("", 0))
        if field and (field not in found or sure < found[field][0]):
            found[field] = (sure, column)
    return {field: column for field, (_, column) in found.items()}


def own_columns(header: Sequence[str], own: Attributes, taken: Collection[int]) -> dict[str, int]:
    """The places of columns that hold the operator's own attributes, headed by their names or titles; columns
    in `taken` hold something else."""
    names: dict[str, str] = {}
    for name, attribute in own.items():
        for heading in (name, *attribute.field.title.values()):
            names.setdefault(plain(heading), name)
    found: dict[str, int] = {}
    for column, heading in enumerate(header):
        name = names.get(plain(heading), "")
        if name and column not in taken:
            found.setdefault(name, column)
    return found
