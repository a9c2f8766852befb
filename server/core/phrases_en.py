"""How people write about deliveries in English (R9)."""

from server.core.phrases import Phrase

LATIN_CARRIER = r"(?:sf|zto|yto|sto|yunda|dhl|ups|fedex|ems|usps|j&t)\b"
NO = (
    r"(?:not|never|no|cannot|nt"
    r"|(?:does|did|do|has|have|had|is|was|are|were|wo|ca|would|could|ai)n['’]?t)\b"
)
PARCEL = r"(?:parcels?|packages?|orders?|shipments?|deliver(?:y|ies)|items?|goods|stuff|products?)"

PHRASES: dict[str, tuple[Phrase, ...]] = {
    "signed_not_received": (
        Phrase(
            0.92,
            "(?:says?|said|shows?|showing|marked|status|app|tracking|was|been|but|got)"
            rf"\b.{{0,25}}\b(?:delivered|signed)\b.{{0,40}}\b(?:{NO}|nothing|nowhere|where|"
            "missing|empty)",
        ),
        Phrase(
            0.92,
            rf"\b(?:{NO}|nothing)\b.{{0,50}}\b(?:says?|shows?|showing|marked|status)"
            r"\b.{0,20}\b(?:delivered|signed)",
        ),
        Phrase(
            0.9,
            "who (?:signed|took|collected|received)|signed (?:for )?by (?:someone|somebody|"
            "another)|(?:did ?n['’]?t|never) sign",
        ),
        Phrase(
            0.86,
            r"(?:locker|pick.?up point|mailbox|porch).{0,20}\b(?:empty|nothing|not there|"
            "isn['’]?t there)",
        ),
    ),
    "wrong_place": (
        Phrase(
            0.9,
            r"(?:left|put|dropped|delivered|sent|placed|dumped)\b.{0,30}\b(?:neighbou?r|locker|"
            "pick.?up point|station|wrong|lobby|gate|somewhere else|shop|different (?:address|"
            "house|door))",
        ),
        Phrase(
            0.9,
            rf"(?:refus\w*|would ?n['’]?t|did ?n['’]?t|{NO}).{{0,25}}(?:to (?:my|the) door|"
            "to my house|doorstep|upstairs)",
        ),
    ),
    "tracking_stale": (
        Phrase(
            0.91,
            rf"\b(?:tracking|{PARCEL}|status|it)\b.{{0,25}}\b(?:{NO}|stopped|zero)"
            r"\b.{0,14}\b(?:mov|updat|chang|progress)",
        ),
        Phrase(
            0.87,
            r"\b(?:stuck|frozen|stalled)\b(?: (?:in|at|on)\b|.{0,15}(?:transit|customs|days|"
            "week))|no movement",
        ),
        Phrase(
            0.89,
            r"\bno (?:tracking|new|more|further|shipping)? ?(?:updates?|info\w*|scans?|"
            r"tracking)\b.{0,40}|tracking.{0,20}\b(?:does|is|has|do)n['’]?t\b",
        ),
        Phrase(
            0.87,
            "(?:was|were) (?:supposed|due|expected|promised|meant|scheduled)"
            r"\b.{0,20}(?:arrive|be here|deliver|come|get here|yesterday|last)",
        ),
    ),
    "change_delivery": (
        Phrase(
            0.9,
            "(?:chang|updat|correct|edit|modify|switch|fix|redirect|rerout)"
            r"\w*\b.{0,25}\b(?:address|phone|mobile|recipient|delivery (?:time|slot|date|day|"
            "address|option)|pick.?up)",
        ),
        Phrase(
            0.88,
            r"\b(?:address|phone number|recipient)\b.{0,20}\b(?:wrong|chang\w*|incorrect)|"
            "(?:different|another|new) (?:delivery )?address",
        ),
        Phrase(
            0.89,
            "(?:entered|typed|gave|filled|wrote|used|put in|moved).{0,15}(?:wrong|old|new|"
            "house).{0,10}(?:address|number)?",
        ),
        Phrase(
            0.86,
            r"\b(?:can|could|please|want|would|ask)\b.{0,25}\b(?:deliver|leave|send|drop|"
            r"put|bring)\b.{0,25}\b(?:office|neighbou?r|locker|door|reception|front desk|"
            "pick.?up|instead|later|another day|upstairs)",
        ),
        Phrase(
            0.86,
            r"\bpick (?:it|them|this)? ?up (?:myself|from|at)|collect (?:it|them) (?:myself|"
            "from)|reschedul",
        ),
    ),
    "origin_restricted": (
        Phrase(
            0.88,
            r"\b(?:lockdown|quarantine|typhoon|hurricane|storm|snow\w*|flood\w*|weather|covid|"
            r"curfew|strike)\b.{0,40}\b(?:ship\w*|deliver\w*|parcels?|packages?|couriers?|"
            r"orders?|affect\w*|delay\w*)",
        ),
        Phrase(
            0.88,
            r"\b(?:ship\w*|deliver\w*|parcels?|packages?|couriers?|orders?)"
            r"\b.{0,40}\b(?:lockdown|quarantine|typhoon|hurricane|storm|snow\w*|flood\w*|"
            r"weather|covid|curfew|restrict\w*)",
        ),
        Phrase(
            0.85,
            r"\b(?:do|can|will|could) (?:you|they|it|the courier)\b.{0,10}\b(?:deliver|ship|"
            "send)(?:ed)? (?:it )?to (?!my door|my house|the door)",
        ),
        Phrase(
            0.88,
            "(?:outside|out of|not in|n['’]t (?:cover|serve|deliver)).{0,15}(?:area|region|"
            "range|village|town|zone)",
        ),
    ),
    "choose_courier": (
        Phrase(
            0.91,
            r"\b(?:which|what) (?:courier|carrier|express|shipping (?:company|method|service|"
            "partner)|delivery (?:company|service|partner))",
        ),
        Phrase(
            0.87,
            r"\b(?:ship\w*|send|sent|deliver\w*|use|via|by|with|through|choose|prefer|"
            rf"switch to)\b.{{0,15}}\b{LATIN_CARRIER}",
        ),
        Phrase(
            0.89,
            r"\b(?:choose|change|pick|select|specify|switch|another|different)"
            r"\b.{0,15}\b(?:courier|carrier|shipping (?:company|method))",
        ),
    ),
    "delivery_time": (
        Phrase(
            0.88,
            r"\bwhat (?:time|hour)\b.{0,40}(?:deliver|arriv|com|here|courier|parcel|package)|"
            r"\btime (?:slot|window)|delivery (?:time|window|hours)",
        ),
        Phrase(
            0.86,
            r"(?:deliver\w*|arriv\w*|come|courier)\b.{0,25}\b(?:morning|afternoon|evening|"
            r"weekends?|saturday|sunday|o['’]?clock|\d ?(?:am|pm))",
        ),
        Phrase(
            0.89,
            r"\b(?:call|phone|ring|text|notify)\b.{0,20}\b(?:before|when)\b.{0,20}(?:deliver|"
            "arriv|com)",
        ),
    ),
    "delayed_urge": (
        Phrase(
            0.88,
            rf"\b(?:{PARCEL}|deliver\w*|ship\w*|courier|send)\b.{{0,30}}\b(?:hurry|speed|rush|"
            r"expedite|faster|quicker|sooner|asap|urgent\w*|quickly)",
        ),
        Phrase(
            0.88,
            rf"\b(?:hurry|speed|rush|expedite|faster|urge)\b.{{0,30}}\b(?:{PARCEL}|deliver\w*|"
            "courier|shipping)",
        ),
        Phrase(
            0.88,
            rf"\b(?:{PARCEL}|shipping|courier)\b.{{0,20}}\b(?:slow|delayed|late|overdue|"
            "taking (?:so|too|forever|ages|very))",
        ),
        Phrase(
            0.7,
            r"\b(?:tak(?:ing|es|en)|waiting) (?:so|too|very|this|forever|ages|for (?:days|"
            r"weeks|ages))|\bso (?:slow|late)\b",
        ),
    ),
    "not_received": (
        Phrase(
            0.88,
            rf"\b{NO} (?:yet )?(?:been )?(?:receiv\w*|got|get|gotten|arriv\w*|delivered|come|"
            r"came|turned up|shown up)\b(?!.{0,20}(?:refund|money|code|email|e-mail|invoice|"
            "coupon|reply|answer|otp|link|discount|points))",
        ),
        Phrase(
            0.86,
            rf"\bstill (?:waiting|missing)\b.{{0,20}}\b{PARCEL}|\b{PARCEL}\b.{{0,20}}\b(?:lost|"
            rf"missing|disappeared|stolen|vanished)|\blost (?:my |the |in )?(?:{PARCEL}|"
            "transit)",
        ),
    ),
    "arrival_time": (
        Phrase(0.91, rf"\bwhere(?:['’]?s|\s+is|\s+are|\s+has|\s+did)?\b.{{0,15}}\b{PARCEL}"),
        Phrase(0.7, r"\bwhere(?:['’]?s|\s+is|\s+are)\s+(?:it|they)\b|\bany (?:update|news)\b"),
        Phrase(
            0.89,
            r"\bwhen\b.{0,40}\b(?:arriv\w*|deliver\w*|receiv\w*|get (?:here|it|my|them)|"
            r"com(?:e|ing)|reach\w*|expect)\b",
        ),
        Phrase(
            0.87,
            r"\bhow (?:long|many days|much longer|soon)\b.{0,40}\b(?:arriv\w*|deliver\w*|"
            r"receiv\w*|get (?:here|it|my|to)|reach\w*|shipping)\b",
        ),
        Phrase(0.56, r"\bhow (?:long|many days|much longer|soon)\b"),
        Phrase(
            0.87,
            r"\beta\b|estimated (?:time of )?(?:arrival|delivery)|(?:delivery|arrival) date|"
            "expected (?:delivery|arrival)",
        ),
        Phrase(
            0.86,
            r"\b(?:track(?:ing)?|trace|status of|locate|update on|check on)"
            rf"\b.{{0,20}}\b{PARCEL}|\border status\b",
        ),
        Phrase(
            0.84,
            rf"\b{PARCEL}\b.{{0,12}}\b(?:arriv\w*|get here|be here|com(?:e|ing))"
            r"\b.{0,15}(?:today|tomorrow|by |before |this week|\?)",
        ),
    ),
}
