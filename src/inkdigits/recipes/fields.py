"""What every table of a recipe has in common. Knows no particular table."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, lt=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Table(BaseModel):
    """A table of a recipe: immutable, and no key it doesn't know gets past it."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
