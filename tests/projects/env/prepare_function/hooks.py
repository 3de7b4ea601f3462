import sqlalchemy as sa

metadata = sa.MetaData()
sa.Table("accounts", metadata, sa.Column("id", sa.BigInteger, primary_key=True), sa.Column("holder", sa.String(80)))


def create_accounts(connection):
    metadata.create_all(connection)
