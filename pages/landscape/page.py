"""Why does training zigzag, stall or explode? A loss over two weights, and optimisers on their way down it."""

import streamlit as st

from components.cards.cards import Preset, data_card, try_this
from components.live.figure import Control, Picture, live_figure
from components.live.input import Input
from components.page.frame import actions, open_page
from components.page.parameters import parameter_controls, parameter_fields
from components.settings.state import Choice, Flag, Moves, Number, Several
from components.text import plain
from components.upload.pairs import column_chooser, uploaded, uploader
from losses import LOSSES
from losses.descent.optimisers import OPTIMISERS, SCHEDULES
from losses.descent.textbook import TEXTBOOK
from pages.landscape.cards import predict_overshoot, programs, rules
from pages.landscape.export import export
from pages.landscape.model import DATA, FITTED, Landscape
from pages.landscape.view import landscape_picture, table

DETAILS = ("beta1", "beta2", "decay", "weight_decay")
FIELDS = {
    "surface": Choice("line", (*DATA, "csv", *TEXTBOOK)),
    "loss": Choice("mse", tuple(FITTED)),
    "optimisers": Several(("sgd", "adam"), tuple(OPTIMISERS), most=6),
    "w": Number(None, -1e150, 1e150),
    "b": Number(None, -1e150, 1e150),
    "steps": Number(200, 0, 2000, whole=True),
    "playhead": Number(None, 0, 2000, whole=True),
    "three_d": Flag(),
    "zoom": Number(1, 0.01, 1000),
    "factor": Number(1, 1e-3, 1e3),
    "standardise": Flag(),
    "batch": Number(0, 0, 100_000, whole=True),
    "noise": Number(0, 0, 1e6),
    "schedule": Choice("constant", tuple(SCHEDULES)),
    "seed": Number(0, 0, 9999, whole=True),
    "count": Number(0, 0, 50, whole=True),
    "size": Number(10, 0, 100),
    "moves": Moves({}),
    "details": Flag(),
    **parameter_fields([*FITTED.values(), *TEXTBOOK.values(), *OPTIMISERS.values()]),
}
BOWL = {"surface": "bowl", "optimisers": ("sgd",), "steps": 50}
BALL = {
    "surface": "bowl",
    "bowl.condition": 100.0,
    "optimisers": ("sgd", "momentum"),
    "sgd.learning_rate": 0.01,
    "momentum.learning_rate": 0.01,
}
SADDLE = {"surface": "saddle", "optimisers": ("sgd", "momentum", "adam"), "w": 1.0}
PRESETS = (
    Preset("Zigzag", "Steep across, flat along: SGD bounces from wall to wall, then creeps. Press play."),
    Preset(
        "η = 0.1", "On ½(x² + 10y²) y is at rest after a single step; x needs many.", BOWL | {"sgd.learning_rate": 0.1}
    ),
    Preset(
        "η = 2/11",
        "The best fixed rate: x and y shrink by the same 9/11, y to and fro.",
        BOWL | {"sgd.learning_rate": 2 / 11},
    ),
    Preset(
        "η = 0.2",
        "Exactly 2/λ: y goes to and fro between the same two places for ever.",
        BOWL | {"sgd.learning_rate": 0.2},
    ),
    Preset(
        "η = 0.21", "A little above 2/λ: every step overshoots more than the last.", BOWL | {"sgd.learning_rate": 0.21}
    ),
    Preset("μ = 0.5", "A light ball: twice SGD’s pace along the valley, and calm.", BALL | {"momentum.momentum": 0.5}),
    Preset(
        "μ = 0.9",
        "A heavy ball: it swings from wall to wall, overshoots, and still gets there first.",
        BALL | {"momentum.momentum": 0.9},
    ),
    Preset(
        "Loss × 100", "The same bowl a hundred times as high: Adam’s path is the same, SGD explodes.", {"factor": 100.0}
    ),
    Preset(
        "On the ridge",
        "From (1, 0) the slope leads to the saddle and ends there: no rule leaves the ridge.",
        SADDLE | {"b": 0.0},
    ),
    Preset(
        "Off the ridge",
        "A millionth beside the ridge: SGD and momentum wait long at the saddle, Adam does not; all escape.",
        SADDLE | {"b": 1e-6},
    ),
    Preset(
        "MAE’s kink",
        "MAE’s slope never shrinks, so SGD hops to and fro at the bottom. Choose MSE: it glides in.",
        {"loss": "mae", "zoom": 4.0},
    ),
    Preset(
        "One liar",
        "One point at −20 moves MSE’s bowl. Choose Huber: it stays. Drag the point.",
        {"moves": {10: (10.0, -20.0)}},
    ),
    Preset("Batches", "Each step sees 3 of 11 points: at the bottom the path never comes to rest.", {"batch": 3}),
    Preset(
        "Plateau", "Far out the slope is all but nothing: SGD stands still, Adam does not mind.", {"surface": "plateau"}
    ),
    Preset(
        "Valleys",
        "One start, four minima: who ends where?",
        {"surface": "himmelblau", "optimisers": ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam")},
    ),
)

view = open_page("landscape", "Why does training zigzag, stall or explode?", FIELDS)
upload = uploaded()


land = Landscape(view, upload)


def on_input(hand: Input) -> None:
    """Take the sliders, the start, the playhead, and the moved points by row, if the loss can take them there."""
    before, changes = view["moves"], dict(hand.sliders)
    if start := hand.point("start"):
        changes |= dict(zip("wb", start, strict=True))
    if hand.playhead is not None:
        changes["playhead"] = None if hand.playhead == view["steps"] else hand.playhead
    if hand.moves:
        changes["moves"] = land.moved(hand.moves)
    view.set(**changes)
    if hand.moves and (complaint := land.complaint()):
        view.set(moves=before)
        view.notes.append(complaint)


def picture() -> Picture:
    """The settings as they stand, drawn."""
    shape = TEXTBOOK.get(view["surface"]) or LOSSES[view["loss"]]
    tuned = parameter_controls(view, [shape], land.scale, hidden=("from_logits",))
    rates = [
        control
        for key in view["optimisers"]
        for control in parameter_controls(
            view, [OPTIMISERS[key]], land.unit(key), hidden=() if view["details"] else DETAILS
        )
    ]
    steps = Control("steps", "Steps", view["steps"], 0, 500, whole=True, limits=(0, 2000))
    return landscape_picture(
        land.surface,
        land.grid(),
        land.paths(),
        land.bounds,
        view["playhead"],
        (*rates, *tuned, steps),
        land.subject,
        land.notes(),
        land.points(),
        view["three_d"],
    )


def new_surface() -> None:
    """Another surface has other weights, and other places to start from."""
    loss = view["loss"] if land.allows(view["loss"]) else land.losses()[0]
    view.start_from(surface=view["surface"], loss=loss, optimisers=view["optimisers"], three_d=view["three_d"])


def more() -> None:
    """Settings that are rarely changed."""
    st.caption("Click the surface to start there, drag the white point, or type where.")
    left, right = st.columns(2)
    for name, symbol, column, default in zip("wb", land.surface.symbols, (left, right), land.start, strict=True):
        column.number_input(f"Start {symbol}", placeholder=f"{default:g}", format="%g", **view.bind(name))
    left.number_input("Loss ×", 1e-3, 1e3, format="%g", **view.bind("factor"))
    right.number_input("Zoom ×", 0.01, 1000.0, format="%g", **view.bind("zoom"))
    left.selectbox("Learning rate", SCHEDULES, format_func=lambda key: SCHEDULES[key].name, **view.bind("schedule"))
    right.number_input("Seed", 0, 9999, **view.bind("seed"), help="Of batches, noise and outliers.")
    left.number_input("Noise in the gradient", 0.0, 1e6, format="%g", **view.bind("noise"))
    if land.data:
        right.number_input("Examples a step, 0 for all", 0, len(land.data.x), **view.bind("batch"))
        left.number_input("Outliers", 0, land.most_outliers, **view.bind("count"))
        right.number_input("How far they lie", 0.0, 100.0, **view.bind("size"))
        left.toggle("Standardise x", **view.bind("standardise"))
    right.toggle("All parameters", **view.bind("details"), help="Of the optimisers: β, decay and the like.")


with st.container():
    for note in land.check():
        st.warning(plain(note), icon="⚠️")
with st.container(horizontal=True, vertical_alignment="bottom", key="actions"):
    st.selectbox("Surface", land.names(), format_func=land.title, width=220, **view.bind("surface", new_surface))
    with st.container(width=160):
        if land.data:
            st.selectbox("Loss", land.losses(), format_func=lambda key: LOSSES[key].name, **view.bind("loss"))
    st.multiselect(
        "Optimisers",
        OPTIMISERS,
        format_func=lambda key: OPTIMISERS[key].name,
        max_selections=6,
        width=340,
        **view.bind("optimisers"),
    )
    st.toggle("3-D", **view.bind("three_d"))
    with st.popover("Your CSV"):
        if uploader() or (view["surface"] == "csv" and column_chooser()):
            land.upload = uploaded()
            view.set(surface="csv")
            new_surface()
            st.rerun()
    with st.popover("More"):
        more()
    actions(view)
try_this(view, PRESETS, "Click the surface to start there; drag the start, a point or a slider.")
land.prepare(st.empty())
live_figure("landscape.figure", view, picture, on_input)
st.caption(land.about())

rules(land)
predict_overshoot()
programs(land)
data_card(lambda: table(land.surface, land.paths()), "losscope-landscape.csv", "landscape:table")
export(land, picture)
