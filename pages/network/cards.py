"""What stands below the figure of the page ``network``: formulas, what is often said wrongly, sources, files."""

from typing import Any

import streamlit as st

from components.cards.files import as_json
from components.cards.formulas import formulas
from components.cards.sources import sources
from components.page.below import Files
from components.text import plain
from losses.descent.optimisers import OPTIMISERS
from losses.network.architecture import INITIALISATIONS, NORMALISATIONS
from losses.network.files import Landscape, to_json
from pages.network.landscape_view import meaning
from pages.network.model import Network
from pages.network.training_view import bound

CORRECTIONS = {
    "train": (
        (
            "Training goes to a flat place.",
            "Gradient descent with all examples goes where it is ever sharper, until 2/η stops it: a larger η means a flatter end.",
        ),
        (
            "Steps longer than 2/η diverge.",
            "On a quadratic bowl they do. A network’s loss bends: steps that overshoot along the sharpest direction lead to "
            "where it is less sharp, and the loss goes on falling over many steps, though not in each.",
        ),
        (
            "A loss of 0 on the examples means that the network has understood.",
            "A network large enough learns wrong labels by heart. What it is worth, new examples tell.",
        ),
        (
            "Deep networks are hard because they have many weights.",
            "Thirty layers of 16 have fewer weights than two of 128. Signals and slopes fade from layer to layer; skips carry both past.",
        ),
    ),
    "landscape": (
        (
            "This is the landscape of the network.",
            "It is one plane of very many. A hollow in it may be a saddle: what leads down may lie across.",
        ),
        (
            "Flat minima are better ones, one sees it.",
            "A layer times 10 and the next by 10 changes how flat a raw picture looks, and no answer of the network. Compare "
            "filter-normalised pictures, and only those.",
        ),
        (
            "The path runs down these contours.",
            "They are the loss of the plane’s own places. The path runs off the plane, with losses of its own.",
        ),
        (
            "Two good networks have a barrier between them.",
            "On the straight line. Along a curve, or with hidden units put into the same order, there may be none.",
        ),
    ),
}
SOURCES = {
    "Edge of stability": "Cohen, Kaur, Li, Kolter and Talwalkar (2021), Gradient descent on neural networks typically occurs at the "
    "edge of stability, ICLR",
    "Of adaptive optimisers": "Cohen, Ghorbani, Krishnan, Agarwal, Medapati, Badura, Suo, Cardoze, Nado, Dahl and Gilmer (2022), "
    "Adaptive gradient methods at the edge of stability, arXiv:2207.14484",
    "Skips": "He, Zhang, Ren and Sun (2016), Deep residual learning for image recognition, CVPR, equation 1",
    "MSE for classes": "Hui and Belkin (2021), Evaluation of neural architectures trained with square loss vs cross-entropy in "
    "classification tasks, ICLR",
    "Wrong labels": "Zhang, Bengio, Hardt, Recht and Vinyals (2017), Understanding deep learning requires rethinking generalization, ICLR",
    "Planes and filter normalisation": "Li, Xu, Taylor, Studer and Goldstein (2018), Visualizing the loss landscape of neural nets, NeurIPS, "
    "sections 4, 6 and 7",
    "A layer times 10": "Dinh, Pascanu, Bengio and Bengio (2017), Sharp minima can generalize for deep nets, ICML, section 4.1",
    "Barriers": "Frankle, Dziugaite, Roy and Carbin (2020), Linear mode connectivity and the lottery ticket hypothesis, ICML, section 2",
    "Ways around barriers": "Garipov, Izmailov, Podoprikhin, Vetrov and Wilson (2018), Loss surfaces, mode connectivity, and fast ensembling of "
    "DNNs, NeurIPS; Entezari, Sedghi, Saukh and Neyshabur (2022), The role of permutation invariance in linear mode connectivity of neural "
    "networks, ICLR",
    "Spectrum": "Ghorbani, Krishnan and Xiao (2019), An investigation into neural net optimization via Hessian eigenvalue density, ICML, section 2",
    "Small batches": "Keskar, Mudigere, Nocedal, Smelyanskiy and Tang (2017), On large-batch training for deep learning: "
    "generalization gap and sharp minima, ICLR",
}  # fmt: skip


def correction(page: Network) -> None:
    """What is often said of what the view on screen is about, and what is so."""
    said = CORRECTIONS[page.kind]
    st.markdown("\n\n".join(f"**Often said:** “{wrong}” **Right:** {plain(right)}" for wrong, right in said))


def rules(page: Network) -> None:
    """The network, its steps and what is measured; then the loss with its facts."""
    plan = page.plan
    shape, optimiser, edge = plan.network, OPTIMISERS[plan.optimiser], bound(plan)
    layers = f"{shape.depth} {'convolutions of 3 × 3' if shape.kind == 'conv' else 'hidden layers'} of {shape.width}"
    further = [
        f"normalisation: {NORMALISATIONS[shape.normalisation].lower()}",
        f"first weights: {INITIALISATIONS[shape.initialisation][0]}",
        *(["with skips"] if shape.skip else []),
        f"{shape.parameters:,} weights",
    ]
    built = f"{page.problem.note} {shape.inputs} inputs, {layers}, {shape.outputs} outputs; {', '.join(further)}."
    st.markdown(
        f"{plain(built.strip())} "
        f"{optimiser.name}: $${optimiser.formula(**plan.settings)}$$ "
        r"Sharpness is the largest eigenvalue $\lambda_{\max}$ of the Hessian of the mean loss over all examples, "
        "of what is descended: with the penalty, and of an adaptive optimiser divided by what its steps are divided by. "
        + (f"On a quadratic, steps overshoot ever more where it is above {plain(edge)}." if edge else "For this optimiser no bound is known.")
    )  # fmt: skip
    formulas({plan.loss: dict(plan.fit.settings)})


def origins(page: Network) -> None:
    """Where loss, optimiser, data and what is measured come from."""
    sources([page.plan.loss])
    optimiser = OPTIMISERS[page.plan.optimiser]
    told = {optimiser.name: optimiser.source} | SOURCES
    told |= {page.problem.title: page.problem.source} if page.problem.source else {}
    st.markdown("\n".join(f"- **{plain(name)}:** {plain(source)}" for name, source in told.items()))


def reading(page: Network) -> None:
    """What the picture of a landscape says, and what it cannot say."""
    st.markdown("\n\n".join(plain(said) for said in meaning(page.sight(0.0))))


def files(page: Network) -> Files:
    """Every setting, the checkpoint and the landscape on screen, to be written at the click; not a visitor's own file."""
    computed = page.kind == "landscape" and page.view["axes"] != "file"
    seen = {"Landscape (JSON)": ("losscope-landscape.json", lambda: landscape(page))} if computed else {}
    return {
        **seen,
        "Settings (JSON)": ("losscope-network.json", lambda: as_json(record(page))),
        "Checkpoint (JSON)": ("losscope-network-checkpoint.json", lambda: as_json(checkpoint(page))),
    }


def record(page: Network) -> dict[str, Any]:
    """Every setting with its value now: enough to compute the numbers again with ``losses.network`` alone."""
    plan, shape = page.plan, page.plan.network
    told = {name: getattr(plan, name) for name in plan.__dataclass_fields__ if name not in ("architecture", "problem")}
    told |= {
        "problem": plan.problem.key,
        "architecture": {name: getattr(shape, name) for name in shape.__dataclass_fields__},
    }
    return {"page": page.view.page, "link": page.view.address(), "plan": told, "steps": page.view["steps"]}


def checkpoint(page: Network) -> dict[str, Any]:
    """The weights and buffers at the step on screen, by their names in PyTorch, with the plan that led there."""
    shown = page.trained()
    with page.held.lock:
        state = {name: values.tolist() for name, values in page.held.training.model.state_dict().items()}
    return record(page) | {"step": shown.step, "state": state}


def landscape(page: Network) -> str:
    """What is seen, as ``losses.network.load`` and this page read it."""
    seen = page.sight(0.0)
    return to_json(Landscape(seen.plane, seen.path, seen.line, seen.spectrum)).decode()
