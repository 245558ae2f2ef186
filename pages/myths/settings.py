"""What can be set on the page ``myths``: the claim."""

from components.settings.fields import Choice, Flag
from pages.myths.claims import CLAIMS

FIELDS = {
    "claim": Choice(
        next(iter(CLAIMS)), tuple(CLAIMS), label="Claim", titles={key: claim.title for key, claim in CLAIMS.items()}
    ),
    "judged": Flag(label="Judged"),
}
PRESETS = ()  # every state asks first: see ``predictions``
