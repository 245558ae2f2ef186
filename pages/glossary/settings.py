"""What can be set on the page ``glossary``: the term."""

from components.cards.presets import Preset
from components.glossary import TERMS
from components.settings.fields import Choice

FIELDS = {
    "term": Choice("residual", tuple(TERMS), label="Term"),
}
PRESETS = (
    Preset("Residual", "The red squares stand on residuals, prediction minus target. Drag the line: they change."),
    Preset("Pull", "The bars below are pulls: how hard each point draws each line. Drag a point.", {"term": "pull"}),
    Preset("Margin", "Right of 0 the answer is right; hinge asks for 1 all the same. Drag the probe.", {"term": "margin"}),
    Preset("Sharpness", "The largest curvature bounds the learning rate: 2 divided by it. Slide the rate.", {"term": "sharpness"}),
)  # fmt: skip
