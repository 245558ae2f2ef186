"""The claims as questions that are asked before the answer is shown."""

from components.cards.presets import Prediction, Preset
from pages.myths.claims import CLAIMS, VERDICTS, Claim


def _asked(key: str, claim: Claim) -> Preset:
    return Preset(
        claim.title,
        "Drag what can be dragged, and see.",
        {"claim": key, "judged": True},
        Prediction(
            f"“{claim.said}”",
            VERDICTS,
            right=lambda: claim.verdict,
            because=claim.told,
            before={"claim": key},
        ),
    )


PREDICTED = tuple(_asked(key, claim) for key, claim in CLAIMS.items())
BY_CLAIM = dict(zip(CLAIMS, PREDICTED, strict=True))
