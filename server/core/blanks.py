"""What people write, with blanks for who, where and numbers.

Theory of operation. What the room's log and orders know (`Known`) goes first, then what looks like
a link, an address, a name; last every digit. Until then blanks are single characters of Unicode's
private area, so that nothing is blanked twice. It is better to blank too much than too little, but
no pattern knows every name: look at an export before it is passed on.
"""

import re
from collections.abc import Iterable

from msgspec import Struct

from server.core.streets import blank_addresses

NAME, ADDRESS, LINK = "\ue000", "\ue001", "\ue002"
SHOWN = {NAME: "{name}", ADDRESS: "{address}", LINK: "{link}"}
DIGIT = "#"

_H = r"[\u3400-\u9fff]"
_TWO = "欧阳|上官|司马|诸葛|夏侯|皇甫|东方|尉迟|公孙|慕容|令狐|司徒|南宫|端木"
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏"
    "魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵"
    "万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包"
)
_FAMILY = rf"(?:{_TWO}|[{SURNAMES}])"
_LATIN = r"[A-Za-z][A-Za-z'’.-]*"
_END = r"(?=$|[^\u3400-\u9fff]|电话|手机|地址|住|的|收$)"
_HOLDER = "(?:姓名|名字|收件人|收货人|联系人|签收人|寄件人|发件人)"
_NOT_NAMES = "(?!快递|顺丰|闪送|跑腿|外卖|物流|货拉拉|滴滴|[了你他她人车])"
_CALLED = (
    rf"{_NOT_NAMES}({_FAMILY}{_H}{{1,2}}|[小阿大老]{_H}|{_H}{{2,3}}(?=$|[^\u3400-\u9fff])|{_LATIN})"
)
_ENGLISH_HOLDER = (
    r"\b(?:i am|i'm) called"
    r"|\b(?:recipient|receiver|consignee|addressee|signed (?:for )?by)(?: is| was)?"
)

# Each with what stays before the name, then the name.
_NAMED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"({_HOLDER}\s*[:：]\s*)({_H}{{2,4}}?{_END}|{_H}{{2,3}}|{_LATIN}(?: {_LATIN}){{0,2}})",
        rf"({_HOLDER}\s*(?:是|为|叫)?\s*)({_FAMILY}{_H}{{1,2}}|[A-Z]{_LATIN}(?: [A-Z]{_LATIN})?)",
        rf"((?:我|名|名字|本人)叫(?:做)?\s*){_CALLED}",
        rf"()({_FAMILY}{_H}{{0,2}}?)(?=先生|女士|小姐|太太)",
        rf"()({_FAMILY})(?=师傅|老师|阿姨|叔叔|大哥|大姐|经理)",
        rf"((?i:\bmy name(?: is|'s)|\bname\s*[:：])\s*)({_LATIN}(?: [A-Z]{_LATIN}){{0,2}})",
        rf"((?i:{_ENGLISH_HOLDER})\s*[:：]?\s*)([A-Z]{_LATIN}(?: [A-Z]{_LATIN}){{0,2}})",
        rf"(\b(?:Mr|Mrs|Ms|Miss|Dr)\.? )([A-Z]{_LATIN}(?: [A-Z]{_LATIN})?)",
    )
)
_LINKS = re.compile(
    r"(?:https?://|www\.)[^\s\u3400-\u9fff，。！？]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?i:(?<=微信)|(?<=微信号)|(?<=wx)|(?<=vx)|(?<=qq))\s*[:：是]?\s*[A-Za-z][\w-]{5,}",
    re.ASCII,
)
# As a parcel's or an order's number, a plate or an identity card's: letters at its head may stay.
_CODE = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z0-9_-]{10})([A-Za-z]{0,4})([A-Za-z0-9_-]*\d[\w-]*)")
_SPELT = re.compile(r"[零〇一二三四五六七八九幺两]{5,}")
_SIGN = re.compile(r"[A-Za-z0-9]")


class Known(Struct, frozen=True, kw_only=True):
    """What is known to be private in a room: of its people, its orders."""

    names: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()


def blanked(text: str, known: Known) -> str:
    """What somebody wrote, without who, where and numbers."""
    for blank in SHOWN:
        text = text.replace(blank, "")
    text = _without(text, known.addresses, ADDRESS)
    text = _LINKS.sub(LINK, text)
    text = _without(text, _spoken(known.names), NAME)
    for number in sorted((one for one in known.numbers if len(one) > 2), key=len, reverse=True):
        text = _word(number).sub(lambda match: _SIGN.sub(DIGIT, match.group()), text)
    text = blank_addresses(text, ADDRESS)
    for pattern in _NAMED:
        text = pattern.sub(rf"\g<1>{NAME}", text)
    text = _CODE.sub(lambda match: match[1] + _SIGN.sub(DIGIT, match[2]), text)
    text = _SPELT.sub(lambda match: DIGIT * len(match.group()), text)
    text = "".join(DIGIT if sign.isdigit() else sign for sign in text)
    for blank, shown in SHOWN.items():
        text = re.sub(f"{blank}+", shown, text)
    return text


def _without(text: str, words: Iterable[str], blank: str) -> str:
    for word in sorted(words, key=len, reverse=True):
        if len(word) > 1:
            text = _word(word).sub(blank, text)
    return text


def _word(word: str) -> re.Pattern[str]:
    """The word wherever it stands, Latin ones not within others."""
    before = r"(?<![A-Za-z0-9])" if word[0].isascii() else ""
    after = r"(?![A-Za-z0-9])" if word[-1].isascii() else ""
    return re.compile(before + re.escape(word) + after, re.IGNORECASE)


def _spoken(names: Iterable[str]) -> set[str]:
    """Names with what people say in their stead: a first name, a given name."""
    found = set()
    for name in names:
        found.add(name)
        found |= {part for part in name.split() if len(part) > 2}
        if re.fullmatch(rf"{_FAMILY}{_H}{{2}}", name):
            found.add(name[-2:])
    return found
