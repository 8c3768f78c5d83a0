"""The workshop: one part of the fund per file, frozen terms and a pure method."""
