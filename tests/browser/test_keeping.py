"""What one typed and read survives reloads, broken lines, a crashed server and refusals."""

from playwright.sync_api import CDPSession, expect

from tests.browser.demo_server import DemoServer
from tests.browser.people import Buyer, Cast, Merchant

BUYER = "林一"
HALF = "我想问一下这个竹篮"
REPLIES = ("第一条", "第二条", "第三条", "第四条", "第五条")


def test_typed_text_survives_a_reload(cast: Cast):
    buyer = cast.enter(Buyer)
    buyer.input.fill(HALF)
    buyer.page.reload()
    expect(buyer.input).to_have_value(HALF)


def test_r49_a_message_written_while_the_server_is_down_arrives_once(
    own_cast: Cast, own_server: DemoServer
):
    buyer = own_cast.enter(Buyer)
    merchant = own_cast.enter(Merchant)
    buyer.says("第一句")
    merchant.opens(BUYER)
    merchant.reads("第一句")
    own_server.kill()
    buyer.input.fill("断线时写的")
    buyer.input.press("Enter")
    buyer.input.fill(HALF)
    retry = buyer.button("link.now").or_(buyer.page.get_by_text(buyer.t("link.retrying")))
    expect(retry.first).to_be_visible()

    own_server.start()
    merchant.reads("断线时写的")
    expect(buyer.input).to_have_value(HALF)
    expect(buyer.message("断线时写的")).to_have_count(1)
    expect(merchant.message("断线时写的")).to_have_count(1)
    expect(merchant.message("第一句")).to_have_count(1)
    for person in (buyer, merchant):
        assert len(person.events()) == len(set(person.events())), "no event came twice"


def test_r28_and_r29_the_sixth_message_goes_back_to_the_input(cast: Cast):
    buyer = cast.enter(Buyer)
    merchant = cast.enter(Merchant)
    buyer.says("在吗")
    merchant.opens(BUYER)
    for text in REPLIES:
        merchant.says(text)
    merchant.input.fill("第六条")
    merchant.input.press("Enter")
    expect(merchant.page.get_by_role("alert")).to_contain_text(
        merchant.t("compose.returned", reason=merchant.t("error.message_limit"))
    )
    expect(merchant.input).to_have_value("第六条")
    expect(merchant.message("第六条")).to_have_count(0)

    buyer.reads("第五条")
    buyer.says("在的")
    merchant.reads("在的")
    merchant.input.press("Enter")
    buyer.reads("第六条")
    expect(merchant.input).to_have_value("")


def test_enter_while_an_input_method_composes_sends_nothing(cast: Cast):
    buyer = cast.enter(Buyer)
    buyer.says("在吗")
    buyer.input.focus()
    keyboard = buyer.page.context.new_cdp_session(buyer.page)
    keyboard.send(
        "Input.imeSetComposition", {"text": "kuai di", "selectionStart": 7, "selectionEnd": 7}
    )
    expect(buyer.input).to_have_value("kuai di")
    _enter(keyboard, code=229)  # the key that picks a candidate
    keyboard.send("Input.insertText", {"text": "快递"})
    expect(buyer.input).to_have_value("快递")
    _enter(keyboard, code=229)  # Safari says it once more after the composition
    expect(buyer.input).to_have_value("快递")
    posted = [frame["body"]["text"] for frame in buyer.sent if frame["type"] == "post_message"]
    assert posted == ["在吗"]

    buyer.input.press("Shift+Enter")
    expect(buyer.input).to_have_value("快递\n")
    buyer.input.press("Enter")
    buyer.reads("快递")


def test_after_being_offline_one_gets_exactly_what_one_missed(cast: Cast):
    buyer = cast.enter(Buyer)
    merchant = cast.enter(Merchant)
    buyer.says("在吗")
    merchant.opens(BUYER)
    buyer.page.context.set_offline(True)
    buyer.input.fill("离线时写的")
    buyer.input.press("Enter")
    merchant.says("离线时回复的")
    expect(buyer.message("离线时回复的")).to_have_count(0)

    buyer.page.context.set_offline(False)
    buyer.reads("离线时回复的")
    merchant.reads("离线时写的")
    expect(buyer.message("离线时写的")).to_have_count(1)
    expect(buyer.message("在吗")).to_have_count(1)
    assert len(buyer.events()) == len(set(buyer.events()))


def test_a_new_epoch_opens_the_room_anew(cast: Cast, server: DemoServer):
    buyer = cast.enter(Buyer)
    buyer.says("在吗")
    server.reset()
    expect(buyer.message("在吗")).to_have_count(0)
    buyer.says("又来了")


def test_two_windows_of_one_buyer_agree(cast: Cast):
    first = cast.enter(Buyer)
    second = cast.enter(Buyer, context=first.page.context)
    first.says("在吗")
    second.reads("在吗")
    second.says("第二个窗口")
    first.reads("第二个窗口")
    expect(first.message("第二个窗口")).to_have_count(1)


def _enter(keyboard: CDPSession, *, code: int) -> None:
    """Press Enter as an input method hands it on: with its own key code."""
    key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": code}
    keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
