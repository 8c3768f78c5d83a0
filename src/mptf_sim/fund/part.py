"""What every part of a scenario is: frozen terms, no field unknown."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """Terms that stand in the scenario file and do not change while it is played."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)  # built once, as parts of a whole scenario
