# Add a line to a job's log that says how its program ended, and end with the same status.
# Usage: bash say_status.sh STATUS LOG
if [ "$1" -gt 128 ]; then
    echo "error: killed by signal $(kill -l "$1"): by hand, or by the system for want of memory" \
        "(then use fewer --cores); run snakemake again: it goes on from the last checkpoint," \
        "if there is one" >> "$2"
else
    echo "error: ended with status $1" >> "$2"
fi
exit "$1"
