"""The numbers behind a chart."""

from collections.abc import Callable, Mapping

import numpy as np
import streamlit as st

from components.cards.files import as_csv
from components.cards.on_demand import on_demand


def data_card(compute: Callable[[], Mapping[str, np.ndarray]], file_name: str, key: str) -> None:
    """The numbers behind the chart, as a table and as a CSV file.

    Parameters
    ----------
    compute
        Gives the columns by name, each ``[n]``. It is called only when the card is open.
    file_name
        Of the CSV file.
    key
        Identifies the card in its session.
    """
    with on_demand("Data behind the chart", key) as is_open:
        if not is_open:
            return
        columns = compute()
        st.dataframe(dict(columns), height=280)
        st.download_button("Download as CSV", as_csv(columns).encode(), file_name, "text/csv", on_click="ignore")
