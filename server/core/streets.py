"""Addresses in what people write: where they are, Chinese and English.

Theory of operation. A Chinese address is a chain of parts, each a name with what kind of place it
is (省 … 路), then numbers of houses (号 … 室). A part is taken as far back as a name can be, then
cut behind the last word that is none of a name ("送到", "我在"). Common words that only end like a
place (城市, 小区, 高速路) are no part.
"""

import re

_H = r"[\u3400-\u9fff]"
_KINDS = (
    "特别行政区|自治区|自治州|街道|大道|胡同|新村|花园|家园|公寓|大厦|广场|小区|社区|校区|园区"
    "|省|市|区|县|旗|州|镇|乡|村|路|街|巷|苑|里弄"
)
_PART = re.compile(rf"(?P<name>{_H}{{1,8}}?)(?P<kind>{_KINDS})")
# What stands before a place and is not of its name.
_BEFORE = re.compile(
    r".*(?:[到在住是往给的了我你您他她这哪某该]|那个|个|送|我们|你们|改成|换成|写成|改为|地址|收货|寄"
    r"|我家|家住|这边|那边|麻烦|请|从|去|别|先|(?<!解)放)"
)
# Words that end like a place, by kind; none of them alone says where.
_WORDS = re.compile(
    r"(?:.*(?:外|本|全|出|跨|同|各|邻|别|几|两)省|.*(?:城|超|门|上|本|同|外|都|集|菜|夜|全|股|楼|房|开|闹|城镇)市"
    r"|.*(?:地|片|景|专|分|各|疫|山|郊|市|城|特|辖|厂|库|住宅|服务|工业|开发|营业|配送|分拣|揽收|偏远|生活|办公)区"
    r"|.*(?:区|各|本|郊|外)县|.*(?:乡|城|冰|村|集)镇|.*(?:老|家|故|下|城|返|思|农)乡|.*(?:农|乡)村"
    r"|.*(?:一|半|高速|公|铁|网|线|道|马|走|同|顺|中|赶|上|拦|迷|带|引|多|思|销|出|后|退|绝|短|电|套|水|陆|来|回|问|过|班|家|迷了)路"
    r"|.*(?:逛|上|大|临|沿|满)街|.*(?:哪|几|一|多|个|整个|两|同一|别的|其他|其它|另一个|进|出|里)"
    rf"(?:{_KINDS})|(?:门口)?(?:小区|社区|园区|校区|广场|公寓|大厦|花园|街道|胡同|大道|家园))"
)
_PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南"
    "|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_NUMBER = r"(?:[\d０-９]+|[A-Za-z]\d*|[一二三四五六七八九十百]+)"
_HOUSE = rf"{_NUMBER}\s*[-—－]?\s*(?:号楼|单元|号院|号|弄|栋|幢|座|室|楼|层|组|户|街坊|门|房)"
_HOUSES = rf"(?:{_HOUSE}|[\d０-９]+(?:\s*[-—－]\s*[\d０-９]+)*)"
# A house by itself: a lift's floor or a day of the month is none.
_ALONE = re.compile(rf"{_NUMBER}\s*(?:号楼|单元|栋|幢)\s*(?:{_HOUSES}\s*)*|[\d０-９]+\s*室")
_STREET = (
    "street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|court|ct|square|sq|terrace"
    "|close|crescent|highway|hwy|parkway|way|place|alley"
)
_NO_STREET = r"(?!(?:days?|hours?|weeks?|times?|the|in|on|of|my|your|and|ago|or|to)\b)"
_ENGLISH = re.compile(
    rf"\b(?:no\.?\s*)?\d+[a-z]?,?\s+(?:{_NO_STREET}[a-z][\w'’.-]*\s+){{1,4}}(?:{_STREET})\b\.?"
    r"|\bp\.?\s?o\.?\s+box\s+\d+"
    r"|\b(?:apt|apartment|unit|suite|ste|room|rm|flat|floor|building|bldg|block)\b\.?\s*#?\s*\d+\w*"
    r"|\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b",
    re.IGNORECASE,
)


def blank_addresses(text: str, blank: str) -> str:
    """The text with one `blank` for each address."""
    text = _ENGLISH.sub(blank, text)
    text = re.sub(rf"(?:{_PROVINCES})(?:省|市)", blank, text)
    text = _PART.sub(lambda match: _without_part(match, blank), text)
    text = re.sub(rf"{blank}(?:[\s,，]*(?:{blank}|{_HOUSES}))+", blank, text)
    return _ALONE.sub(blank, text)


def _without_part(match: re.Match[str], blank: str) -> str:
    whole = match.group()
    before = _BEFORE.match(match["name"])
    start = before.end() if before else 0
    part = whole[start:]
    if len(part) <= len(match["kind"]) or _WORDS.fullmatch(part):
        return whole
    return whole[:start] + blank
