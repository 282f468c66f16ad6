"""The form of the files in a run's folder: what each must hold, declared in one place.

`kinds` says what a cell of a table or a value of a JSON file may be, `structures` how values
make up a document, `table` and `document` check a whole file.  `run_files` and `arrays`
declare the forms.  A damaged file gives one LabError, which names the file, the place in it,
and what to do.
"""
