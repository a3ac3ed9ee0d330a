"""1,000 random tamperings with the record: how many are found? (security.md T19)"""

import time
from typing import Any

import django

TRIALS, ROWS = 1000, 300


def measure() -> dict[str, Any]:
    """Tamper, verify, undo, again and again; also the pace of writing and checking."""
    from django.db import transaction

    from portal.audit import verifying
    from portal.audit.chain import Head
    from portal.audit.models import AuditHead
    from tests.audit import tampering
    from tests.flushing import unguarded

    began = time.perf_counter()
    tampering.some_deeds(ROWS)
    writing = time.perf_counter() - began
    kept = [Head(*AuditHead.objects.values_list("number", "hash").get())]
    began = time.perf_counter()
    whole = verifying.verify(kept).fault is None
    checking = time.perf_counter() - began
    missed = []
    with unguarded():
        for seed in range(TRIALS):
            with transaction.atomic():
                done = tampering.tamper(seed)
                if verifying.verify(kept).fault is None:
                    missed.append(done)
                transaction.set_rollback(True)
    return {
        "rows": ROWS,
        "whole_before": whole,
        "tamperings": TRIALS,
        "found": TRIALS - len(missed),
        "missed": missed,
        "whole_after": verifying.verify(kept).fault is None,
        "milliseconds_a_deed": 1000 * writing / ROWS,
        "rows_checked_a_second": round(ROWS / checking),
    }


if __name__ == "__main__":
    django.setup()
    from tests.load.probes import finish

    figures = measure()
    finish(
        figures,
        good=figures["whole_before"] and figures["whole_after"] and not figures["missed"],
    )
