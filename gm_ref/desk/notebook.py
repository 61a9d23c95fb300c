"""What a lesson's cells call besides checks: predictions that are kept and shown again, the guard of "Go bigger"."""

from html import escape
from importlib.util import find_spec

PREDICTIONS: dict[str, str] = {}
CARD = (
    '<div style="border-left:4px solid #0072B2;padding:.3em .8em;margin:.4em 0;white-space:pre-wrap">'
    "<strong>{}</strong> {}</div>"
)


def predict(name: str, text: str) -> None:
    """Keep a prediction under a name until predicted(name) shows it beside the result."""
    if not isinstance(text, str):
        raise TypeError(f"a prediction is text between quotes, got a {type(text).__name__}: write a sentence.")
    PREDICTIONS[name] = text.strip()
    if PREDICTIONS[name]:
        print("Your prediction is kept, and shown again beside the result.")
    else:
        print("No prediction yet: one sentence between the quotes is enough. You can also go on without.")


class Prediction:
    """A prediction as Jupyter shows it."""

    def __init__(self, head: str, text: str):
        self.head, self.text = head, text

    def _repr_html_(self) -> str:
        return CARD.format(escape(self.head), escape(self.text))

    def __repr__(self) -> str:
        return f"{self.head} {self.text}".strip()


def predicted(name: str) -> None:
    """Show the prediction of this name; nothing stops where there is none."""
    from IPython.display import display

    text = PREDICTIONS.get(name)
    if text is None:
        display(Prediction("Your prediction is not here:", "its cell above was not run since the kernel started."))
    elif text:
        display(Prediction("You predicted:", text))
    else:
        display(Prediction("You predicted nothing this time.", ""))


def bigger(go: bool, needs: str = "") -> bool:
    """Say whether the section "Go bigger" shall run, and print why not: nobody asked, or a module is not there."""
    if not go:
        print("Not run. To run this section, write go = True above and run the cell again.")
    elif needs and not find_spec(needs):
        print(f"Not run: {needs} is not part of this version of the course.")
        return False
    return bool(go)
