"""Each experiment is a target: included last, when the names of all other rules are known."""

from backprop_lab.planning.validation import check_names

try:
    check_names(config["experiments"], ["all", *(rule.name for rule in workflow.rules)])
except LabError as error:
    raise WorkflowError(str(error))

for experiment in EXPERIMENTS:

    rule:
        name:
            experiment
        input:
            run_files("result.json", [experiment]),
