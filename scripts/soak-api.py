"""Runs Schemathesis against a demo city as every role, and sums up. Called by soak-api.sh."""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ADDRESS = "127.0.0.1:18077"
# A request that fits the description may still meet a rule that says no: that is 422, with a reason.
# Who tries codes again and again is told to wait, a fuzzer too: 429.
ACCEPTED = ["2xx", "401", "403", "404", "409", "422", "429"]
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "429"]


def call(path, token):
    """What the API answers; nothing when it says no."""
    request = urllib.request.Request(f"http://{ADDRESS}{path}", headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)
    except urllib.error.HTTPError:
        return {}


def items(answer):
    return [item["id"] for item in answer.get("items", []) if "id" in item]


def known_ids(tokens):
    """Ids that exist, so that the fuzzer gets beyond 404."""
    worker, volunteer = tokens["community_worker"], tokens["volunteer"]
    found = {
        "matters": items(call("/api/v1/matters", worker)),
        "tasks": items(call("/api/v1/tasks?open=true", volunteer)) + items(call("/api/v1/tasks?mine=true", volunteer)),
        "offers": items(call("/api/v1/offers?mine=true", volunteer)),
        "records": items(call("/api/v1/records?mine=true", volunteer))
        + items(call("/api/v1/records?to_confirm=true", worker)),
        "people": items(call("/api/v1/people", worker)),
        "organisations": items(call("/api/v1/organisations", worker)),
        "places": ["371722003003", "371722003", "371722"],
        "handovers": items(call("/api/v1/handovers?place=371722003003", tokens["call_taker"])),
    }
    return {name: ids[:50] for name, ids in found.items() if ids}


def lists():
    """The operations that take a cursor, which only the list itself can read."""
    with urllib.request.urlopen(f"http://{ADDRESS}/api/openapi.json", timeout=20) as answer:
        paths = json.load(answer)["paths"]
    takes = lambda operation: any(parameter["name"] == "cursor" for parameter in operation.get("parameters", []))
    return sorted(path for path, methods in paths.items() if takes(methods.get("get", {})))


def configuration(ids, cursors):
    lines = ["[checks.positive_data_acceptance]", f"expected-statuses = {json.dumps(ACCEPTED)}"]
    for name, values in ids.items():
        lines += [f"[dictionaries.{name}]", f"values = {json.dumps(values)}"]
    for name in ids:
        # TOML's literal string keeps the backslashes of the pattern.
        lines += ["[[operations]]", f"include-path-regex = '^/api/v1/{name}/\\{{id\\}}'"]
        lines += [f'parameters = {{ "path.id" = {{ dictionary = "{name}" }} }}']
    # What a cursor holds is nobody's business but the list's: any other text is 400.
    for path in cursors:
        lines += ["[[operations]]", f'include-name = "GET {path}"', "[operations.checks.positive_data_acceptance]"]
        lines += [f"expected-statuses = {json.dumps([*ACCEPTED, '400'])}"]
    # Each row of paper is refused for itself, and the call says which: what is wrong with one is no fault of the call.
    lines += ["[[operations]]", 'include-name = "POST /api/v1/paper/batches/{id}/rows"']
    lines += ["[operations.checks.negative_data_rejection]", f"expected-statuses = {json.dumps([*REFUSED, '200'])}"]
    return "\n".join(lines) + "\n"


def fuzz(tool, folder, role, token, examples, seed):
    """Runs the fuzzer once; gives how many cases it made, and whether all held."""
    # A command's arguments can be read by everyone on the machine; a demo's tokens are no secret.
    headers = [] if token is None else ["-H", f"Authorization: Bearer {token}"]
    log = folder / f"{role}.log"
    command = [tool, "--config-file", folder / "schemathesis.toml", "run", f"http://{ADDRESS}/api/openapi.json"]
    command += ["--checks", "all", "--phases", "examples,coverage,fuzzing", "--no-color", "--warnings", "off"]
    command += ["-n", examples, "--seed", seed, "--continue-on-failure", *headers]
    with log.open("w") as out:
        done = subprocess.run([str(part) for part in command], stdout=out, stderr=subprocess.STDOUT, cwd=folder, check=False)
    text = log.read_text()
    cases = re.search(r"(\d+) generated", text)
    return int(cases[1]) if cases else 0, done.returncode == 0, text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--helin", required=True)
    parser.add_argument("--cases", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--role", action="append")
    asked = parser.parse_args()
    tool = pathlib.Path(sys.executable).absolute().with_name("schemathesis")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="helin-api-"))
    city = [asked.helin, "demo", "--data", folder / "city", "--scale", "0.02", "--listen", ADDRESS]
    with (folder / "city.log").open("w") as log:
        served = subprocess.Popen([str(part) for part in city], stdout=log, stderr=subprocess.STDOUT)
    try:
        while "Open http" not in (folder / "city.log").read_text():
            if served.poll() is not None:
                sys.exit(f"the demo ended by itself: {folder}/city.log")
            time.sleep(0.5)
        accounts = json.loads((folder / "city/demo-accounts.json").read_text())
        tokens = {account["role"]: account["token"] for account in accounts}
        (folder / "schemathesis.toml").write_text(configuration(known_ids(tokens), lists()))
        roles = asked.role or [*tokens, "nobody"]
        made, rounds, bad, examples = 0, 0, [], 10
        while made < asked.cases:
            for role in roles:
                cases, held, text = fuzz(tool, folder, role, tokens.get(role), examples, asked.seed + rounds)
                made += cases
                print(f"{role:<20} {cases:>6} cases  {'held' if held else 'BROKE'}", flush=True)
                if not held:
                    bad.append(role)
                    print(text[-6000:] if len(text) > 6000 else text)
                if cases == 0:
                    sys.exit(f"the fuzzer made no case: {folder}/{role}.log")
            rounds += 1
        print(f"{made} cases, {len(bad)} runs broke; {folder}")
        sys.exit(1 if bad else 0)
    finally:
        served.terminate()
        served.wait()


main()
