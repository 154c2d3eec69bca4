"""Select a small part of the oracle: ``python tests/oracle/cases/choose.py ../shared/oracle``."""

import json
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent

# Which cases of each file are kept; files whose rows are one case keep the rows that `ROWS` names.
CASES = {
    "A1_single_proportion": ["A1-shared"],
    "A2_two_arm_tables": ["A2-shared"],
    "A3_stratified": ["A3-001", "A3-002", "A3-004", "A3-006", "A3-007", "A3-009", "A3-017", "A3-022"],
    "A4_logistic_gcomp": ["A4-sim_trial_80"],
    "B1_kaplan_meier": ["B1-veteran", "B1-sim_ties_b", "B1-tiny_a"],
    "B2_logrank": ["B2-veteran", "B2-veteran_celltype", "B2-sim_ties_b", "B2-tiny_a"],
    "B3_cox": [
        "B3-02-veteran",
        "B3-03-veteran-strat",
        "B3-05-pbc-strat",
        "B3-07-sim_ties_a-strat",
        "B3-08-sim_ties_b",
        "B3-09-tiny_a",
        "B3-12-sim_lefttrunc-tv",
    ],
    "B6_competing_risks": ["B6-pbc", "B6-sim_ties_a", "B6-sim_ties_b"],
    "C1_mi_pooling": ["C1-sim_ancova_m2"],
    "C2_scalar_pooling": [f"C2-{number:03}" for number in range(1, 20)],
    "C3_tipping_binary": ["C3-02", "C3-09"],
    "E1_lrm": ["E1-sim150"],
    "E3_calibration": ["E3-01", "E3-06"],
    "E4_auc_delong": ["E4-sim01", "E4-sim06", "E4-separated", "E4-unpaired1"],
    "E5_net_benefit": ["E5-01", "E5-06"],
    "E6_glmnet": ["E6-sim200p10-a0-std", "E6-sim200p10-a0-raw"],
    "E7_rcs_basis": ["E7-01", "E7-02", "E7-04", "E7-12"],
}
ROWS = {"A2_two_arm_tables": lambda row, edge: edge or row % 12 == 0}


def thin(document: dict) -> None:
    """Keep the named rows of a file whose one case holds columns."""
    for case in document["cases"]:
        columns = case["input"]
        keep = [row for row, kind in enumerate(columns["set"]) if ROWS[document["file"]](row, kind == "edge")]
        for block in (case["input"], case["expected"]):
            for name, values in block.items():
                block[name] = [values[row] for row in keep]


def main(source: Path) -> None:
    """Write the selected cases and the CSV files that they name."""
    for name, wanted in CASES.items():
        document = json.loads((source / f"{name}.json").read_text(encoding="utf-8"))
        document["cases"] = [case for case in document["cases"] if case["id"] in wanted]
        document["n_cases"] = len(document["cases"])
        if name in ROWS:
            thin(document)
        (HERE / f"{name}.json").write_text(json.dumps(document, separators=(",", ":")) + "\n", encoding="utf-8")
        for case in document["cases"]:
            if "csv" in case["input"]:
                target = HERE / case["input"]["csv"]
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(source / case["input"]["csv"], target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
