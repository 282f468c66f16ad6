# What pip is at, in few lines, for a set-up without a terminal (see Makefile): large downloads
# when they begin, then how much there was and what is installed.
# The last line of its input is "status N", with pip's exit status.
function megabytes(size, unit) {
    return unit == "GB" ? 1000 * size : unit == "kB" ? size / 1000 : size + 0
}
match($0, /\([0-9.]+ [kMG]B\)$/) && /^ *(Downloading|Using cached) / {
    split(substr($0, RSTART + 1, RLENGTH - 2), found, " ")
    amount = megabytes(found[1], found[2])
    total += amount
    if (amount >= 20) {
        sub(/^ */, "")
        print
        fflush()
    }
}
/^Installing collected packages: / {
    count = gsub(/, /, ", ") + 1
    printf "Installing %d packages into .venv (%.0f MB, packed)\n", count, total
    fflush()
}
/^status [0-9]+$/ { status = $2 }
END { exit status }
