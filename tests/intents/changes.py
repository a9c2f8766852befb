"""Eight ways in which the same wish is written differently.

Each takes a message and gives it changed, always in the same way; where there is nothing to change
it gives the message itself.
"""

import re
from collections.abc import Callable
from random import Random
from zlib import crc32

from tests.intents.homophones import CHINESE, ENGLISH
from tests.intents.traditional import TRADITIONAL

COURIERS = ("顺丰", "圆通", "中通", "申通", "韵达", "极兔", "德邦", "百世", "邮政", "京东快递")
# On no list of couriers that the server knows.
UNLISTED = ("九曳", "飞豹速运", "黑猫宅急便", "蓝天快运", "小红马")
LATIN_COURIERS = ("DHL", "FedEx", "UPS", "DPD", "Royal Mail", "Hermes", "Zeleris", "Redpack")
# Fine-grained where Unicode is: a skin tone, joined people, a flag, a keycap, a variation selector.
EMOJI = ("😭", "🙏", "😡😡", "👍🏻", "👨‍👩‍👧", "🇨🇳", "1️⃣", "❤️", "🤔", "😂😂😂", "📦", "🌹")
BEFORE = (
    "你好，",
    "您好 ",
    "亲，",
    "在吗 ",
    "麻烦问一下 ",
    "不好意思打扰一下，",
    "hi 亲亲 ",
    "老板好，",
)
BEHIND = ("，谢谢", "，麻烦了", " 辛苦了", "，拜托啦", "，多谢亲", "，谢谢您了", " 感谢感谢")
BEFORE_LATIN = (
    "Hi, ",
    "Hello there, ",
    "Excuse me, ",
    "Dear team, ",
    "hey guys ",
    "Good morning, ",
)
BEHIND_LATIN = (" thanks", ", thank you so much", " please", ", cheers", ". Many thanks!", " pls")

_WORD = re.compile(r"[A-Za-z']+")
_COURIER = re.compile("|".join(sorted((*COURIERS, *UNLISTED), key=len, reverse=True)))
_LATIN_COURIER = re.compile(r"\b(?:" + "|".join(LATIN_COURIERS) + r")\b")
_PARCEL = re.compile("快递(?!员|柜|公司|盒)|包裹|物流(?!公司|信息)")
_LATIN_PARCEL = re.compile(r"\b(?:parcel|package|courier|order|delivery)\b")


def typo(text: str) -> str:
    """One character left out, written twice, or changed places with the next."""
    random = _random(text, "typo")
    place = random.choice([at for at, sign in enumerate(text[:-1]) if sign.isalpha()])
    one, two = text[place], text[place + 1]
    instead = random.choice((two, one + one + two, two + one))
    return text[:place] + instead + text[place + 2 :]


def homophone(text: str) -> str:
    """One character, or English word, written as another that sounds alike."""
    random = _random(text, "homophone")
    if is_english(text):
        words = [word for word in _WORD.finditer(text) if word.group().lower() in ENGLISH]
        if not words:
            return text
        word = random.choice(words)
        return text[: word.start()] + ENGLISH[word.group().lower()] + text[word.end() :]
    places = [at for at, sign in enumerate(text) if sign in CHINESE]
    if not places:
        return text
    place = random.choice(places)
    return text[:place] + CHINESE[text[place]] + text[place + 1 :]


def traditional(text: str) -> str:
    """As it is written in Taiwan."""
    return "".join(TRADITIONAL.get(sign, sign) for sign in text)


def full_width(text: str) -> str:
    """Letters, digits, punctuation and spaces as wide as a character; with a mark at the end."""
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)
    return wide.replace(" ", "\u3000") + "！"


def emoji(text: str) -> str:
    """A picture somewhere; in English between words."""
    random = _random(text, "emoji")
    places = [at for at in range(len(text) + 1) if not is_english(text) or text[at : at + 1] in " "]
    place = random.choice(places)
    return text[:place] + random.choice(EMOJI) + text[place:]


def order_number(text: str) -> str:
    """With the number of the order or of the parcel."""
    random = _random(text, "order_number")
    digits = "".join(random.choice("0123456789") for _ in range(random.randint(12, 19)))
    parcel = random.choice(("SF", "YT", "JDVA", "773")) + digits[:13]
    if is_english(text):
        forms = (f"{text} #{digits}", f"order no. {digits} {text}", f"{parcel}, {text}")
    else:
        forms = (
            f"订单号{digits}，{text}",
            f"{text} {digits}",
            f"{parcel} {text}",
            f"{digits}\n{text}",
        )
    return random.choice(forms)


def courier_name(text: str) -> str:
    """Another courier's name if there is one, else one put to the parcel, else one behind."""
    random = _random(text, "courier_name")
    if is_english(text):
        named, parcel, names, gap = _LATIN_COURIER, _LATIN_PARCEL, LATIN_COURIERS, " "
    else:
        named, parcel, names, gap = _COURIER, _PARCEL, (*COURIERS, *UNLISTED), ""
    if old := named.search(text):
        name = random.choice([each for each in names if each not in text])
        return text[: old.start()] + name + text[old.end() :]
    name = random.choice(names)
    if found := parcel.search(text):
        return text[: found.start()] + name.removesuffix("快递") + gap + text[found.start() :]
    return f"{text} ({name})"


def politeness(text: str) -> str:
    """With a greeting in front or thanks behind."""
    random = _random(text, "politeness")
    before, behind = (BEFORE_LATIN, BEHIND_LATIN) if is_english(text) else (BEFORE, BEHIND)
    return random.choice((random.choice(before) + text, text + random.choice(behind)))


Change = Callable[[str], str]
CHANGES: tuple[Change, ...] = (
    typo,
    homophone,
    traditional,
    full_width,
    emoji,
    order_number,
    courier_name,
    politeness,
)


def is_english(text: str) -> bool:
    """Whether there is no Chinese in it."""
    return text.isascii()


def _random(text: str, what: str) -> Random:
    return Random(crc32(f"{what}:{text}".encode()))
