"""The original's claims, measured and judged: declaration, measures, criteria, evaluation."""
