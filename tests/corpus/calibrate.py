#!/usr/bin/env python3
"""Checks the confidence of verdicts on real people's requests, on cases that the figures were not fitted on.

usage: calibrate.py BINARY [CORPUS]

CORPUS (this folder by default) holds *.har files and truth.json. The cases of the threads*.har files are split by source into
folds: all cases of one repository or site are in the same fold, so that no fold is judged by figures that its own neighbours
gave. For each fold the table is fitted on the other folds: the share of right verdicts among those that rest on bytes, on signs
and on nothing being wrong, as `ranking.rs` parts them. What is printed for the fold is its own share beside the one that the
others promise. The last lines are the table: the most that a cap in `ranking.rs` may promise, fitted on all folds. A test of
`tests/it/corpus` holds the caps to it, and every fold within five points of the whole.
"""
import collections, json, math, os, shutil, subprocess, sys, tempfile, zlib
from urllib.parse import urlsplit

FOLDS = 5
LEFTOVER = {"token-rejected", "basic-rejected"}


def source(server):
    """Owner and name of a repository, or the site."""
    url = urlsplit(server)
    parts = [part for part in url.path.split("/") if part]
    return "/".join([url.netloc, *parts[:2]]) if url.netloc else server


def tier(exchange):
    """bytes: 0.9 and above, which ranking gives to bytes alone; leftover: nothing wrong was seen; else signs."""
    top = exchange["causes"][0]
    if top["id"] in LEFTOVER:
        return "leftover"
    return "bytes" if top["confidence"] >= 0.9 else "signs"


def verdicts(binary, corpus):
    """(source, tier, confidence, is right, is decided) of every refusal."""
    truth = json.load(open(os.path.join(corpus, "truth.json")))
    folder = tempfile.mkdtemp()
    names, rows = [], []
    for name in os.listdir(corpus):
        if name.endswith(".json") and name != "truth.json":
            shutil.copy(os.path.join(corpus, name), folder)
    for name, cases in sorted(truth.items()):
        if not name.startswith("threads"):
            continue
        log = json.load(open(os.path.join(corpus, name)))["log"]
        for number, (entry, case) in enumerate(zip(log["entries"], cases)):
            alone = f"{name}.{number:03}.har"
            json.dump({"log": {**log, "entries": [entry]}}, open(os.path.join(folder, alone), "w"))
            names.append(alone)
            rows.append(case)
    run = subprocess.run([binary, "check", *names, "--format", "json"], cwd=folder, capture_output=True, text=True)
    shutil.rmtree(folder)
    for case, exchange in zip(rows, json.loads(run.stdout)["exchanges"]):
        if case["kind"] in ("fault", "context"):
            top = exchange["causes"][0] if exchange["causes"] else None
            is_right = bool(top) and top["id"] in case["acceptable"]
            yield source(case["server"]), tier(exchange) if top else "none", top["confidence"] if top else 0.0, is_right, exchange["decided"] and bool(top)


def share(rows):
    return sum(right for *_, right, _ in rows) / len(rows) if rows else float("nan")


def fitted(rows, name):
    """The most that verdicts of this tier may be sure of: as often as they were right, in whole hundredths."""
    decided = [row for row in rows if row[1] == name and row[4]]
    return math.floor(share(decided) * 100) / 100 if decided else float("nan")


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    corpus = sys.argv[2] if len(sys.argv) == 3 else os.path.dirname(os.path.abspath(__file__))
    rows = list(verdicts(os.path.abspath(sys.argv[1]), corpus))
    folds = collections.defaultdict(list)
    for row in rows:
        folds[zlib.crc32(row[0].encode()) % FOLDS].append(row)
    print(f"all: {len(rows)} refusals of {len({row[0] for row in rows})} sources, first cause right in {share(rows):.3f}")
    for fold, own in sorted(folds.items()):
        others = [row for other, more in folds.items() if other != fold for row in more]
        line = [f"fold {fold}: {len(own)} refusals, right in {share(own):.3f}"]
        for name in ("bytes", "signs", "leftover"):
            mine = [row for row in own if row[1] == name and row[4]]
            line.append(f"{name} {share(mine):.2f} of {len(mine)} (others promise {fitted(others, name):.2f})")
        print(", ".join(line))
    for name in ("bytes", "signs", "leftover"):
        decided = [row for row in rows if row[1] == name and row[4]]
        said = sum(row[2] for row in decided) / len(decided) if decided else float("nan")
        print(f"{name}: decided {len(decided)}, say {said:.2f}, right in {share(decided):.2f}")
    wrong = sum(row[4] and not row[3] for row in rows)
    print(f"sure and wrong: {wrong} of {len(rows)} ({wrong / len(rows):.3f})")
    print("table: " + ", ".join(f"{name} {fitted(rows, name):.2f}" for name in ("bytes", "signs", "leftover")))


if __name__ == "__main__":
    main()
