"""The records of the rules, one module per family; ``harness.findings.catalogue`` lists them."""
