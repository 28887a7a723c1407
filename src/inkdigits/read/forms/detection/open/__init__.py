"""Tables without rules in one direction -> their rows and columns. Knows no networks and no digits.

`open_tables` finds rows between long rules, `open_columns` columns, and `column_rules` the rules between columns.
"""
