"""An application that cannot be imported without its settings, and logs as soon as it is."""

import logging
import os

from sqlalchemy import Column, Integer, MetaData, Table, Text

logging.basicConfig(level=logging.INFO)
logging.getLogger("shop").info("the shop of stage %s", os.environ["SHOP_STAGE"])

counters = Table("counters", MetaData(), Column("id", Integer, primary_key=True), Column("street", Text))
