"""What the reader learns from, and what it is measured with, stay apart."""

import msgspec
import pytest

from scripts.intents import texts as t
from scripts.intents.agreement import agreement, kappa
from scripts.intents.near_copies import changes, copies, letter_pairs, nearness, remove
from server.core.intents import INTENTS


def row(text: str, line: int = 1) -> t.Row:
    return t.Row("a.tsv", line, "other", text)


def test_spaces_punctuation_case_and_width_are_no_difference():
    assert t.bare("ＷＨＥＲＥ is，it ?😀") == "whereisit"
    assert t.digest("到哪了？？") == t.digest(" 到 哪 了")
    assert t.digest("到哪了") != t.digest("到那了")


def test_a_lone_surrogate_is_no_letter():
    assert t.digest("到哪了\ud83d") == t.digest("到哪了")


def test_no_row_of_the_corpus_is_in_the_dev_set():
    known = {label.hash for label in t.labels()}

    assert [(one.file, one.line) for one in t.corpus() if t.digest(one.text) in known] == []


def test_the_corpus_has_every_intent():
    assert {one.intent for one in t.corpus()} == set(INTENTS)


@pytest.mark.parametrize("line", ["other", "other\t", "others\t好的", "other\t好\t的", ""])
def test_a_line_that_is_no_row_is_named(tmp_path, line):
    (tmp_path / "a.tsv").write_text(f"other\t好的\n{line}\n", encoding="utf-8")

    with pytest.raises(ValueError, match=r"a\.tsv:2"):
        t.corpus(tmp_path)


def test_the_parts_of_a_burst_are_joined_by_line_breaks(tmp_path):
    (tmp_path / "a.tsv").write_text("arrival_time\t在吗 ⏎ 到哪了\n", encoding="utf-8")

    assert t.corpus(tmp_path) == [t.Row("a.tsv", 1, "arrival_time", "在吗\n到哪了")]


def test_the_dev_set_has_digests_and_labels_only_sorted_and_once_each():
    lines = t.DEV.read_text(encoding="utf-8").splitlines()
    hashes = [label.hash for label in t.labels()]

    assert all(set(msgspec.json.decode(line)) == {"hash", "label", "natural"} for line in lines)
    assert all(len(bytes.fromhex(each)) == t.DIGEST_BYTES for each in hashes)
    assert hashes == sorted(set(hashes))


def test_each_label_is_what_most_readings_of_the_message_say():
    assert [(one.hash, one.label) for one in t.labels()] == [
        (one.hash, one.most()) for one in t.readings()
    ]


@pytest.mark.parametrize(
    ("said", "most"),
    [("aab", "a"), ("abb", "b"), ("aba", "a"), ("abc", "a")],
)
def test_two_readings_of_three_decide_and_else_the_first(said, most):
    assert t.Readings("", *said).most() == most


def test_a_labelled_message_is_found_by_its_digest_and_others_are_left():
    label = t.Label(t.digest("到哪了"), "arrival_time", True)
    missing = t.Label(t.digest("还没到"), "not_received", True)
    found = [t.Text("好的", "zh"), t.Text("到哪了？", "zh"), t.Text("到哪了", "zh")]

    assert t.dev(found, [label, missing]) == [(t.Text("到哪了？", "zh"), label)]


def test_kappa_is_agreement_beyond_chance():
    pairs = [("a", "a")] * 20 + [("a", "b")] * 5 + [("b", "a")] * 10 + [("b", "b")] * 15

    assert agreement(pairs) == pytest.approx(0.7)
    assert kappa(pairs) == pytest.approx(0.4)  # (0.7 - 0.5) / (1 - 0.5)
    assert kappa([("a", "a"), ("b", "b")]) == 1


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("我的快递到底走到哪里了呀？", "dev"),  # punctuation
        ("我的快递到底走到哪里了", "dice"),  # a particle less
        ("我的块递到底走到那里了呀", ""),  # two of twelve
        ("我那快递倒底走到哪里了呀", ""),
        ("我的包裹到哪了", ""),
        ("到哪里了", ""),
        ("今天会下雨吗", "file"),
        ("好的", ""),  # too short to be more than chance
    ],
)
def test_a_row_near_to_a_measured_message_is_found(text, how):
    measured = ["我的快递到底走到哪里了呀"]
    real = [*measured, "今天会下雨吗？", "好的"]

    found = [copy.how.split()[0] for copy in copies([row(text)], measured, real)]

    assert found == ([how] if how else [])


def test_a_change_amid_a_long_message_is_near():
    one, other = "whereismyparcel", "wereismyparcle"
    shared = len(letter_pairs(one) & letter_pairs(other))

    assert changes(one, other) == 3
    assert changes("", "abc") == 3
    assert nearness(one, one[:7] + "x" + one[8:], 12).startswith("dice")
    assert nearness(one, other, shared) == ""
    assert nearness("什么时候能有货", "什么时候能到货", 4).startswith("edit")


def test_blocking_misses_no_near_row():
    rows = t.corpus()[::50]
    measured = [one.text for one in t.corpus()[25::50]]
    by_block = {copy.row for copy in copies(rows, measured, [])}

    forms = [form for text in measured if len(form := t.bare(text)) >= 6]
    pairs = {form: letter_pairs(form) for form in forms}
    near = set()
    for each in rows:
        form = t.bare(each.text)
        mine = letter_pairs(form)
        if form in {t.bare(text) for text in measured} or (
            len(form) >= 6
            and any(nearness(other, form, len(mine & pairs[other])) for other in forms)
        ):
            near.add(each)

    assert by_block == near
    assert near


def test_removing_takes_out_these_lines_and_no_others(tmp_path):
    (tmp_path / "a.tsv").write_text("other\t一\nother\t二\nother\t三\n", encoding="utf-8")
    (tmp_path / "b.tsv").write_text("other\t四\n", encoding="utf-8")

    remove(tmp_path, [row("一", 1), row("三", 3)])

    assert [one.text for one in t.corpus(tmp_path)] == ["二", "四"]
