# Begin a job's log, below what an earlier job that was killed, or failed, wrote into it.
# Usage: bash begin_log.sh LOG
# Snakemake deletes a log before the job runs again.  So the log has a second name, LOG.kept, as
# long as its job has not completed.  (If the shell was killed in the job's last second, the second
# name stays until the job runs again.)
if [ -e "$1.kept" ]; then
    cat "$1.kept" > "$1"
    case $(tail -n 1 "$1") in
        error:*) ;;
        *) echo "error: killed together with its shell (the whole build was, or the machine went" \
            "down): neither could say more" >> "$1" ;;
    esac
fi
echo "started $(date '+%Y-%m-%d %H:%M:%S')" >> "$1"
ln -f "$1" "$1.kept" || true # on a file system without second names the old log is lost
