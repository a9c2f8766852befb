"""What speaks against a delivery question, whatever else is written (R9).

Orders that were not sent off, what is sent back, "no need to hurry", other things that did not
come: all that is the shop's own work.
"""

from server.core.phrases import Doubt
from server.core.phrases_zh import ELSE, NOT

# That something did not come stays a delivery question though it is to be refunded.
CLAIMS = ("signed_not_received", "not_received", "wrong_place")

CHINESE = (
    # Not sent off yet: that is the shop's own work.
    Doubt(
        0.0,
        "(?:什么时候|啥时候?|何时|几时|多久|怎么|为什么|为啥|咋|几天|今天|明天|能|可以|还|"
        "尽快|赶紧|快点|早点|催|麻烦|帮忙|要)[^,，。?？]{0,8}(?:发货(?!地|的?快递)|发出|"
        "出库|补货|备货|有货|发了吗|安排发)",
    ),
    Doubt(
        0.0,
        f"(?:{NOT}|不|未)(?:给我?)?(?:发货|发出|出库|发呢)|发货了?(?:吗|没|么)",
    ),
    # Taken back: nothing is asked for.
    Doubt(
        0.0,
        "(?:不用|不必|别|不要|无需|不需要|甭)(?:再|帮我|给我|麻烦)?.{0,2}(?:催|查|问)|"
        "不(?:着)?急(?!死)",
    ),
    Doubt(
        0.25,
        "(?<!没)(?<!没有)(?<!未)(?<!能)(?<!沒)(?:收到|拿到)(?:货|快递|东西|包裹)?(?:了|啦)"
        "(?!吗|没|么|[?？])",
        CLAIMS,
    ),
    # Something else did not come.
    Doubt(
        0.0,
        "(?:退款|退的钱|钱|赔付|红包|优惠券|券|返现|发票|短信|验证码|赠品|通知|邮件|回复|"
        "积分).{0,8}(?:没|未)有?(?:收到|到账?|拿到|给|送)",
    ),
    Doubt(
        0.0,
        f"{NOT}(?:收到|拿到){ELSE}",
    ),
    # What came, and sending it back.
    Doubt(
        0.3,
        "(?:包装|盒子?|箱子?|袋子?|瓶子?|壳).{0,6}(?:破|坏|烂|压|扁|湿|漏|变形)|破损|损坏|"
        "少件|漏发|少发|发错|错发|坏的|坏了|碎了|假货|瑕疵|色差|不能用|质量",
    ),
    Doubt(
        0.4,
        "退货|退款|退钱|退掉|退回|退换|换货|换新|售后|价保|保价|差价|运费险|取件|上门取|寄回",
        CLAIMS,
    ),
    Doubt(
        0.5,
        "多少钱|便宜|优惠|尺码|尺寸|颜色|发票|开票|有货|现货|库存|正品|保质期|怎么用|安装|"
        "降价|活动",
        CLAIMS,
    ),
)

ENGLISH = (
    # Not sent off yet: that is the shop's own work.
    Doubt(
        0.0,
        r"\bwhen\b.{0,25}\b(?:ship|shipped|dispatch\w*|be sent|send)\b|\b(?:has|have|is|"
        r"was|did)(?:n['’]?t| not)?\b.{0,20}\b(?:been )?(?:shipped|dispatched)"
        r"\b(?!.{0,40}(?:arriv|receiv|deliver))|\bship (?:it|my order|out)\b.{0,12}(?:soon|"
        r"today|asap|now|faster|quick\w*)",
        ("signed_not_received",),
    ),
    # Taken back: nothing is asked for.
    Doubt(
        0.0,
        r"\bno (?:need|rush|hurry)\b|do(?:n['’]?t| not) (?:rush|hurry|urge|bother)|"
        "never ?mind|no worries",
    ),
    Doubt(
        0.25,
        r"\b(?:already|just|have|i) (?:received|got) (?:it|my|the)\b|\bthanks?,? (?:it|"
        "the parcel) arrived",
        ("signed_not_received",),
    ),
    # Something else did not come.
    Doubt(
        0.0,
        r"\b(?:refund|money back|invoice|coupon|otp|code|discount|reply|email)"
        r"\b.{0,40}\b(?:not|n['’]?t|when|where|never|long|yet)\b|\b(?:not|n['’]?t|when|"
        r"where|never|how long)\b.{0,40}\b(?:refund|money back|invoice|coupon|otp|code|"
        r"reimburse\w*)",
    ),
    # What came, and sending it back.
    Doubt(
        0.3,
        r"\b(?:damaged|broken|defective|faulty|leak\w*|torn|wrong (?:item|size|colou?r|"
        r"product|one)|missing (?:part|piece)s?|quality)\b",
    ),
    Doubt(
        0.4,
        r"\b(?:refund|return(?:s|ed|ing)?|exchang\w*|cancel\w*|warranty|replac\w*)\b",
        CLAIMS,
    ),
    Doubt(
        0.5,
        r"\b(?:price|discount|cheaper|size|colou?r|invoice|in stock|out of stock|available|"
        r"install\w*|battery|ingredients?)\b",
        CLAIMS,
    ),
)
