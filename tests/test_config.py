"""Settings: which source wins, what is refused, and what `--explain` shows."""

from pathlib import Path

import pytest

from server.config import BadSetting, explain, fields, load
from server.core.policy import Hours, Policy
from server.settings import Settings

NOWHERE: dict[str, str] = {}


def test_without_any_source_every_setting_is_its_default():
    loaded = load(environment=NOWHERE)
    assert loaded.settings == Settings()
    assert set(loaded.sources.values()) == {"default"}


def test_the_defaults_of_the_policy_are_those_of_the_core():
    assert Settings().policy() == Policy()


def test_a_flag_beats_the_environment_beats_the_file_beats_the_default(tmp_path: Path):
    file = tmp_path / "sanfang.toml"
    file.write_text("port = 1\nrate_burst = 1\nmessage_limit = 1\n")
    loaded = load(
        {"port": 3, "config": str(file)},
        environment={"SANFANG_PORT": "2", "SANFANG_RATE_BURST": "2"},
    )
    settings = loaded.settings
    assert (settings.port, settings.rate_burst, settings.message_limit) == (3, 2, 1)
    assert loaded.sources["port"] == "--port"
    assert loaded.sources["rate_burst"] == "SANFANG_RATE_BURST"
    assert loaded.sources["message_limit"] == str(file)
    assert loaded.sources["host"] == "default"


def test_the_environment_may_name_the_file(tmp_path: Path):
    file = tmp_path / "sanfang.toml"
    file.write_text('carriers = ["zto", "jt"]\n')
    assert load(environment={"SANFANG_CONFIG": str(file)}).settings.carriers == ("zto", "jt")


def test_a_list_in_the_environment_is_cut_at_commas():
    origins = load(environment={"SANFANG_ORIGINS": "https://a, https://b"}).settings.origins
    assert origins == ("https://a", "https://b")


def test_service_hours_may_span_midnight_and_end_at_24():
    late = load(environment={"SANFANG_SERVICE_HOURS": "22:00-06:00"}).settings.policy()
    assert late.service_hours == Hours(22 * 60, 6 * 60)
    whole = load(environment={"SANFANG_SERVICE_HOURS": "00:00-24:00"}).settings.policy()
    assert whole.service_hours == Hours(0, 24 * 60)


def test_durations_become_milliseconds():
    policy = load(environment={"SANFANG_INVITE_S": "1.5"}).settings.policy()
    assert policy.invite_ms == 1_500


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "eighty"),
        ("port", "70000"),
        ("rate_per_s", "0"),
        ("invite_s", "-1"),
        ("service_hours", "9-21"),
        ("timezone", "Asia/Nowhere"),
        ("minimum_client", "one"),
        ("promotion", "("),
        ("countdown_in_session", "sometimes"),
        ("database", "mysql://x"),
        ("bus", "kafka://x"),
        ("token_secrets", "without-a-kid"),
        ("token_secrets", "k:one,k:two"),
        ("demo", "perhaps"),
        ("hint_confidence", "0.9"),
        ("hint_confidence", "-0.1"),
        ("hint_confidence", "nan"),
        ("card_confidence", "1.01"),
        ("burst_s", "0"),
    ],
)
def test_a_bad_value_is_refused_by_the_settings_name(name: str, value: str):
    with pytest.raises(BadSetting, match=f"^{name}: "):
        load(environment={f"SANFANG_{name.upper()}": value})


def test_r51_the_threshold_of_hints_is_at_most_that_of_cards():
    settings = load(environment={"SANFANG_HINT_CONFIDENCE": "0.8"}).settings
    assert (settings.policy().hint_confidence, settings.policy().card_confidence) == (0.8, 0.8)
    with pytest.raises(
        BadSetting, match=r"^hint_confidence: 0\.81 is above card_confidence, 0\.8$"
    ):
        load(environment={"SANFANG_HINT_CONFIDENCE": "0.81"})


def test_r2_the_span_of_a_burst_is_a_setting_in_seconds():
    assert load(environment={"SANFANG_BURST_S": "7.5"}).settings.policy().burst_ms == 7_500


def test_a_bad_value_names_its_source_but_no_secret():
    with pytest.raises(BadSetting) as caught:
        load(environment={"SANFANG_TOKEN_SECRETS": "hush-hush"})
    assert "SANFANG_TOKEN_SECRETS" in str(caught.value)
    assert "hush" not in str(caught.value)


def test_a_file_with_an_unknown_setting_is_refused(tmp_path: Path):
    file = tmp_path / "sanfang.toml"
    file.write_text("prot = 1\n")
    with pytest.raises(BadSetting, match="prot"):
        load({"config": str(file)}, environment=NOWHERE)


def test_a_file_that_is_not_there_or_no_toml_is_refused(tmp_path: Path):
    with pytest.raises(BadSetting, match="cannot read"):
        load({"config": str(tmp_path / "no.toml")}, environment=NOWHERE)
    broken = tmp_path / "broken.toml"
    broken.write_text("port =")
    with pytest.raises(BadSetting, match="not TOML"):
        load({"config": str(broken)}, environment=NOWHERE)


def test_secrets_are_known_by_kid_and_the_plain_one_without():
    settings = Settings(token_secret="plain", token_secrets=("a:1", "b:2:3"))
    assert settings.secrets() == {None: "plain", "a": "1", "b": "2:3"}


def test_explain_shows_every_setting_with_its_source_and_no_secret():
    text = explain(
        load(environment={"SANFANG_TOKEN_SECRET": "hush-hush", "SANFANG_INVITE_S": "60"})
    )
    for field in fields():
        assert f"\n{field.name} " in text
    assert "hush" not in text
    invite = next(line for line in text.splitlines() if line.startswith("invite_s "))
    assert invite.split()[:6] == ["invite_s", "60", "SANFANG_INVITE_S", "600", "s", "R10"]
