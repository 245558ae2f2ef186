"""What stands around a figure: presets, predictions, formulas, code, data, files."""
