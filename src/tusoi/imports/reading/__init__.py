"""From the bytes of a spreadsheet to typed rows: no database, no clock.

`read_table_file` (sheets.py) is the way in. Whatever can be understood is normalised and noted;
whatever cannot becomes one finding with its place. Only a file that cannot be opened raises.
"""
