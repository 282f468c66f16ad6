#!/usr/bin/env bash
set -euo pipefail
pip install --quiet -c requirements.lock -e .
