"""Running programs that visitors copy, and reading what they print."""

import contextlib
import io
import os
import re
import warnings

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np
import pytest
import torch

from components.cards.program import LIBRARIES

PART = re.compile(r"(?P<name>[^,\[\]]+?) (?P<value>\[[^\]]*\]|[-+.\w]+)(?:, |$)")
NUMBERS = {"nan": np.nan, "inf": np.inf}


def printed(text):
    """What a program prints, line by line: title, then numbers or lists of them by their names."""
    shown = io.StringIO()
    before = torch.get_default_dtype(), keras.config.floatx(), keras.config.epsilon()
    try:
        with contextlib.redirect_stdout(shown), np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Keras's own, of NumPy
            warnings.simplefilter("error", UserWarning)  # as where a solver does not converge
            exec(compile(text, "program", "exec"), {})
    finally:
        torch.set_default_dtype(before[0])
        keras.config.set_floatx(before[1])
        keras.config.set_epsilon(before[2])
    lines = [line.partition(": ") for line in shown.getvalue().splitlines()]
    return {
        title: {part["name"]: eval(part["value"], NUMBERS) for part in PART.finditer(rest)} for title, _, rest in lines
    }


def programs(write):
    """The programs that are written, by library, and of the others why not."""
    texts, refused = {}, {}
    for library in LIBRARIES.values():
        try:
            texts[library] = write(library)
        except ValueError as error:
            refused[library] = str(error)
    return texts, refused


def agree(library, number, other, rel=1e-9):
    """Whether two numbers, or lists of them, are the same but for rounding; Keras takes means in single precision."""
    rel, least = (max(rel, 1e-6), 1e-9) if library == "keras" else (rel, 1e-11)
    return np.allclose(number, other, rtol=rel, atol=least, equal_nan=True)


def other_values(tunable):
    """One setting that is not the default for every parameter, by name."""
    return {
        name: not parameter.default
        if parameter.is_switch
        else next(
            end for end in (max(parameter.slider[0], parameter.least), parameter.slider[1]) if end != parameter.default
        )
        for name, parameter in tunable.parameters.items()
    }


def cases(losses):
    """Every loss with its defaults, and with one parameter at a time set to another value."""
    return [
        pytest.param(key, settings, id=f"{key}-{'-'.join(settings) or 'default'}")
        for key, loss in losses.items()
        for settings in ({}, *({name: value} for name, value in other_values(loss).items()))
    ]
