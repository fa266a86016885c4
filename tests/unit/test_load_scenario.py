"""A loaded scenario: its documents, its canonical text, its gallery, and requests it cannot answer."""

import hashlib
import json
from pathlib import Path

import pytest

from sim.errors import RequestError, ScenarioError
from sim.scenario.canonical import document_from_canonical
from sim.scenario.gallery import copy_scenario
from sim.scenario.load import load_scenario
from tests.scenario_texts import PLANS, SMALL_BANK, load_text, small_bank


def test_a_scenario_knows_its_name_title_and_the_hash_of_its_file() -> None:
    bank = small_bank()
    assert bank.name == "small-bank"
    assert bank.title == {"en": "Small bank", "zh": "小银行"}
    assert bank.hash == hashlib.sha256((SMALL_BANK + PLANS).encode()).hexdigest()
    assert list(bank.plans) == ["none", "more-staff", "advert"]


def test_dates_of_a_plan_may_name_the_campaign_of_the_calendar() -> None:
    document = small_bank().document("advert")
    assert document.campaigns["autumn"].waves["first"].during == document.calendar.campaign


def test_the_canonical_text_gives_back_the_document() -> None:
    bank = small_bank()
    for plan in bank.plans:
        assert document_from_canonical(bank.canonical(plan)) == bank.document(plan)


def test_the_canonical_text_with_draws_gives_back_the_document_with_draws() -> None:
    bank = small_bank()
    draws = {"market.customers": 0.123, "service.patience.exponential.mean": 0.77}
    assert document_from_canonical(bank.canonical("none", draws)) == bank.document("none", draws)
    assert bank.document("none", draws) != bank.document("none")


def test_the_canonical_text_does_not_change_with_titles_provenance_or_the_order_of_keys() -> None:
    before = small_bank().canonical("more-staff")
    text = SMALL_BANK + PLANS
    for old, new in (
        ("title: {en: Small bank, zh: 小银行}", "title: Another"),
        ("mass: {share: 80%}", "mass: {title: Most people, share: 80%}"),
        ("{value: 2000, source: assumed, range: [1000, 4000]}", "2000"),
        (
            '{staff: 2, open: "09:00-17:00", first: [vip], wage: 30}',
            '{wage: 30, open: "09:00-17:00", staff: 2, first: [vip]}',
        ),
        ("seed: 7\n", "experiment: {most: 30}\nseed: 7\n"),
    ):
        assert old in text
        text = text.replace(old, new)
    assert load_text(text).canonical("more-staff") == before


def test_the_canonical_text_keeps_the_order_of_steps() -> None:
    steps = "{takes: {constant: 1 min}, at: counter}"
    text = (SMALL_BANK + PLANS).replace(
        "{at: counter, takes: {lognormal: {mean: 6 min, sd: 3 min}}}", f"{{steps: {{write: {steps}, sign: {steps}}}}}"
    )
    document = document_from_canonical(load_text(text).canonical("none"))
    assert list(document.service.tasks["errand"].steps) == ["write", "sign"]


def test_a_need_may_be_called_title() -> None:
    text = (SMALL_BANK + PLANS).replace("    errand:\n      task", "    title:\n      task")
    assert list(document_from_canonical(load_text(text).canonical("none")).market.needs) == ["title"]


def test_the_canonical_text_is_one_line_of_json() -> None:
    text = small_bank().canonical("none")
    assert "\n" not in text
    assert json.loads(text)["market"]["customers"] == 2000


def test_an_unknown_plan_or_assumption_is_a_request_that_cannot_be_met() -> None:
    bank = small_bank()
    with pytest.raises(RequestError, match="did you mean 'advert'"):
        bank.document("advrt")
    with pytest.raises(RequestError, match="no plan"):
        bank.canonical("gifts")
    with pytest.raises(RequestError, match=r"market\.rate"):
        bank.document("none", {"market.rate": 0.5})


def test_draws_that_contradict_each_other_are_refused() -> None:
    scale = (
        "wait_scale: {desired: {value: 4 min, source: assumed, range: [2 min, 9 min]},"
        " adequate: {value: 12 min, source: assumed, range: [6 min, 20 min]}}"
    )
    bank = load_text((SMALL_BANK + PLANS).replace("standards:", f"{scale}\n  standards:"))
    draws = {"service.wait_scale.desired": 0.99, "service.wait_scale.adequate": 0.01}
    with pytest.raises(ScenarioError, match="longer than the desired"):
        bank.document("none", draws)


def test_an_unknown_gallery_name_is_answered_with_what_there_is() -> None:
    with pytest.raises(RequestError, match="no file or packaged scenario"):
        load_scenario("no-such-scenario")


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A gallery of one scenario, small-bank."""
    file = tmp_path / "small-bank.yaml"
    file.write_text("# A small bank.\n" + SMALL_BANK.replace("small-bank", "small-bank # its name") + PLANS)
    monkeypatch.setattr("sim.scenario.gallery.gallery", lambda: {"small-bank": file})
    return file


def test_a_copy_of_a_packaged_scenario_bears_its_own_name(case: Path, tmp_path: Path) -> None:
    copy = copy_scenario("my-bank", "small-bank", tmp_path)
    assert load_scenario(copy).name == "my-bank"
    assert copy.read_text() == case.read_text().replace("scenario: small-bank", "scenario: my-bank")


@pytest.mark.usefixtures("case")
def test_a_copy_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("precious")
    with pytest.raises(RequestError, match="exists already"):
        copy_scenario("mine", "small-bank", tmp_path)
    assert (tmp_path / "mine.yaml").read_text() == "precious"


@pytest.mark.usefixtures("case")
@pytest.mark.parametrize(
    ("name", "source", "message"),
    [
        ("my bank", "small-bank", "cannot be used"),
        ("../mine", "small-bank", "cannot be used"),
        ("mine", "smal-bank", "small-bank"),
    ],
)
def test_a_copy_that_cannot_be_made_says_why(name: str, source: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=message):
        copy_scenario(name, source, tmp_path)
