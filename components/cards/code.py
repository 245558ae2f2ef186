"""The losses on screen as code of other libraries."""

import re
from collections.abc import Sequence

import streamlit as st

from components.cards.formulas import Chosen
from components.cards.on_demand import on_demand
from components.text import listed
from losses import LOSSES

LIBRARIES = {
    "PyTorch": "torch",
    "Keras": "keras",
    "scikit-learn": "sklearn",
}
IMPORTS = {
    "torch.": "import torch",
    "keras.": "import keras",
    "np.": "import numpy as np",
    "scipy.special.": "import scipy.special",
    "sklearn.metrics.": "import sklearn.metrics",
}


def code_card(settings: Chosen, key: str) -> None:
    """The same losses in PyTorch, Keras and scikit-learn, with the current values, ready to copy."""
    with on_demand("Copy as code", key) as is_open:
        if not is_open:
            return
        for tab, library in zip(st.tabs(list(LIBRARIES)), LIBRARIES.values(), strict=True):
            calls = {name: LOSSES[name].code(library, **parameters) for name, parameters in settings.items()}
            lines = [f"{name} = {call}" for name, call in calls.items() if call]
            missing = [LOSSES[name].name for name, call in calls.items() if not call]
            with tab:
                if lines:
                    st.code("\n".join([*imports(lines), "", *lines]), language="python")
                if missing:
                    st.caption(f"No exact equivalent there: {listed(missing)}.")


def imports(lines: Sequence[str]) -> list[str]:
    """What lines of code need to have imported."""
    return [
        statement
        for name, statement in IMPORTS.items()
        if any(re.search(rf"(?<![\w.]){re.escape(name)}", line) for line in lines)
    ]
