"""Reading the record: logs, heads and keys, proofs, receipt files and the open data."""

from participation.record.queries.answers import answers_of, responses_of
from participation.record.queries.entries import public_entries
from participation.record.queries.logs import (
    all_logs,
    comment_leaf,
    due_for_heads,
    heads,
    last_of_kind,
    leaf,
    leaves,
    log_of,
    newest_head,
    present_key,
    tombstone_leaf,
    unsigned_too_long,
    verifier_keys,
    without_log,
)
from participation.record.queries.packages import outdated_packages, package_of, tombstones
from participation.record.queries.proofs import consistency_proof, inclusion_proof, root_at
from participation.record.queries.receipts import receipt_file, survey_receipt_file
from participation.record.queries.result import (
    bulletin_bytes,
    figures_at_close,
    map_rows,
    result_map,
    summary_bytes,
    summary_content,
)

__all__ = [
    "all_logs",
    "answers_of",
    "bulletin_bytes",
    "comment_leaf",
    "consistency_proof",
    "due_for_heads",
    "figures_at_close",
    "heads",
    "inclusion_proof",
    "last_of_kind",
    "leaf",
    "leaves",
    "log_of",
    "map_rows",
    "newest_head",
    "outdated_packages",
    "package_of",
    "present_key",
    "public_entries",
    "receipt_file",
    "responses_of",
    "result_map",
    "root_at",
    "summary_bytes",
    "summary_content",
    "survey_receipt_file",
    "tombstone_leaf",
    "tombstones",
    "unsigned_too_long",
    "verifier_keys",
    "without_log",
]
