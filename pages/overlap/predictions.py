from pages.overlap.settings import PRESETS_OF
def presets(view): return PRESETS_OF[view]
