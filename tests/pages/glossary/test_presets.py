"""Every preset of the page ``glossary`` shows what it says."""

from pages.glossary.model import Glossary
from pages.glossary.settings import PRESETS
from tests.presets import AtPreset, Claims, showing

CLAIMS = Claims()


class Shown(AtPreset):
    """The page at a preset."""

    model = Glossary


shown, test_a_preset_shows_what_it_says = showing("glossary", PRESETS, Shown, CLAIMS)


@CLAIMS.of("Residual")
def residual(seen, changed):
    assert seen.picture.sentence.startswith("2 Loss")
    assert {handle.name for handle in seen.picture.handles} == {"ends", "place"}
    return ()


@CLAIMS.of("Pull")
def pull(seen, changed):
    assert seen.picture.handles[0].name == "points"
    return ()


@CLAIMS.of("Margin")
def margin(seen, changed):
    assert "Hinge costs 0.5" in seen.picture.sentence
    return 0, 1


@CLAIMS.of("Sharpness")
def sharpness(seen, changed):
    assert any(control.name == "sgd.learning_rate" for control in seen.picture.controls)
    assert "Sharpness" in " ".join(table.caption for table in seen.picture.readouts)
    return (2,)
