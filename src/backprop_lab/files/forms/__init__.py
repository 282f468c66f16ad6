"""The form of every file that one step of the pipeline writes and another reads.

`kinds` says what a cell of a table or a value of a JSON file may be, `table` and `document`
check a whole file.  `run_files` (the folder of a run), `collected`, `tables` and
`measured` (CSV files), `documents` (JSON files) and `arrays` (.npz files) declare the forms;
`registry` finds the form of a file by its name.

A reader that asks for a file of a declared form gets it right or gets one LabError, which
names the file, the place in it, and what to do.  So no reader has to guard itself against a
missing key, a text where a number should be, or an accuracy of 9.3.
"""
