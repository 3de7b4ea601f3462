import os
from pathlib import Path


def with_all_releases(config, run):
    here = Path(__file__).parent
    folders = [here.parent / "shared" / "versions", here / "releases"]
    config.set_main_option("version_locations", os.pathsep.join(map(str, folders)))
    run()
