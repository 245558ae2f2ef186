"""What tests find in a figure."""


def carrying(figure, handle):
    """The trace that carries a handle."""
    (trace,) = [trace for trace in figure["data"] if trace.get("handle") == handle]
    return trace
