"""0002"""

import shop_that_is_not_installed

revision = "0002"
down_revision = "0001"
