"""From Markdown, facts, tables and figures to the report, as HTML and as PDF."""
