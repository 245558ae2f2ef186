"""The numbers behind a chart."""

from collections.abc import Callable, Mapping

import numpy as np
import streamlit as st

from components.cards.files import as_csv


def data_card(compute: Callable[[], Mapping[str, np.ndarray]], file_name: str) -> None:
    """The numbers behind the chart, columns by name and each ``[n]``, as a table and as a CSV file of this name."""
    columns = compute()
    st.dataframe(dict(columns), height=280)
    st.download_button("Download as CSV", as_csv(columns).encode(), file_name, "text/csv", on_click="ignore")
