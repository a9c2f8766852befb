"""What an error says to a person, by code, in each language."""

from typing import Final

DEFAULT_LOCALE: Final = "zh-CN"
LOCALES: Final = ("zh-CN", "en")

# By code: the text in zh-CN, then in en.
_TEXTS: Final[dict[str, tuple[str, str]]] = {
    # the frame and its sender
    "bad_frame": ("消息格式有误", "The frame is not well formed"),
    "unknown_type": ("不支持的操作", "This kind of frame is not known"),
    "unauthorized": ("登录已失效，请重新登录", "Sign in again"),
    "forbidden": ("您没有权限进行此操作", "You may not do this"),
    "not_found": ("未找到", "Not found"),
    "conflict": ("内容已被更新，请刷新后重试", "This has changed meanwhile; reload and try again"),
    "too_long": ("内容过长", "Too long"),
    "rate_limited": ("操作太频繁，请稍后再试", "Too fast; try again shortly"),
    "store_unavailable": ("服务暂时不可用，请重试", "Not stored; try again"),
    "overloaded": ("服务繁忙，请稍后再试", "The server is busy; try again shortly"),
    # cards and sessions
    "invite_not_open": ("邀请已不在待确认状态", "The invite is no longer open"),
    "session_not_open": ("三方会话已结束", "The three-way chat has ended"),
    "client_outdated": ("版本过低，请升级后使用", "Update this app to use this"),
    "entry_closed": ("无法邀请：本端入口已关闭", "Cannot invite: entry closed on this device"),
    "switched_off": ("无法邀请：本店已停用", "Cannot invite: switched off"),
    "auto_off": ("本店已停用平台自动邀请", "The shop has turned automatic invites off"),
    "not_rolled_out": ("无法邀请：本店暂未开放", "Cannot invite: not yet open to this shop"),
    "invite_pending": ("无法邀请：已有待确认的邀请", "Cannot invite: one pending"),
    "not_in_phase": ("当前会话状态下无法进行此操作", "Not possible in this stage of the chat"),
    "outside_service_hours": ("无法邀请：不在服务时间", "Cannot invite: outside hours"),
    "no_order": ("无法邀请：未找到订单", "Cannot invite: no order"),
    "order_not_shipped": ("无法邀请：订单未发货", "Cannot invite: not shipped"),
    "order_finished": ("无法邀请：订单已完成或关闭", "Cannot invite: order finished"),
    "no_parcel": ("无法邀请：暂无包裹", "Cannot invite: no parcel yet"),
    "several_parcels": ("无法邀请：含多个包裹", "Cannot invite: several parcels"),
    "carrier_not_supported": (
        "无法邀请：快递公司暂未接入",
        "Cannot invite: courier not supported",
    ),
    "carrier_desk_closed": ("无法邀请：物流客服不在线", "Cannot invite: courier desk closed"),
    "carrier_desk_busy": ("无法邀请：物流客服繁忙", "Cannot invite: courier desk busy"),
    "cooldown": ("暂时不能再次邀请，请稍后再试", "Cannot invite again yet"),
    "human_not_receiving": ("无法邀请：非人工客服接待中", "Cannot invite: no person is serving"),
    "merchant_client_outdated": (
        "商家客服版本过低，请升级后使用",
        "The shop's app is too old for this",
    ),
    # messages and ratings
    "message_limit": (
        "消息未送达：买家未回复前最多连续发送 5 条",
        "Not delivered: at most 5 messages before the buyer replies",
    ),
    "marketing_limit": (
        "消息未送达：24 小时内只能向该买家发送 1 条营销消息",
        "Not delivered: one promotion per buyer in 24 hours",
    ),
    "recall_too_late": ("发送时间过长，无法撤回", "Too late to recall"),
    "already_rated": ("您已评价过", "Already rated"),
    "rating_expired": ("评价已过期", "The time for rating is over"),
    "not_asked": ("当前无需评价", "No rating was asked for"),
}

CODES: Final = frozenset(_TEXTS)


def locale_of(wish: str) -> str:
    """The language that is closest to what a client asked for."""
    return "en" if wish.lower().partition("-")[0] == "en" else DEFAULT_LOCALE


def message(code: str, locale: str) -> str:
    """The text for a code; one we have no text for is shown as it is."""
    texts = _TEXTS.get(code)
    if texts is None:
        return code
    return texts[1] if locale == "en" else texts[0]
