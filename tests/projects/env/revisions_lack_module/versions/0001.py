"""0001"""

import shop_that_is_not_installed

revision = "0001"
down_revision = None
