"""Runs beside one another on the same futures: what differs, by how much, and whether it is more than noise."""
