"""The procedure: notice, draft and clauses, window, review, publication."""
