"""How hard does each loss pull? Losses of every family over one number, with slope and curvature."""

from components.cards.code import code_card
from components.cards.formulas import formulas
from components.cards.sources import sources
from components.live.figure import live_figure
from components.live.standalone import standalone
from components.page.below import below
from components.page.frame import choices, first_screen, open_page
from components.settings.widgets import widget
from pages import PAGES
from pages.curves.code import program
from pages.curves.model import Curves
from pages.curves.predictions import PREDICTED
from pages.curves.settings import FIELDS, PRESETS
from pages.curves.view import table

view = open_page(PAGES["curves"], FIELDS)
page = Curves(view)


said = page.check()
with first_screen(
    view, PAGES["curves"], (*PRESETS, *PREDICTED), "Drag the probe, or move a slider: every curve answers.", said
):
    with choices(("Losses", lambda: widget(view, "losses", options=page.axis.losses))):
        widget(view, "axis", then=page.new_axis)
        widget(view, "curvature")
    live_figure("curves.figure", view, page.picture, page.take)

below(
    PAGES["curves"],
    {
        "Formulas": lambda: formulas(page.chosen()),
        "Code": lambda: code_card(lambda library: program(page, library)),
        "Sources": lambda: sources(page.chosen()),
    },
    lambda: table(page.axis, page.chosen(), page.scenario),
    lambda: standalone(page.picture(), PAGES["curves"].question),
)
