"""Questions about a draft, their answers, and what is handed on because it is none."""
