"""Say in words what Python's and torch's most frequent errors mean; the error's own text and line are shown below."""

import re

OWN_REFUSAL = re.compile(r"^Line \d+ of your cell: (raise|assert)\b")
# (what the error's text holds, a name, what it means)
ERRORS = (
    (
        "Boolean value of Tensor with more than one value",
        "one truth value asked of a whole tensor",
        "",  # story.meaning says it, with the name that is asked
    ),
    (
        r"size of tensor a|not broadcastable|shape mismatch|expanded size of the tensor|Expected size .* but got",
        "shapes that do not fit",
        "Two tensors meet whose axes do not fit: write down both shapes, and give the smaller one axes of size 1.",
    ),
    (
        "Dimension out of range|dimension specified as|too many indices|Dimension specified as",
        "an axis that is not there",
        "A tensor has fewer axes than this line takes it to have.",
    ),
    (
        "shape '.*' is invalid for input of size|cannot be reshaped|view size is not compatible",
        "a reshape that does not fit",
        "A reshape keeps the number of entries: count what goes in and what should come out.",
    ),
    (
        "cannot be multiplied|size mismatch|mat1 and mat2|must be 2-D|must be matrices",
        "matrices that do not fit",
        "In a product of matrices the last axis of the first meets the first axis of the second.",
    ),
    ("out of bounds|out of range", "an index beyond the end", "The last index is one less than the length."),
    (
        "Inference tensor",
        "tensors made in inference mode",
        "Autograd never sees them again: use detach, or torch.no_grad as a block, where gradients come later.",
    ),
    (
        "on Tensor that requires grad|leaf Variable that requires grad|modified by an inplace operation",
        "a change that autograd cannot follow",
        "Autograd needs every value as it was: compute a new tensor, or change in place under torch.no_grad() only.",
    ),
    (
        "does not require grad",
        "backward without a graph",
        "Nothing leads back to the parameters: look for detach, no_grad or item on the way.",
    ),
    (
        "elements cannot be converted to Scalar|only one element tensors|only integer tensors of a single element|"
        "only length-1 arrays|only 0-dimensional arrays",
        "one number asked of a whole tensor",
        "float(), int(), item() and the functions of math take one number: use torch's functions for a tensor.",
    ),
    (
        "must be Tensor, not|must be real number, not Tensor|expected Tensor as|has no attribute '(dim|shape|log|exp)'",
        "a number where a tensor is needed, or the other way round",
        "torch's functions take tensors, those of math take numbers.",
    ),
    (
        "same dtype|expected scalar type|expected m1 and m2 to have|can't be cast|tensors used as indices must be",
        "dtypes that do not fit",
        "Two tensors of different dtypes meet: cast one with .to(x.dtype).",
    ),
    (
        "to be within the support|to satisfy the constraint",
        "a distribution that refuses its input",
        "torch.distributions allows only some values, such as 0 and 1: write the formula, or pass validate_args=False.",
    ),
    ("NoneType", "None where a value is needed", "Something that returns nothing is used as a value."),
    ("positional argument", "another number of arguments", "A function is called with arguments it does not take."),
)


def error_words(error: str, line: str) -> tuple[str, str] | None:
    """Return a name for an error and what it means, or None; error is its kind and text, line where it came."""
    if OWN_REFUSAL.match(line):
        return "right input is refused", "Your own code stops here, at a call that the exercise allows."
    return next(((name, meaning) for pattern, name, meaning in ERRORS if re.search(pattern, error)), None)
