"""docs/frames.md says what the types say."""

from pathlib import Path

from scripts import frames


def test_the_page_of_frames_is_up_to_date() -> None:
    page = Path(frames.PAGE).read_text(encoding="utf-8")
    assert page == frames.page(), "run: python scripts/frames.py"


def test_the_page_names_every_kind_of_frame() -> None:
    page = frames.page()
    for name in ("post_message", "welcome", "invite_offered", "promotion", "explanation"):
        assert f"| `{name}` |" in page
