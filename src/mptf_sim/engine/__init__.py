"""The engine room: many futures of one scenario, path by path, to the cent."""
