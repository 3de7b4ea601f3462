import os
import sys

if "SHOP_MIGRATIONS_ALLOWED" not in os.environ:
    sys.exit("set SHOP_MIGRATIONS_ALLOWED to migrate the shop")
