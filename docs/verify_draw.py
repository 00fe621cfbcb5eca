"""Hold a draw again from its file alone: python verify_draw.py FILE. To be ported; see draw.md."""

import hashlib
import hmac
import json
import sys
from collections import Counter

FORMAT = "enishi-draw/1"


def sha256(*parts):
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def check(holds, line, what):
    if not holds:
        sys.exit(f"line {line}: {what}")


with open(sys.argv[1], encoding="utf-8", newline="\n") as file:
    head, *rows = [json.loads(line) for line in file]
rule = json.loads(head["rule"])
check(head["format"] == rule["format"] == FORMAT, 1, "another format")
check(head["rule_hash"] == sha256(head["rule"]), 1, "rule_hash")
for line, row in enumerate(rows, 2):
    check(row["hash"] == sha256("{id} {size} {weight} {stratum}".format(**row)), line, "altered")
    check(row["weight"] <= 1 + sum(rule["tickets"].values()), line, "too many tickets")
    check(line == 2 or rows[line - 3]["id"] < row["id"], line, "order of the ids")
strata = Counter(row["stratum"] for row in rows)
small = [code for code in strata if len(rows) > strata[code] < rule["join_below"]]
check(not small, 1, f"strata that are not joined: {small}")
hash_of_list = sha256(*(row["hash"] for row in rows), "")
check((head["entries"], head["entries_hash"]) == (len(rows), hash_of_list), 1, "entries_hash")
numbers = []
for place, official in enumerate(head["officials"], 1):
    of_this, number = (rule["draw"], str(place)), official["number"]
    committed = number and sha256(FORMAT, "commitment", *of_this, number)
    check(committed in (None, official["commitment"]), 1, f"number of official {place}")
    numbers.append(number or sha256(FORMAT, "missing", *of_this, head["entries_hash"]))
seed = sha256(FORMAT, "seed", head["rule_hash"], hash_of_list, *numbers)
check(head["seed"] == seed, 1, "seed")
for row in rows:
    tickets = (f"{row['id']}:{number}".encode() for number in range(row["weight"]))
    row["best"] = min(hmac.digest(bytes.fromhex(seed), each, "sha256") for each in tickets)
order, free, chosen = sorted(rows, key=lambda row: row["best"]), rule["capacity"], set()
reserved = Counter()
for code, seats in rule["reserved"].items():
    reserved[code if code in strata else "*"] += seats
for is_reserved in (True, False):
    for row in order:
        seats = reserved[row["stratum"]] if is_reserved else free
        if row["id"] not in chosen and row["size"] <= seats:
            chosen.add(row["id"])
            free, reserved[row["stratum"]] = free - row["size"], seats - row["size"]
rank = {row["id"]: number for number, row in enumerate(order, 1)}
for line, row in enumerate(rows, 2):
    computed = (rank[row["id"]], row["id"] in chosen)
    check((row["rank"], row["placed"]) == computed, line, f"rank, placed: computed {computed}")
print(f"all agree: entries {head['entries_hash']} seed {seed}")
