"""What the words after a command may be."""

import argparse


def whole_number(text: str) -> int:
    """A whole number in digits, with _ between thousands if wanted; its range is checked where it is used."""
    digits = text.replace("_", "")
    if not digits.removeprefix("-").isdigit() or len(digits) > 60:
        raise argparse.ArgumentTypeError(f"expected a whole number, found {text[:60]!r}")
    return int(digits)
