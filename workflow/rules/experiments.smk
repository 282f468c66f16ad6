"""Each experiment is a target: included last, when the names of all other rules are known."""

check_targets(workflow.rules)

for experiment in EXPERIMENTS:

    rule:
        name:
            experiment
        input:
            run_files("result.json", [experiment]),
