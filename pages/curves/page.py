"""How hard does each loss pull? Losses of every family over one number, with slope and curvature."""

from components.cards.code import code_card
from components.cards.formulas import formulas
from components.cards.sources import sources
from components.live.figure import Picture, live_figure
from components.live.input import Input
from components.live.standalone import standalone
from components.page.below import below
from components.page.frame import choices, first_screen, open_page
from components.page.legend import legend
from components.page.parameters import parameter_controls, settings
from components.plot.theme import STYLES
from components.settings.widgets import widget
from losses import LOSSES
from pages import PAGES
from pages.curves.code import program
from pages.curves.model import Curves
from pages.curves.predictions import PREDICTED
from pages.curves.settings import FIELDS, PRESETS
from pages.curves.view import curves_picture, table

view = open_page(PAGES["curves"], FIELDS)
page = Curves(view)


def on_input(moved: Input) -> None:
    """Take the sliders, and the probe by its x."""
    probe = moved.point("at")
    view.set(**moved.sliders, **({"at": probe[0]} if probe else {}))


said = page.check()
axis = page.axis


def picture() -> Picture:
    """The settings as they stand, drawn."""
    axis = page.axis  # another one may be chosen while the hand moves
    controls = (
        *legend(view, LOSSES, view["losses"], STYLES),
        *parameter_controls(view, [axis, *(LOSSES[key] for key in page.chosen())], hidden=axis.fixed),
    )
    return curves_picture(axis, page.chosen(), settings(view, axis), page.at, view["curvature"], controls)


with first_screen(
    view, PAGES["curves"], (*PRESETS, *PREDICTED), "Drag the probe, or move a slider: every curve answers.", said
):
    with choices(("Losses", lambda: widget(view, "losses", options=axis.losses))):
        widget(view, "axis", then=page.new_axis)
        widget(view, "curvature")
    live_figure("curves.figure", view, picture, on_input)

below(
    PAGES["curves"],
    {
        "Formulas": lambda: formulas(page.chosen()),
        "Code": lambda: code_card(lambda library: program(page, library)),
        "Sources": lambda: sources(page.chosen()),
    },
    lambda: table(axis, page.chosen(), settings(view, axis)),
    lambda: standalone(picture(), PAGES["curves"].question),
)
