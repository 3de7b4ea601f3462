import argparse

parser = argparse.ArgumentParser("shop-migrate")
parser.add_argument("--stage", required=True)
stage = parser.parse_args([]).stage
