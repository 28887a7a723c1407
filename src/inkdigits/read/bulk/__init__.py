"""Many pictures -> one file with a row a picture, in several processes. Knows nothing of commands or networks.

How pictures go through the files (`read_many.py` leads):

1. `sources/`: paths -> references to pictures in folders, archives and tables.
2. `job_folder.py`: all references go into one file of the job's folder, before the first picture is read. Finished
   parts go there too, each whole, so that a killed job goes on where it was.
3. `plan.py`: references that are not read yet -> parts of a few seconds of work, with the bytes of those pictures that
   only this process can reach.
4. `worker_process.py`, `worker.py`: a part -> its rows (`row.py`), in a process of its own with one thread. A picture
   that kills its process three times becomes a row that says so. `ray_workers.py` does the same on a cluster.
5. `formats.py`: finished parts -> JSON Lines, CSV or Parquet, in the order of the references.
"""
