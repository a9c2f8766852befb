"""One way to write what buyers write in many (R9).

Theory of operation. A message becomes a string of *signs*, one for a Chinese character, a Latin
word, a number, a courier's name; what carries no wish (spaces, emoji, punctuation but "?") goes.
Words have signs of their own from Unicode's private planes, so a run of signs is a slice of a
string in both languages.

Traditional characters and full-width forms become the plain ones first. A word that is not known
is tried by its consonants: "recieved" is "received".
"""

import re
import unicodedata

from msgspec import Struct

WORD_SIGNS = 0xF0000  # a known word's sign is this plus its place in the table
NUMBER, CODE, COURIER, STRANGER, EDGE = "0", "#", "&", "_", "^"
CODE_LENGTH = 6  # a number or a mixed word as long as this is an order's or a parcel's
KNOWN_BY_CONSONANTS = 5  # letters of the shortest word that is
LETTERS_MAX = 40  # of a word; what is longer is none

_CHINESE_COURIERS = (
    "顺丰|顺风快递|圆通|中通|申通|韵达|极兔|德邦|天天快递|百世|汇通|丹鸟|京东快递|京东物流|菜鸟裹裹"
    "|菜鸟直送|邮政|跨越速运|安能|宅急送|优速|国通|速尔|信丰|邮局"
)
_LATIN_COURIERS = (
    "ems|sf|jd|dhl|fedex|ups|usps|tnt|delhivery|bluedart|aramex|dtdc|ecomexpress|shadowfax|xpressbees"
    "|evri|hermes|dpd|yodel|ninjavan|lalamove|zto|yto|sto|yunda|jt|jnt"
)
# Initials that are typed in place of the characters.
_INITIALS = {"kd": "快递", "wl": "物流", "dd": "订单", "dz": "地址", "qs": "签收", "yz": "驿站"}
_COUNTED = "天号点个日周月小件单年份次分楼"

_COURIER_WORDS = frozenset(_LATIN_COURIERS.split("|"))
_COURIER = re.compile(_CHINESE_COURIERS)
_COUNT = re.compile(rf"[一二两三四五六七八九十]+(?=[{_COUNTED}])")
_LATIN = re.compile(r"[a-z0-9]+(?:['&][a-z]+)*")
_SHORT = rf"({'|'.join(_INITIALS)})(?!['&]?[a-z0-9])"
_PIECE = re.compile(
    rf"{_COURIER.pattern}|{_COUNT.pattern}|{_SHORT}|{_LATIN.pattern}|[?&\u4e00-\u9fff]"
)
_SURPLUS = re.compile(r"([\u4e00-\u9fff])(?=\1\1)")  # 啊啊啊啊 says no more than 啊啊
_UNCOUNTED = re.compile(r"[aeiouy]+|(.)(?=\1)")
_REMEMBERED = 20_000  # characters whose plain form is kept


class Tables(Struct, frozen=True):
    """What is known of characters and words.

    `traditional` and `simple` are strings of characters, the n-th of one written as the n-th of
    the other; `words` are separated by spaces.
    """

    traditional: str
    simple: str
    words: str


class _Plain(dict[int, str]):
    """What a character is written as, filled as characters come.

    Lower case, half width, simplified; what is no letter, digit or character is a space.
    """

    def __missing__(self, code: int) -> str:
        plain = "".join(map(self._plain, unicodedata.normalize("NFKC", chr(code)).lower()))
        if len(self) < _REMEMBERED:
            self[code] = plain
        return plain

    def _plain(self, sign: str) -> str:
        if "\u4e00" <= sign <= "\u9fff":
            return dict.get(self, ord(sign), sign)
        if sign == "’":
            return "'"
        return sign if sign in "'?&" or (sign.isascii() and sign.isalnum()) else " "


class Spelling:
    """Writes messages in signs."""

    def __init__(self, tables: Tables) -> None:
        self._plain = _Plain(zip(map(ord, tables.traditional), tables.simple, strict=True))
        words = tables.words.split()
        self._signs = {word: chr(WORD_SIGNS + place) for place, word in enumerate(words)}
        self._skeletons: dict[str, str] = {}
        for word, sign in self._signs.items():
            self._skeletons.setdefault(skeleton(word), sign)

    def signs(self, text: str) -> str:
        """The message in signs, with an edge at both ends."""
        text = _SURPLUS.sub("", text.translate(self._plain))
        text = _COUNT.sub(NUMBER, _COURIER.sub(COURIER, text))
        text = _LATIN.sub(self._latin, text)
        return EDGE + text.replace(" ", "").replace("'", "") + EDGE

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where in the message each of its signs is written, the edges left out."""
        plain = text.translate(self._plain)
        pieces = _PIECE.finditer(_SURPLUS.sub(" ", plain))
        # Initials stand for as many characters as they have letters.
        spans = [piece.span() for piece in pieces for _ in piece[1] or " "]
        if len(plain) == len(text):
            return spans
        # A sign such as "½" is several plain ones.
        places = [at for at, char in enumerate(text) for _ in char.translate(self._plain)]
        return [(places[start], places[end - 1] + 1) for start, end in spans]

    def _latin(self, match: re.Match[str]) -> str:
        word = match.group()
        sign = self._signs.get(word)
        if sign is not None:
            return sign
        if word in _COURIER_WORDS:
            return COURIER
        if word in _INITIALS:
            return _INITIALS[word]
        if not word.isalpha():
            long = len(word) >= CODE_LENGTH
            return CODE if long else NUMBER if word.isdigit() else STRANGER
        if KNOWN_BY_CONSONANTS <= len(word) <= LETTERS_MAX:
            return self._skeletons.get(skeleton(word), STRANGER)
        return STRANGER


def skeleton(word: str) -> str:
    """A word's first letter and its consonants, none twice in a row."""
    return word[:1] + _UNCOUNTED.sub("", word[1:])
