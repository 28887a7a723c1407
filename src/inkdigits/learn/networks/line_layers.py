"""The two layers without weights that turn pictures of lines into steps along them. Knows no recipe."""

import torch
from torch import nn


class JoinRows(nn.Module):
    """Makes one column of features of each column of a picture: (N, C, H, W) -> (N, C * H, 1, W).

    Examples:
        >>> JoinRows()(torch.zeros(2, 3, 5, 8)).shape
        torch.Size([2, 15, 1, 8])
    """

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """Return the columns.

        Args:
            maps: (N, C, H, W), float32 or bfloat16, any finite value.
        """
        return maps.flatten(1, 2).unsqueeze(2)  # (N, C * H, 1, W)


class SplitColumns(nn.Module):
    """Makes several steps of each column: (N, P * F, 1, W) -> (N, W * P, F).

    Args:
        per_column: How many steps P.

    Examples:
        >>> SplitColumns(2)(torch.zeros(4, 46, 1, 8)).shape
        torch.Size([4, 16, 23])
    """

    def __init__(self, per_column: int) -> None:
        super().__init__()
        self.per_column = per_column

    def forward(self, columns: torch.Tensor) -> torch.Tensor:
        """Return the steps.

        Args:
            columns: (N, P * F, 1, W), float32 or bfloat16, any finite value.
        """
        number, features, _, width = columns.shape
        steps = columns.reshape(number, self.per_column, features // self.per_column, width)  # (N, P, F, W)
        return steps.permute(0, 3, 1, 2).flatten(1, 2)  # (N, W * P, F)
