"""The live figure: a Plotly chart that is updated in place and follows the hand."""
