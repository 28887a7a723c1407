"""What a user names -> all pictures in it, and their bytes. Knows nothing of reading.

`find_pictures.py` turns paths into references (`reference.py`); `locations.py` has folders, patterns and addresses,
`archives.py` zip and tar, `picture_tables.py` Parquet, CSV and lists of files. `contents.py` gets at the picture of a
reference.
"""
