"""Ending a room, as its tests do it: transcripts and the steps of closing."""

from tests.community.paper import sha256_b64
from tests.community.rooms.world import day

HASH = sha256_b64("manifest")


def manifest(by, to_seq):
    made = by.sign_text("community.transcript.v1", HASH)
    return {
        "manifest_sha256": HASH, "signatures": made["signatures"], "from_seq": 1,
        "to_seq": to_seq, "unreadable": 0, "red_consent": [],
    }  # fmt: skip


def export(case, by, **change):
    return case.post(by, "exports", manifest(by, case.row.last_seq) | change)


def close(case, by, step, **more):
    return case.post(by, "close", {"step": step} | more)


def hold(case, by, until=None, reason="court-order"):
    return case.post(by, "hold", {"until": until or day(30), "reason": reason})
