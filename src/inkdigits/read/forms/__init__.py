"""Forms on a page: combs, boxes and tables -> cells -> digits, rows and columns. Knows nothing of files.

`find_forms` looks for cells by structure and gives their grids; `form_page` makes each grid a page of its own, level
and without its rules; `read_cells` reads what stands in each cell; `read_forms` puts the answers in rows.
"""
